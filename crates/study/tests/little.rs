//! Little's law from the numbers of the table: calls admitted per second times the mean time in the queue, or inside,
//! are the mean numbers there, whatever becomes of the calls.

use brownout::metrics::{Subject, tiers};
use brownout::{Findings, Overrides, Settings, Silent, Text, open, simulate};

fn run(scenario: &str) -> Findings {
    let cases = open("little.toml", &Text(scenario.to_owned()), &Overrides::default());
    let cases = cases.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let settings = Settings { threads: 2, windows: false, beside: false, provenance: false };
    simulate(&cases, settings, &[Silent]).expect("a run").remove(0)
}

fn number(findings: &Findings, metric: &brownout::metrics::Metric) -> f64 {
    let tier = Subject::Tier("s".into());
    findings.values.get(&tier, metric).map_or_else(|| panic!("no {}", metric.key), |value| value.mean)
}

/// Checks both laws. What is inside at the end of the run counts in the numbers, and not in the times.
fn holds(name: &str, findings: &Findings) {
    let admitted = number(findings, &tiers::ADMITTED_RATE);
    for (wait, length) in
        [(&tiers::QUEUE_WAIT_ALL, &tiers::QUEUE_LENGTH), (&tiers::SOJOURN_ALL, &tiers::IN_FLIGHT)]
    {
        let (product, length) = (admitted * number(findings, wait), number(findings, length));
        assert!((product - length).abs() <= 0.005 * length, "{name}: {}: {product} and {length}", wait.key);
    }
}

const LOAD: &str = r#"
schema = 1
title = "Little"
[run]
duration = "2h"
replications = 4
[load.u]
rate = "10/s"
journey = [{ do = "get" }]
"#;

/// Ten workers at load 1, patience of the mean service time: of all who come, 12.511 % of a second is waited.
#[test]
fn of_those_who_lose_patience() {
    let findings = run(&format!(
        r#"{LOAD}
[tier.s]
kind = "service"
workers = 10
service = {{ dist = "exponential", mean = "1s" }}
queue = {{ patience = {{ dist = "exponential", mean = "1s" }} }}
"#
    ));
    holds("patience", &findings);
    let all = number(&findings, &tiers::QUEUE_WAIT_ALL);
    assert!((all - 0.125_11).abs() < 0.006, "{all}");
    let served = number(&findings, &tiers::QUEUE_WAIT[brownout::metrics::MEAN]);
    assert!((served - 0.114_7).abs() < 0.006, "{served}");
}

#[test]
fn of_those_who_are_refused_fail_or_leave() {
    holds(
        "refusals",
        &run(&format!(
            r#"{LOAD}
client = {{ timeout = "2s", retries = 2, on_timeout = "cancel" }}
[tier.s]
kind = "service"
workers = 9
service = {{ dist = "exponential", mean = "1s" }}
queue = {{ limit = 8, expire = "600ms" }}
calls = [{{ to = "db", chance = "50%" }}]
[tier.db]
kind = "service"
workers = 30
service = {{ dist = "exponential", mean = "1s" }}
[[fault]]
at = "10m"
for = "5m"
tier = "db"
kind = "errors"
ratio = "30%"
"#
        )),
    );
}

#[test]
fn of_those_who_are_preempted() {
    holds(
        "preemption",
        &run(&format!(
            r#"{LOAD}
class = "lo"
[load.v]
rate = "5/s"
class = "hi"
journey = [{{ do = "get" }}]
[class.hi]
priority = 0
[class.lo]
priority = 1
[tier.s]
kind = "service"
workers = 2
service = {{ dist = "exponential", mean = "100ms" }}
queue = {{ order = "priority", preempt = true }}
"#
        )),
    );
}

/// The one at work is preempted after 1 s by one that takes 10 s: the one waits 10 s, the other not at all.
#[test]
fn a_wait_after_a_preemption_counts() {
    let findings = run(r#"
schema = 1
title = "Preempted"
[run]
duration = "100s"
[class.hi]
priority = 0
[class.lo]
priority = 1
[load.lo]
journey = [{ do = "get" }]
[[load.lo.surge]]
users = 1
at = "0s"
over = "1us"
[load.hi]
journey = [{ do = "get" }]
[[load.hi.surge]]
users = 1
at = "1s"
over = "1us"
[tier.s]
kind = "service"
workers = 1
service = "10s"
queue = { order = "priority", preempt = true }
"#);
    holds("one preemption", &findings);
    let wait = number(&findings, &tiers::QUEUE_WAIT[brownout::metrics::MEAN]);
    assert!((wait - 5.0).abs() < 1e-5, "{wait}");
}
