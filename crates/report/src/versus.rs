//! Variants side by side in the order of harm, as text for any page.

use crate::impact;
use crate::number::{NONE, Shown};
use brownout_analysis::findings::Findings;
use brownout_analysis::ranked;
use brownout_metrics::Metric;
use brownout_metrics::harm::{MINUTES_DOWN, UNSERVED_SHARE};

/// What stands under the table.
pub(crate) const NOTE: &str = "The least harm first: by the minutes that the worst operation was down, then by what \
    was not served of what was asked of it. Variants that no number here tells apart share a line, and what happened \
    is of the first of them.";

/// A place in that order.
pub(crate) struct Row<'a> {
    /// The variants that share it, each with its place among those given.
    pub(crate) names: Vec<(usize, &'a str)>,
    /// Of the first of them.
    pub(crate) findings: &'a Findings,
    /// How long its worst operation was down.
    pub(crate) down: Shown,
    /// What was not served of what was asked of that operation.
    pub(crate) unserved: Shown,
    /// How many of its expectations were met: `3 of 4`.
    pub(crate) met: String,
}

/// The places, the best first.
pub(crate) fn rows<'a>(variants: &[&'a Findings]) -> Vec<Row<'a>> {
    let row = |place: brownout_analysis::Ranked| {
        let findings = variants[place.at];
        let worst = |metric: &Metric| {
            let subject = findings.verdict.worst.as_ref();
            subject.map_or_else(Shown::none, |subject| impact::cell(findings, subject, metric))
        };
        let met = findings.expectations.iter().filter(|e| e.pass).count();
        Row {
            names: std::iter::once(place.at)
                .chain(place.same)
                .map(|at| (at, variants[at].stamp.variant.as_str()))
                .collect(),
            findings,
            down: worst(&MINUTES_DOWN),
            unserved: worst(&UNSERVED_SHARE),
            met: match findings.expectations.len() {
                0 => NONE.to_owned(),
                all => format!("{met} of {all}"),
            },
        }
    };
    ranked(variants).into_iter().map(row).collect()
}
