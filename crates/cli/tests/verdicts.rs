//! Verdicts are not made by noise: what strays by itself is not taken for what a trigger did, and what a trigger did
//! is not taken for noise.

mod result;

use serde_json::Value;

/// One server that is 90 % busy, with a promise that one intent in a hundred misses, and then many in a row: it strays
/// far by itself.
const BUSY: &str = r#"
schema = 1
title = "Busy"

[run]
duration = "1h"
window = "10s"
warmup = "6m"
seed = 1
replications = 40

[load.users]
rate = "9/s"
journey = [{ do = "get" }]

[operation.get]
slo = "5s"

[tier.server]
kind = "service"
workers = 1
service = { dist = "exponential", mean = "100ms" }
"#;

/// What is called a fault, and changes nothing that could be seen.
const PLACEBO: &str = r#"
[[fault]]
kind = "slow"
factor = 1.001
tier = "server"
at = "30m"
for = "1m"
"#;

/// The verdict of a scenario.
fn verdict(name: &str, text: &str, set: &[&str]) -> Value {
    result::of(name, text, set)["verdict"].take()
}

/// How many of the replications had which verdict.
fn count(verdict: &Value, badge: &str) -> u64 {
    verdict["counts"][badge].as_u64().unwrap_or(0)
}

/// Of forty runs as many may be wrong: with one in a hundred, more than three are one test in fifteen hundred.
const WRONG_MAX: u64 = 3;

#[test]
fn a_busy_server_to_which_nothing_happens_is_unharmed() {
    let found = verdict("verdict-quiet", BUSY, &[]);
    assert!(40 - WRONG_MAX <= count(&found, "unharmed"), "{}", found["counts"]);
    assert!(found["recovery_seconds"].is_null());
    let line = found["line"].as_str().expect("a text");
    assert!(line.starts_with("No operation was down or degraded; there was no trigger. "), "{line}");
}

#[test]
fn a_fault_that_does_nothing_harms_nobody() {
    let scenario = [BUSY, PLACEBO].concat();
    for set in [&[][..], &["load.users.rate=\"7/s\"", "operation.get.slo=\"1500ms\""]] {
        let found = verdict("verdict-placebo", &scenario, set);
        assert!(40 - WRONG_MAX <= count(&found, "unharmed"), "{}", found["counts"]);
    }
}

#[test]
fn a_fault_that_does_something_is_seen_under_the_same_noise() {
    let hang = PLACEBO.replace("\"slow\"", "\"hang\"").replace("factor = 1.001\n", "").replace("1m", "3m");
    let scenario = [BUSY, &hang].concat();
    let found = verdict("verdict-fault", &scenario, &["load.users.rate=\"7/s\""]);
    assert_eq!(count(&found, "slow-drain"), 40, "{}", found["counts"]);
    // Every user comes back three times, and 4 · 5/s is more than 10/s: it stays down.
    let client = "load.users.client={ timeout = \"4s\", retries = 3, backoff = \"1s\" }";
    let found = verdict("verdict-stays", &scenario, &[client, "load.users.rate=\"5/s\""]);
    assert_eq!(count(&found, "never-came-back"), 40, "{}", found["counts"]);
}

#[test]
fn more_than_a_server_can_do_is_unsteady_without_a_trigger() {
    let found = verdict(
        "verdict-more",
        BUSY,
        &["load.users.rate=\"12/s\"", "run.warmup=\"1m\"", "operation.get.slo=\"1h\""],
    );
    assert_eq!(count(&found, "unsteady"), 40, "{}", found["counts"]);
    let line = found["line"].as_str().expect("a text");
    assert!(
        line.starts_with("Users get was partly starved for ") && line.contains("without a trigger"),
        "{line}"
    );
}

#[test]
fn a_service_that_turns_most_away_by_design_has_nothing_to_come_back_to() {
    let half = ["load.users.rate=\"25/s\"", "tier.server.queue={ limit = 5 }"];
    let found = verdict("verdict-half", BUSY, &half);
    assert_eq!(count(&found, "failing"), 40, "{}", found["counts"]);
    let line = found["line"].as_str().expect("a text");
    assert!(
        line.starts_with("Users get was down for 54.0 min") && line.contains("without a trigger"),
        "{line}"
    );
    let found = verdict("verdict-half-placebo", &[BUSY, PLACEBO].concat(), &half);
    assert_eq!(count(&found, "failing"), 40, "{}", found["counts"]);
}
