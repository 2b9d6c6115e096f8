//! A metric that a program adds to the table is in every file and on the screen; nothing else has to know it.

mod service;

use brownout_analysis::findings::{Expectation, Findings};
use brownout_metrics::{Ask, Better, How, Metric, Place, Scope, Shown, Unit, extend};
use brownout_protocol::Kind;
use brownout_report::{csv, json, screen, series_csv};
use serde_json::Value;

static ROWS: [Metric; 1] = [Metric {
    key: "retried",
    scopes: &[Scope::Path, Scope::Total],
    unit: Unit::PerSecond("retries"),
    better: Better::Low,
    meaning: "Retries of clients.",
    how: How::Value(retried),
    shown: Shown::Always,
    over_time: &[Scope::Path],
    place: Place { under: "again", name: "retried" },
}];

fn retried(ask: &Ask<'_>) -> Option<f64> {
    ask.rate(&[Kind::Retried])
}

fn contains(text: &str, wanted: &str) {
    assert!(
        text.contains(wanted),
        "no {wanted:?} in\n{}",
        text.lines().take(50).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn a_new_row_of_the_table_is_found_everywhere() {
    extend(&ROWS).expect("no metric of that name");
    let mut findings = service::findings();
    let object = json(&findings, None);
    let mean = |of: &Value| of["again"]["retried"]["mean"].clone();
    let path = mean(&object["classes"]["web"]["get"]);
    assert!(path.as_f64().is_some_and(|rate| 0.0 < rate), "{path}");
    assert_eq!(mean(&object["total"]), path, "only these clients retry");
    assert_eq!(object["units"]["classes"]["again.retried"], "retries/s");
    contains(&csv(&findings), &format!(",path,web,get,,retried,retries/s,{path}"));
    contains(&series_csv(&findings), ",base,path,web,get,,retried,retries/s,2.5,");
    let subject =
        findings[0].service.paths.iter().find(|path| path.class == "web").expect("a path").subject();
    let value = findings[0].values.get(&subject, &ROWS[0]).copied();
    let that = "web.get.retried < 1/s".to_owned();
    let (key, when) = ("retried".to_owned(), String::new());
    let expectation =
        Expectation { that, when, key, subject, value, passed: 0, replications: 2, pass: false };
    findings.truncate(1);
    let findings = [Findings { expectations: vec![expectation], ..findings.remove(0) }];
    contains(&screen::summary(&findings, None), "web.get.retried < 1/s");
    contains(&screen::summary(&findings, None), "/s  0 of 2");
}
