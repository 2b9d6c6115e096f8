//! Mechanisms that behave as their namesakes: numbers that theory or their documentation gives, from whole scenarios.

use brownout::metrics::{Metric, Subject, clients, tiers};
use brownout::{Findings, Library, Overrides, Settings, Silent, Text, open, simulate};

fn run(scenario: &str) -> Findings {
    let text = format!("schema = 1\ntitle = \"Mechanism\"\n{scenario}");
    let cases = open("mechanism.toml", &Library::with(Text(text)), &Overrides::default());
    let cases = cases.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let settings = Settings { threads: 2, windows: false, beside: false };
    simulate(&cases, settings, &[Silent]).expect("a run").remove(0)
}

fn of(findings: &Findings, subject: &Subject, metric: &Metric) -> f64 {
    findings.values.get(subject, metric).map_or_else(|| panic!("no {}", metric.key), |value| value.mean)
}

fn class(name: &str) -> Subject {
    Subject::Class(name.into())
}

/// The share of intents that succeeded, in the table as of the class.
fn success(findings: &Findings, name: &str) -> f64 {
    of(findings, &class(name), &clients::SUCCESS_RATE)
}

fn near(what: &str, came: f64, expect: f64, error: f64) {
    assert!((came - expect).abs() <= error, "{what}: {came}, not {expect}");
}

const EVEN: &str = r#"
[run]
duration = "1000s"
[load.u]
rate = "10/s"
arrivals = "even"
journey = [{ do = "get" }]
"#;

/// One of four replicas fails all calls, and no call meets another one: each replica takes a quarter.
#[test]
fn no_balance_has_a_favourite() {
    for balance in ["least-outstanding", "join-shortest", "two-choices", "random", "round-robin"] {
        let findings = run(&format!(
            r#"{EVEN}
[tier.s]
kind = "service"
replicas = 4
workers = "unlimited"
service = "10ms"
balance = "{balance}"
[[fault]]
at = "0s"
for = "1000s"
tier = "s"
kind = "errors"
ratio = "100%"
share = "25%"
"#
        ));
        // Three standard errors of 10,000 draws.
        near(balance, success(&findings, "u"), 0.75, 0.013);
    }
}

/// A balancer in front of tiers is no different.
#[test]
fn no_balancer_has_a_favourite() {
    let findings = run(&format!(
        r#"{EVEN}
entry = "lb"
[tier.lb]
kind = "balancer"
to = ["a", "b"]
balance = "least-outstanding"
[tier.a]
kind = "service"
workers = "unlimited"
service = "10ms"
[tier.b]
kind = "service"
workers = "unlimited"
service = "10ms"
[[fault]]
at = "0s"
for = "1000s"
tier = "a"
kind = "errors"
ratio = "100%"
"#
    ));
    near("balancer", success(&findings, "u"), 0.5, 0.001);
}

/// By default, by prefix and by free blocks.
#[test]
fn no_fleet_of_engines_has_a_favourite() {
    for balance in ["least-outstanding", "least-kv", "prefix"] {
        let findings = run(&format!(
            r#"
[run]
duration = "1000s"
[operation.get]
prompt = 100
output = 10
[load.u]
rate = "1/s"
arrivals = "even"
journey = [{{ do = "get" }}]
[tier.llm]
kind = "inference"
replicas = 4
balance = "{balance}"
[tier.llm.profile]
schema = 1
name = "x"
hardware = "brownout:/models/hardware/h100-sxm.toml"
llm = "brownout:/models/llm/llama-3.1-8b.toml"
tensor_parallel = 1
[tier.llm.profile.affine]
floor_ms = 10
base_ms = 0
token_ms = 0
decode_ms = 0
context_ms = 0
attention_ms = 0
[[fault]]
at = "0s"
for = "1000s"
tier = "llm"
kind = "errors"
ratio = "100%"
share = "25%"
"#
        ));
        near(balance, success(&findings, "u"), 0.75, 0.001);
    }
}

/// Ten replicas at 6 % of a target of 60 % stay for the five minutes of stabilisation.
#[test]
fn an_autoscaler_holds_the_number_that_it_finds() {
    let findings = run(r#"
[run]
duration = "290s"
[load.u]
rate = "2/s"
arrivals = "even"
journey = [{ do = "get" }]
[tier.s]
kind = "service"
replicas = 10
workers = 10
service = "3s"
[controller.h]
kind = "autoscaler"
tier = "s"
metric = "cpu"
target = "60%"
max = 40
[[expect]]
that = "s.replicas >= 10"
when = "16s..280s"
"#);
    assert!(findings.expectations[0].pass, "{:?}", findings.expectations[0]);
}

/// 110 of 200 workers are 55 %, 1.1 times the target and so within the tolerance of 10 %.
#[test]
fn an_autoscaler_takes_whole_percents() {
    let findings = run(r#"
[run]
duration = "65s"
[load.u]
rate = "110/s"
arrivals = "even"
journey = [{ do = "get" }]
[tier.s]
kind = "service"
replicas = 10
workers = 20
service = "1s"
[controller.h]
kind = "autoscaler"
tier = "s"
metric = "cpu"
target = "50%"
max = 99
[[expect]]
that = "s.replicas < 10.5"
when = "20s..60s"
"#);
    assert!(findings.expectations[0].pass, "{:?}", findings.expectations[0]);
}

/// A log of the last second is a loss system of ten places, each held for a second: Erlang's B of 12 and 10.
#[test]
fn a_sliding_window_is_a_log() {
    let findings = run(r#"
[run]
duration = "20000s"
[load.u]
rate = "12/s"
journey = [{ do = "get" }]
[tier.s]
kind = "gateway"
policies = { rate-limit = { rate = "10/s", by = "sliding-window" } }
"#);
    near("passed", success(&findings, "u"), 0.698_1, 0.004);
}

/// 2.5 calls in each second, however they are counted.
#[test]
fn a_window_keeps_a_rate_that_is_not_whole() {
    for by in ["sliding-window", "fixed-window", "token-bucket"] {
        let findings = run(&format!(
            r#"{EVEN}
[tier.s]
kind = "gateway"
policies = {{ rate-limit = {{ rate = "2.5/s", by = "{by}" }} }}
"#
        ));
        near(by, success(&findings, "u"), 0.25, 0.001);
    }
}

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

/// As many first tries are hedged as are longer than the quantile, and by a hedge after 0 s each of them; the shorter of
/// two exponential times of 1 s takes half a second.
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

/// Users who wait for a fetch are served, whatever becomes of the one who asked first.
#[test]
fn a_fetch_goes_on_without_its_first_caller() {
    let findings = run(r#"
[run]
duration = "100s"
[load.short]
rate = "1/s"
arrivals = "even"
journey = [{ do = "get" }]
[load.short.client]
timeout = "300ms"
on_timeout = "cancel"
[load.long]
rate = "50/s"
journey = [{ do = "get" }]
[tier.c]
kind = "cache"
keys = 1
entries = 1
ttl = "100ms"
single_flight = true
calls = [{ to = "db" }]
[tier.db]
kind = "database"
connections = 1000
service = "500ms"
"#);
    near("those who wait", success(&findings, "long"), 1.0, 0.0);
    assert!(success(&findings, "short") < 0.9);
}

/// A burst of cv 10 is the most that check, sampler and fit know; more is refused with what to do.
#[test]
fn gamma_has_one_bound() {
    let scenario = |cv: &str| {
        format!(
            "schema = 1\ntitle = \"cv\"\n[run]\nduration = \"100s\"\n[load.u]\nrate = \"2/s\"\n\
             arrivals = {{ kind = \"gamma\", cv = {cv} }}\njourney = [{{ do = \"get\" }}]\n\
             [tier.s]\nkind = \"service\"\nworkers = 1\nservice = \"1ms\"\n"
        )
    };
    let open = |cv: &str| open("cv.toml", &Text(scenario(cv)), &Overrides::default());
    let problems = open("10.5").expect_err("above the bound").render(false);
    assert!(problems.contains("10") && problems.contains("mmpp"), "{problems}");
    let cases = open("10").unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    simulate(&cases, Settings { threads: 1, windows: false, beside: false }, &[Silent]).expect("a run");
}

/// All replicas fail, and all of them may be ejected: nothing is left to answer but a refusal.
#[test]
fn all_replicas_may_be_ejected() {
    let status = |max: &str| {
        let findings = run(&format!(
            r#"{EVEN}
[tier.s]
kind = "service"
replicas = 4
workers = "unlimited"
service = "10ms"
ejection = {{ consecutive = 1, base = "10000s", max = "{max}" }}
[[fault]]
at = "0s"
for = "1000s"
tier = "s"
kind = "errors"
ratio = "100%"
"#
        ));
        of(&findings, &Subject::Tier("s".into()), &tiers::ARRIVALS)
    };
    near("refused calls count as having come", status("100%"), 10.0, 0.01);
}

/// Of a choice one call is made, by weight; 3 of 4 go to `a`, which is not called beside `b`.
#[test]
fn a_choice_makes_exactly_one_call() {
    let findings = run(r#"
[run]
duration = "10000s"
[load.u]
rate = "10/s"
arrivals = "even"
journey = [{ do = "get" }]
entry = "s"
[tier.s]
kind = "service"
workers = "unlimited"
service = "1ms"
calls = [
  { to = "before" },
  { to = "a", choice = "shard", weight = 3 },
  { to = "b", choice = "shard" },
  { to = "after" },
]
[tier.before]
kind = "gateway"
[tier.a]
kind = "gateway"
[tier.b]
kind = "gateway"
[tier.after]
kind = "gateway"
"#);
    let rate = |tier: &str| of(&findings, &Subject::Tier(tier.into()), &tiers::ARRIVALS);
    near("before and after", rate("before") + rate("after"), 20.0, 0.001);
    near("one of them", rate("a") + rate("b"), rate("s"), 0.001);
    // Three standard errors of 100,000 draws.
    near("three of four", rate("a") / rate("s"), 0.75, 0.004_2);
}

/// Routing with feedback: rounds are geometric, and in a network of single servers each is an M/M/1 queue (Jackson,
/// 1957): 1/(1 − 0.5) rounds at load 0.5 are twice 1/(20 − 10) s.
#[test]
fn a_call_that_is_made_again_is_a_jackson_network() {
    let findings = run(r#"
[run]
duration = "20000s"
warmup = "100s"
[load.u]
rate = "5/s"
journey = [{ do = "get" }]
entry = "s"
[tier.s]
kind = "gateway"
calls = [{ to = "b", again = "50%" }]
[tier.b]
kind = "service"
workers = 1
service = { dist = "exponential", mean = "50ms" }
"#);
    near("rounds", of(&findings, &Subject::Tier("b".into()), &tiers::ARRIVALS), 10.0, 0.15);
    let latency = of(&findings, &class("u"), &clients::LATENCY[brownout::metrics::MEAN]);
    near("latency", latency, 0.2, 0.006);
}

/// A fifth of what is out, since all of it fails after a second: 100 first tries and 24 retries, the 25th would be one of
/// 125 − 1.
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

/// Most of three different queues out of ten are as short as Mitzenmacher's limit says only for many queues; with as many
/// choices as replicas it is the shortest queue, and with one it is random: an M/M/1 queue at load 0.5 each.
#[test]
fn one_choice_is_random_and_all_are_the_shortest_queue() {
    let latency = |balance: &str| {
        let findings = run(&format!(
            r#"
[run]
duration = "5000s"
warmup = "100s"
[load.u]
rate = "50/s"
journey = [{{ do = "get" }}]
[tier.s]
kind = "service"
replicas = 10
workers = 1
service = {{ dist = "exponential", mean = "100ms" }}
{balance}
"#
        ));
        of(&findings, &class("u"), &clients::LATENCY[brownout::metrics::MEAN])
    };
    near("one", latency("balance = \"d-choices\"\nchoices = 1"), 0.2, 0.006);
    let shortest = latency("balance = \"join-shortest\"");
    near("all", latency("balance = \"d-choices\"\nchoices = 10"), shortest, 0.002);
    let two = latency("balance = \"two-choices\"");
    near("two", latency("balance = \"d-choices\"\nchoices = 2"), two, 1e-12);
    let three = latency("balance = \"d-choices\"\nchoices = 3");
    assert!(shortest < three && three < two, "{shortest} < {three} < {two}");
}

/// Arrivals at 12/s that each keep one of ten users for a second: Erlang's B of 12 and 10 is .3019.
#[test]
fn a_bounded_load_drops_what_finds_all_users_busy() {
    let findings = run(r#"
[run]
duration = "20000s"
[load.u]
rate = "12/s"
max_users = 10
journey = [{ do = "get" }]
[tier.s]
kind = "service"
workers = "unlimited"
service = { dist = "exponential", mean = "1s" }
"#);
    let (dropped, offered) = (
        of(&findings, &class("u"), &clients::DROPPED_ARRIVALS),
        of(&findings, &class("u"), &clients::OFFERED),
    );
    near("dropped", dropped / (dropped + offered), 0.301_9, 0.004);
    near("arrivals", (dropped + offered) / 20_000.0, 12.0, 0.08);
}

/// 100 tokens a second, and a minute's worth at the start: of 200 a second, in requests of 100, one in two passes.
#[test]
fn tokens_are_limited_beside_requests() {
    let findings = run(r#"
[run]
duration = "600s"
warmup = "120s"
[operation.ask]
prompt = 80
output = 20
[load.u]
rate = "2/s"
arrivals = "even"
journey = [{ do = "ask" }]
entry = "door"
[tier.door]
kind = "gateway"
calls = [{ to = "llm" }]
policies = { token-limit = { tokens = 6000 } }
[tier.llm]
kind = "inference"
slots = 1000
prefill = "1000 tokens/s"
decode = "100/s"
"#);
    near("passed", success(&findings, "u"), 0.5, 0.002);
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

/// The tier goes five minutes after its last call, refuses the first call that comes then, and is back a boot after the
/// next look.
#[test]
fn a_tier_scales_to_zero_and_back() {
    let findings = run(r#"
[run]
duration = "1000s"
[load.u]
arrivals = "even"
stages = [
  { duration = "100s", rate = "1/s" },
  { duration = "500s", rate = "0/s", jump = true },
  { duration = "400s", rate = "1/s", jump = true },
]
journey = [{ do = "get" }]
[tier.s]
kind = "service"
workers = 10
service = "10ms"
boot = { node = "20s" }
[controller.keda]
kind = "autoscaler"
tier = "s"
metric = "rate"
target = "10/s"
min = 0
max = 5
[[expect]]
that = "s.replicas > 0.99"
when = "0s..390s"
[[expect]]
that = "s.replicas < 0.01"
when = "421s..600s"
[[expect]]
that = "s.replicas > 0.99"
when = "640s..1000s"
"#);
    for expectation in &findings.expectations {
        assert!(expectation.pass, "{expectation:?}");
    }
    // About half a minute of calls at one a second: until the look that sees them, and then 20 s.
    let refused = (1.0 - success(&findings, "u")) * 500.0;
    assert!((20.0..=37.0).contains(&refused), "{refused}");
}
