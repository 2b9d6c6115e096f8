//! The impact table: what became of the intents of each class and operation, as text for any page.

use crate::number::{self, Shown, Unit};
use crate::story::reason;
use brownout_analysis::findings::{Findings, PathFinding};
use brownout_stats::Estimate;

/// One line of the impact table.
pub(crate) struct Row<'a> {
    pub(crate) class: &'a str,
    pub(crate) operation: &'a str,
    /// As many as [`COLUMNS`].
    pub(crate) cells: Vec<Shown>,
    /// Reason in words, and how many intents failed for it; the commonest first.
    pub(crate) failed: Vec<(String, Shown)>,
}

/// What stands above the cells of the impact table.
pub(crate) const COLUMNS: [&str; 8] = [
    "offered",
    "success rate",
    "worst hour¹",
    "goodput",
    "p50",
    "p99",
    "attempts per intent",
    "user-minutes lost",
];

/// What stands under the impact table.
pub(crate) const NOTE: &str = "Means over replications with 95 % intervals. Intents are counted, not attempts: \
    a login tried five times is one. Latency is of intents that succeeded. ¹ Under two hours: its worst tenth.";

/// The impact table.
pub(crate) fn rows(findings: &Findings) -> Vec<Row<'_>> {
    let paths =
        findings.classes.iter().flat_map(|(class, ops)| ops.iter().map(move |(op, p)| (class, op, p)));
    paths
        .map(|(class, operation, path)| Row { class, operation, cells: cells(path), failed: failed(path) })
        .collect()
}

fn cells(path: &PathFinding) -> Vec<Shown> {
    let none = || Shown { value: number::NONE.to_owned(), interval: None };
    let shown = |e: Option<&Estimate>, unit| e.map_or_else(none, |e| number::parts(e, unit));
    let latency = path.latency.as_ref();
    vec![
        shown(Some(&path.offered), Unit::Count),
        shown(path.success_rate.as_ref(), Unit::Share),
        shown(path.worst_success_rate.as_ref(), Unit::Share),
        shown(Some(&path.goodput), Unit::PerSecond),
        shown(latency.map(|l| &l.p50), Unit::Seconds),
        shown(latency.map(|l| &l.p99), Unit::Seconds),
        shown(path.attempts_per_intent.as_ref(), Unit::Count),
        shown(Some(&path.user_minutes_lost), Unit::Count),
    ]
}

fn failed(path: &PathFinding) -> Vec<(String, Shown)> {
    let mut reasons: Vec<_> = path.failed.iter().filter(|(_, e)| e.mean > 0.0).collect();
    reasons.sort_by(|a, b| b.1.mean.total_cmp(&a.1.mean));
    reasons.into_iter().map(|(key, e)| (reason(key), number::parts(e, Unit::Count))).collect()
}
