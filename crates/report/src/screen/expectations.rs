//! What was expected, and what came.

use super::fit::Section;
use super::paint::{BAD, GOOD};
use super::summary::{badge_words, more};
use super::table::{Cell, Side, Table};
use crate::number::{self, NONE};
use brownout_analysis::findings::{Expectation, Findings};
use brownout_metrics::{Unit, find};

/// An expectation with a longer text is cut.
const TEXT_MAX: usize = 44;

/// All of one variant; of several, those that failed, since the rows of variants say how many were met.
pub(super) fn section(findings: &[Findings]) -> Section<'_> {
    let mut all: Vec<(&Findings, &Expectation)> = Vec::new();
    for findings in findings {
        all.extend(findings.expectations.iter().map(|expectation| (findings, expectation)));
    }
    all.sort_by_key(|(_, expectation)| expectation.pass);
    let several = 1 < findings.len();
    if several {
        all.retain(|(_, expectation)| !expectation.pass);
    }
    let count = all.len();
    let draw = move |rows: usize| {
        let head = [("", Side::Left), ("expected", Side::Left), ("came", Side::Right), ("runs", Side::Right)];
        let mut table = Table::new(&head);
        for (findings, expectation) in all.iter().take(rows) {
            let name = if several { format!("{}: ", &findings.stamp.variant) } else { String::new() };
            table.row(row(&name, expectation, came(findings, expectation)));
        }
        table.cut(1, TEXT_MAX);
        more(&mut table, rows, all.len());
        table.render()
    };
    Section { count, draw: Box::new(draw) }
}

fn row(name: &str, expectation: &Expectation, came: String) -> Vec<Cell> {
    let when = if expectation.when.is_empty() { String::new() } else { format!("  {}", expectation.when) };
    let (word, style) = if expectation.pass { ("ok", GOOD) } else { ("FAILED", BAD) };
    vec![
        Cell::new(word, style),
        Cell::plain(format!("{name}{}{when}", expectation.that)),
        Cell::plain(came),
        Cell::plain(format!("{} of {}", expectation.passed, expectation.replications)),
    ]
}

/// What came, in the unit of the metric; of verdicts the commonest.
fn came(findings: &Findings, expectation: &Expectation) -> String {
    let Some(metric) = find(expectation.subject.scope(), &expectation.key) else { return NONE.to_owned() };
    if metric.unit == Unit::Badge {
        return badge_words(findings.verdict.of(&expectation.subject));
    }
    let value = expectation.value.filter(|value| value.mean.is_finite());
    value.map_or_else(|| NONE.to_owned(), |value| number::value(value.mean, metric.unit))
}

/// How many expectations do not hold; none if all do.
pub fn unmet(findings: &[Findings]) -> Option<String> {
    let all = || findings.iter().flat_map(|variant| &variant.expectations);
    let unmet = all().filter(|expectation| !expectation.pass).count();
    (0 < unmet).then(|| format!("{unmet} of {} expectations failed", all().count()))
}
