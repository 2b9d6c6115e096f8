//! The impact of a run as tidy CSV: one number a line.

use super::{json, variant};
use brownout_report::Findings;
use serde_json::Value;
use std::fmt::Write as _;

/// Every number of every class and operation: `metric` is its path in the JSON, as in `latency.p99`.
///
/// The stamp is repeated in each line, so that a line says where it comes from wherever it is pasted.
pub(crate) fn impact(findings: &[Findings]) -> String {
    let mut out =
        "version,scenario_hash,seed,fingerprint,variant,class,operation,metric,mean,ci95_low,ci95_high\n"
            .to_owned();
    for (findings, line) in findings.iter().zip(json::lines(findings).lines()) {
        let object: Value = serde_json::from_str(line).expect("what was just written is JSON");
        let stamp = &findings.stamp;
        let prefix = [&stamp.version, &stamp.scenario_hash, &stamp.seed.to_string(), &stamp.fingerprint];
        let prefix = prefix.map(String::as_str).join(",");
        for (class, operations) in object["classes"].as_object().into_iter().flatten() {
            for (operation, numbers) in operations.as_object().into_iter().flatten() {
                let row = format!("{prefix},{},{class},{operation}", quoted(variant(findings)));
                push(&mut out, &row, "", numbers);
            }
        }
    }
    out
}

/// A field as RFC 4180 wants it: in quotes where it has a comma, a quote or a line break.
pub(crate) fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// An estimate is a line; a table of them is gone down, its keys joined by dots.
fn push(out: &mut String, row: &str, metric: &str, numbers: &Value) {
    let Some(table) = numbers.as_object() else {
        if numbers.is_number() {
            writeln!(out, "{row},{metric},{numbers},,").expect("a String takes any text");
        }
        return;
    };
    if table.get("mean").is_some_and(Value::is_number) {
        let end = |at: usize| numbers["ci95"].get(at).map(Value::to_string).unwrap_or_default();
        writeln!(out, "{row},{metric},{},{},{}", table["mean"], end(0), end(1))
            .expect("a String takes any text");
        return;
    }
    for (key, value) in table {
        let metric = if metric.is_empty() { key.clone() } else { format!("{metric}.{key}") };
        push(out, row, &metric, value);
    }
}
