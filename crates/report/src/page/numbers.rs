//! Every number of every subject, as text for any page: what the table of metrics has, and nothing else.

use crate::number::{self, Shown};
use crate::story::reason_of;
use brownout_analysis::findings::{Findings, Number};
use brownout_metrics::{How, Metric, Scope, Subject};

/// All numbers of one subject.
pub(super) struct Group {
    /// Whose.
    pub(super) name: String,
    /// In the order of the table of metrics; at least one.
    pub(super) rows: Vec<Row>,
}

/// One number.
pub(super) struct Row {
    pub(super) key: &'static str,
    pub(super) meaning: String,
    pub(super) shown: Shown,
}

/// All of them; of a path at a tier only what the tier as a whole has no number of, since the rest is more than a
/// reader looks through: that is in the JSON.
pub(super) fn groups(findings: &Findings) -> Vec<Group> {
    let groups = findings.values.subjects.iter().map(|numbers| {
        let at_tier = numbers.subject.scope() == Scope::TierPath;
        let shown = |number: &&Number| !(at_tier && number.metric.is_of(Scope::Tier));
        Group {
            name: name(&numbers.subject),
            rows: numbers.numbers.iter().filter(shown).filter_map(row).collect(),
        }
    });
    groups.filter(|group| !group.rows.is_empty()).collect()
}

/// None where there is no such number, or it says that nothing happened.
fn row(number: &Number) -> Option<Row> {
    let metric = number.metric;
    let estimate = number.estimate.as_ref()?;
    if metric.shown == brownout_metrics::Shown::AboveZero && estimate.mean <= 0.0 {
        return None;
    }
    Some(Row { key: metric.key, meaning: meaning(metric), shown: number::said_parts(estimate, metric.unit) })
}

fn meaning(metric: &Metric) -> String {
    match metric.how {
        How::Reason(..) => format!("{} ({})", metric.meaning, reason_of(metric)),
        _ => metric.meaning.to_owned(),
    }
}

fn name(subject: &Subject) -> String {
    match subject {
        Subject::Total => "all clients".to_owned(),
        Subject::Load(name) => format!("load {name}"),
        Subject::Class(name) => format!("class {name}"),
        Subject::Path { class, operation } => format!("{class} · {operation}"),
        Subject::Tier(name) => format!("tier {name}"),
        Subject::TierPath { tier, class, operation } => format!("{class} · {operation} at {tier}"),
        Subject::Run => subject.to_string(),
    }
}
