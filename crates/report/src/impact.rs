//! The impact table: what became of the intents of each class and operation, as text for any page.

use crate::number::{self, NONE, Shown};
use crate::story::reason_of;
use brownout_analysis::findings::{Findings, Path};
use brownout_metrics::clients::{FAILED, LATENCY, OFFERED, SUCCEEDED, SUCCESS_RATE, WORST_SUCCESS_RATE};
use brownout_metrics::harm::{LEFT_UNSERVED, MINUTES_DOWN, PEOPLE_LOCKED_OUT, UNSERVED, USER_MINUTES_LOST};
use brownout_metrics::{Metric, P99, Subject};

/// One line of the impact table.
pub(crate) struct Row<'a> {
    pub(crate) class: &'a str,
    pub(crate) operation: &'a str,
    /// As many as [`COLUMNS`].
    pub(crate) cells: Vec<Shown>,
    /// Reason in words, and how many intents failed for it; the commonest first.
    pub(crate) failed: Vec<(&'static str, Shown)>,
}

/// What stands above the cells of the impact table, and which number that is.
pub(crate) const COLUMNS: [(&str, &Metric); 6] = [
    ("offered", &OFFERED),
    ("unserved²", &UNSERVED),
    ("down", &MINUTES_DOWN),
    ("success rate", &SUCCESS_RATE),
    ("worst 5 min¹", &WORST_SUCCESS_RATE),
    ("p99", &LATENCY[P99]),
];

/// What stands above the cells of people, class by class, and which number that is.
pub(crate) const PEOPLE: [(&str, &Metric); 3] = [
    ("met trouble", &PEOPLE_LOCKED_OUT),
    ("left for good", &LEFT_UNSERVED),
    ("without service", &USER_MINUTES_LOST),
];

/// What became of the users of each class, whatever they wanted to do: none where nobody met trouble.
pub(crate) fn people(findings: &Findings) -> Vec<(&str, Vec<Shown>)> {
    let mut classes: Vec<&str> = findings.service.paths.iter().map(|path| path.class.as_str()).collect();
    classes.dedup();
    classes.sort_unstable();
    classes.dedup();
    let lost = |class: &&str| {
        let subject = Subject::Class((*class).to_owned());
        findings.values.get(&subject, &USER_MINUTES_LOST).is_some_and(|lost| 0.05 <= lost.mean)
    };
    let row = |class: &'_ str| {
        let subject = Subject::Class(class.to_owned());
        PEOPLE.iter().map(|(_, metric)| cell(findings, &subject, metric)).collect()
    };
    classes.into_iter().filter(lost).map(|class| (class, row(class))).collect()
}

/// What stands above the table of people.
pub(crate) const PEOPLE_NOTE: &str = "Users who met trouble, and how long they, and those who never came, were \
    without service, whatever they wanted to do:";

/// What stands under the impact table.
pub(crate) const NOTE: &str = "Means over replications with 95 % intervals. Intents are counted, not attempts: \
    a login tried five times is one. Down is when most users got nothing: they failed, or too few got in to ask. \
    Latency is of intents that succeeded. ¹ The lowest success rate of any five minutes; of the whole run where that \
    is shorter. ² Intents that would have been answered as promised and were not: failed, late, still open, or never \
    begun.";

/// The impact table.
pub(crate) fn rows(findings: &Findings) -> Vec<Row<'_>> {
    let rows = findings.service.paths.iter().map(|path| {
        let Path { class, operation, .. } = path;
        Row { class, operation, cells: cells(findings, path), failed: failed(findings, path) }
    });
    rows.collect()
}

/// One number of some subject, with its unit, as a cell of a table.
pub(crate) fn cell(findings: &Findings, subject: &Subject, metric: &Metric) -> Shown {
    findings.values.get(subject, metric).map_or_else(Shown::none, |e| number::parts(e, metric.unit))
}

fn cells(findings: &Findings, path: &Path) -> Vec<Shown> {
    let subject = path.subject();
    let mean = |metric| findings.values.get(&subject, metric).map(|estimate| estimate.mean);
    // A number that is missing has its reason in its place: nothing was asked, or nothing was answered.
    let why = match (mean(&OFFERED), mean(&SUCCEEDED)) {
        (Some(0.0), _) => "none asked",
        (_, Some(0.0)) => "none answered",
        _ => NONE,
    };
    let missing = || Shown { value: why.to_owned(), interval: None };
    let one = |metric: &Metric| match findings.values.get(&subject, metric) {
        None => missing(),
        Some(_) => cell(findings, &subject, metric),
    };
    COLUMNS.iter().map(|(_, metric)| one(metric)).collect()
}

fn failed(findings: &Findings, path: &Path) -> Vec<(&'static str, Shown)> {
    let subject = path.subject();
    let count = |metric| Some((metric, findings.values.get(&subject, metric)?));
    let mut reasons: Vec<_> = FAILED.iter().filter_map(count).filter(|(_, e)| e.mean > 0.0).collect();
    reasons.sort_by(|a, b| b.1.mean.total_cmp(&a.1.mean));
    reasons.into_iter().map(|(metric, e)| (reason_of(metric), number::parts(e, metric.unit))).collect()
}
