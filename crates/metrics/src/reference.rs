//! The reference page, from the table.

use crate::{Better, Metric, Shown, all};
use std::fmt::Write as _;

/// `METRICS.md`: every metric with its subjects, unit, meaning, and how replications combine.
pub fn reference() -> String {
    let mut out = String::from(
        "# Metrics\n\n\
         Every number of a result. Made by `cargo xtask reference` from the table in `crates/metrics`; do not edit.\n\n\
         An expectation asks for `SUBJECT.KEY`: `web.login.success_rate`, `web.goodput`, `total.latency.p99`,\n\
         `auth.utilisation`. All numbers are of the time after the warm-up, or of the time that `when` names.\n\
         Numbers of several replications are their mean with its interval at 95 %.\n",
    );
    let mut last: Option<Vec<&str>> = None;
    for metric in all() {
        let subjects: Vec<&str> = metric.scopes.iter().map(|scope| scope.words()).collect();
        if last.as_ref() != Some(&subjects) {
            write!(out, "\n## Of a {}\n\n{HEAD}", subjects.join(", ")).expect("a String takes any text");
            last = Some(subjects);
        }
        out.push_str(&row(metric));
    }
    out
}

const HEAD: &str = "| key | unit | better | meaning | replications |\n|---|---|---|---|---|\n";

fn row(metric: &Metric) -> String {
    let better = match metric.better {
        Better::High => "high",
        Better::Low => "low",
        Better::Neither => "–",
    };
    let listed = match metric.shown {
        Shown::Always => "",
        Shown::AboveZero => " Listed where it is above 0.",
    };
    let (key, unit, meaning) = (metric.key, metric.unit.words(), metric.meaning);
    format!("| `{key}` | {unit} | {better} | {meaning}{listed} | {} |\n", metric.combining())
}
