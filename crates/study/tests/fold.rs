//! Replications are reduced one by one: the same findings on any number of threads, and memory that hardly grows.

use brownout::findings::Findings;
use brownout::{Case, Fold, Overrides, Settings, Silent, Text, find, fold, open};
use brownout_analysis::{Case as Of, analyse};

const SCENARIO: &str = r#"
schema = 1
title = "many"
[run]
duration = "30s"
[load.web]
rate = "10/s"
journey = [{ do = "get" }]
client = { timeout = "1s" }
[tier.us]
kind = "service"
workers = 4
service = { dist = "exponential", mean = "100ms" }
[[fault]]
at = "10s"
for = "10s"
tier = "us"
kind = "slow"
factor = 20
[[expect]]
that = "web.get.success_rate > 99%"
[[expect]]
that = "verdict <= self-healed"
"#;

fn cases(replications: u32) -> Vec<Case> {
    let overrides = Overrides { replications: Some(replications), ..Overrides::default() };
    open("many.toml", &Text(SCENARIO.to_owned()), &overrides).unwrap_or_else(|problems| panic!("{problems}"))
}

fn folded(cases: &[Case], threads: usize) -> Vec<Fold> {
    let settings = Settings { threads, windows: true, beside: true, provenance: false };
    fold(cases, settings, &[Silent]).expect("nothing interrupts it")
}

/// Digests of such a replication take 160 kB.
#[test]
fn a_replication_leaves_a_few_kilobytes() {
    let bytes = |replications: u32| folded(&cases(replications), 2)[0].bytes();
    let (few, many) = (bytes(100), bytes(1_000));
    let each = (many - few) / 900;
    assert!((100..10_000).contains(&each), "{few} bytes of 100, {many} of 1,000: {each} each");
}

#[test]
fn what_is_found_is_the_same_on_any_number_of_threads_and_of_all_at_once() {
    let cases = cases(40);
    let found = |threads: usize| find(&cases, folded(&cases, threads)).remove(0);
    let one = found(1);
    for threads in [2, 8] {
        same(&found(threads), &one);
    }
    let settings = Settings { threads: 2, windows: true, beside: true, provenance: false };
    let all = brownout::replications(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0);
    let Case { scenario, legend, .. } = &cases[0];
    let case = Of { model: &scenario.model, legend, expectations: &scenario.expectations };
    same(&analyse(&case, &all, one.stamp.clone()), &one);
    assert_eq!(one.verdict.operations[0].episodes.len(), 40, "of each replication");
    assert!(!one.lines.lines.is_empty() && !one.symptoms.is_empty() && one.expectations.len() == 2);
}

/// Bit by bit, but for windows without a number, which equal nothing.
fn same(a: &Findings, b: &Findings) {
    let all = |findings: &Findings| format!("{findings:?}");
    assert!(all(a) == all(b), "{:#?}\n{:#?}", a.verdict, b.verdict);
}
