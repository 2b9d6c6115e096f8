//! Calls to other tiers: single flights, choices, rounds.

use crate::{class, near, of, run, success};
use brownout::metrics::{Subject, clients, tiers};

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

/// A circle between two tiers with a stated end: `a` calls `b` with 50 %, which calls `a` again, and so on. By
/// Jackson's theorem `a` gets λ / (1 − p) and `b` p λ / (1 − p), and each is an M/M/1 queue: one call inside either.
#[test]
fn a_circle_of_two_tiers_is_a_round_that_is_made_again() {
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
calls = [{ to = "a" }, { to = "round", chance = "50%", again = "50%" }]
[tier.round]
kind = "gateway"
calls = [{ to = "b" }, { to = "a" }]
[tier.a]
kind = "service"
workers = 1
service = { dist = "exponential", mean = "50ms" }
[tier.b]
kind = "service"
workers = 1
service = { dist = "exponential", mean = "100ms" }
"#);
    for (tier, rate) in [("a", 10.0), ("b", 5.0)] {
        let subject = Subject::Tier(tier.into());
        near(tier, of(&findings, &subject, &tiers::ARRIVALS), rate, 0.02 * rate);
        near(tier, of(&findings, &subject, &tiers::IN_FLIGHT), 1.0, 0.04);
    }
    let latency = of(&findings, &class("u"), &clients::LATENCY[brownout::metrics::MEAN]);
    near("latency", latency, 2.0 / 5.0, 0.016);
}
