//! What happened in a run without a schedule is in its files: acts, leases and faults by chance, with their times.

mod result;

use serde_json::Value;
use std::process::Command;

/// An outage for 2 min at random, a lease that is ordered by hand, and a step that is taken back.
const SCENARIO: &str = r#"
schema = 1
title = "Without a schedule"

[run]
duration = "20m"
warmup = "1m"
window = "10s"
seed = 3

[load.web]
rate = "10/s"
journey = [{ do = "get" }]

[tier.app]
kind = "service"
replicas = 2
workers = 2
service = "50ms"

[[fault]]
tier = "app"
kind = "errors"
ratio = "20%"
random = { mtbf = { dist = "constant", value = "4m" }, mttr = { dist = "constant", value = "1m" } }

[controller.on-call]
kind = "operator"

[[controller.on-call.step]]
name = "less"
at = "6m"
after = "0s"
do = "shed"
tier = "app"
keep = "50%"

[[controller.on-call.step]]
at = "9m"
after = "0s"
do = "undo"
step = "less"

[[controller.on-call.step]]
name = "more"
at = "10m"
after = "0s"
do = "lease"
tier = "app"
replicas = 3
lead = "2m"
price = "$1/h"
for = "5m"
"#;

#[test]
fn it_is_in_the_result_the_timeline_and_the_charts() {
    let file = result::file("happened", SCENARIO);
    let folder = file.with_extension("");
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    let output =
        command.arg("run").arg(&file).arg("--out").arg(&folder).arg("-q").output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it was written");
    let result: Value = serde_json::from_str(&read("result.json")).expect("it is JSON");
    let happened = find(&result, "happened").expect("findings have it");
    assert_eq!(happened["left_out"], 0);
    let events = happened["events"].as_array().expect("a list");
    let said: Vec<String> = events
        .iter()
        .map(|e| {
            let label = e["label"].as_str().expect("a text");
            format!("{}..{} {label} ({})", e["from"], e["to"], e["kind"].as_str().expect("a text"))
        })
        .collect();
    assert_eq!(
        said,
        [
            "240.0..300.0 app fails 20 % of calls, by chance (chance)",
            "360.0..540.0 on-call: app keeps 50 % of its calls (act)",
            "540.0..600.0 app fails 20 % of calls, by chance (chance)",
            "540.0..540.0 on-call takes back: app keeps 50 % of its calls (act)",
            "600.0..600.0 on-call orders a lease of 3 for app (act)",
            "720.0..1020.0 on-call: lease of 3 for app (lease)",
            "840.0..900.0 app fails 20 % of calls, by chance (chance)",
            "1140.0..1200.0 app fails 20 % of calls, by chance (chance)",
        ]
    );
    let page = read("report.md");
    assert!(page.contains("| 12 min | on-call: lease of 3 for app, until 17 min |"), "{page}");
    let chart = read("charts/four-lines.svg");
    assert!(chart.contains("4 × app fails 20 % of calls, by chance"));
}

/// Two runbooks whose first steps come at one instant, and a lease whose order is the first of all that is changed.
const TWO_OPERATORS: &str = r#"
schema = 1
title = "Two on call"

[run]
duration = "10m"
warmup = "1m"
window = "10s"

[load.web]
rate = "10/s"
journey = [{ do = "get" }]

[tier.app]
kind = "service"
replicas = 2
workers = 2
service = "50ms"

[controller.day]
kind = "operator"
step = [
  { name = "more", at = "4m", after = "0s", do = "scale", tier = "app", replicas = 3 },
  { at = "6m", after = "0s", do = "undo", step = "more" },
]

[controller.night]
kind = "operator"
step = [
  { name = "most", at = "4m", after = "0s", do = "scale", tier = "app", replicas = 5 },
  { at = "6m", after = "0s", do = "undo", step = "most" },
]

[controller.cloud]
kind = "operator"
step = [{ at = "4m", after = "0s", do = "lease", tier = "app", replicas = 2, lead = "1m", price = "$1/h" }]
"#;

#[test]
fn the_actor_is_named_even_if_others_act_at_that_instant() {
    let result = result::of("two-operators", TWO_OPERATORS, &[]);
    let events = find(&result, "happened").expect("findings have it")["events"].as_array().expect("a list");
    let acts = events.iter().filter(|event| event["kind"] == "act");
    let said: Vec<&str> = acts.map(|event| event["label"].as_str().expect("a text")).collect();
    assert_eq!(
        said,
        [
            "cloud orders a lease of 2 for app",
            "day scales app to 3",
            "night scales app to 5",
            "day scales app back",
            "night scales app back",
        ]
    );
}

/// The first value of that name, at any depth.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(name).or_else(|| map.values().find_map(|inner| find(inner, name))),
        Value::Array(list) => list.iter().find_map(|inner| find(inner, name)),
        _ => None,
    }
}
