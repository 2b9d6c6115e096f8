//! Backoff, hedges and retry budgets.

use crate::{EVEN, class, near, of, run};
use brownout::metrics::{Subject, clients, tiers};

/// 200 users whose every try fails, after a think time of 1 s: three waits, the first between 1 and 3 s, each further
/// one between 1 s and three times the last, so 2, 3.5 − 0.5 + … = 2, 3.5 and 5.75 s on average; a cycle of 12.25 s and
/// 4 ms has 4 tries.
#[test]
fn decorrelated_jitter_draws_its_first_wait() {
    let findings = run(r#"
[run]
duration = "5000s"
warmup = "100s"
[load.u]
model = "closed"
users = 200
journey = [{ do = "get", think = { dist = "exponential", mean = "1s" } }]
client = { retries = 3, backoff = { base = "1s", factor = 2, jitter = "decorrelated", max = "1h" } }
[tier.s]
kind = "service"
workers = "unlimited"
service = "1ms"
[[fault]]
at = "0s"
for = "5000s"
tier = "s"
kind = "errors"
ratio = "100%"
"#);
    let tries = of(&findings, &Subject::Tier("s".into()), &tiers::ARRIVALS);
    near("tries", tries, 200.0 * 4.0 / 12.254, 0.5);
}

/// As many first tries are hedged as are longer than the quantile, and by a hedge after 0 s each of them; the shorter
/// of two exponential times of 1 s takes half a second.
#[test]
fn a_hedge_goes_out_as_often_as_its_quantile_says() {
    let tries = |hedge: &str| {
        let findings = run(&format!(
            r#"
[run]
duration = "20000s"
warmup = "200s"
[load.u]
rate = "20/s"
journey = [{{ do = "get" }}]
client = {{ hedge = {hedge} }}
[tier.s]
kind = "service"
workers = "unlimited"
service = {{ dist = "exponential", mean = "1s" }}
"#
        ));
        let offered = of(&findings, &class("u"), &clients::OFFERED_RATE);
        let latency = of(&findings, &class("u"), &clients::LATENCY[brownout::metrics::MEAN]);
        (of(&findings, &Subject::Tier("s".into()), &tiers::ARRIVALS) / offered - 1.0, latency)
    };
    for (quantile, extra) in [("50%", 0.5), ("90%", 0.1), ("95%", 0.05), ("99%", 0.01), ("99.9%", 0.001)] {
        let (came, _) = tries(&format!("{{ quantile = \"{quantile}\" }}"));
        near(quantile, came, extra, 0.06 * extra + 0.000_2);
    }
    let (extra, latency) = tries("{ after = \"0s\" }");
    near("hedges", extra, 1.0, 0.001);
    near("latency", latency, 0.5, 0.01);
}

/// A fifth of what is out, since all of it fails after a second: 100 first tries and 24 retries, the 25th would be one
/// of 125 − 1.
#[test]
fn a_share_of_what_is_out_bounds_retries() {
    let findings = run(r#"
[run]
duration = "1000s"
warmup = "100s"
[load.u]
rate = "100/s"
arrivals = "even"
journey = [{ do = "get" }]
[load.u.client]
retries = 10
backoff = "0s"
policies = { retry-share = {} }
[tier.s]
kind = "service"
workers = "unlimited"
service = "1s"
[[fault]]
at = "0s"
for = "1000s"
tier = "s"
kind = "errors"
ratio = "100%"
"#);
    near("tries", of(&findings, &Subject::Tier("s".into()), &tiers::ARRIVALS), 124.0, 1.01);
}

/// Where nothing succeeds, a bucket of successes lets 2 retries out of gRPC's clients (10 tokens and 5 failures), and
/// 100 out of those of AWS (500 tokens of which each takes 5).
#[test]
fn buckets_of_successes_stop_retries_that_never_succeed() {
    for (policy, retries) in [("retry-throttle = {}", 2.0), ("retry-quota = {}", 100.0)] {
        let findings = run(&format!(
            r#"{EVEN}
[load.u.client]
retries = 1
backoff = "1ms"
policies = {{ {policy} }}
[tier.s]
kind = "service"
workers = "unlimited"
service = "10ms"
[[fault]]
at = "0s"
for = "1000s"
tier = "s"
kind = "errors"
ratio = "100%"
"#
        ));
        let came = of(&findings, &Subject::Tier("s".into()), &tiers::RETRIES) * 1_000.0;
        near(policy, came, retries, 1.01);
    }
}

/// Retries wait for an exponential time of 1 s: with failures only, a cycle of a think time, a first try and three
/// retries of 1 ms each takes 4.004 s.
#[test]
fn a_backoff_is_a_law() {
    let findings = run(r#"
[run]
duration = "5000s"
warmup = "100s"
[load.u]
model = "closed"
users = 100
journey = [{ do = "get", think = { dist = "exponential", mean = "1s" } }]
client = { retries = 3, backoff = { dist = "exponential", mean = "1s" } }
[tier.s]
kind = "service"
workers = "unlimited"
service = "1ms"
[[fault]]
at = "0s"
for = "5000s"
tier = "s"
kind = "errors"
ratio = "100%"
"#);
    near("tries", of(&findings, &Subject::Tier("s".into()), &tiers::ARRIVALS), 400.0 / 4.004, 0.6);
}
