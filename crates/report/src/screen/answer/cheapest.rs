//! The cheapest set of several knobs.

use super::super::paint::{DIM, paint};
use super::super::summary::line;
use super::super::table::{Cell, Side, Table};
use super::{ROWS_MAX, foot, headline, paragraph, verdict};
use crate::number::grouped;
use crate::story::answer::cheapest as story;
use brownout_analysis::answer::{Cheapest, Set, Wanted};
use brownout_stats::Verdict;

/// The answer: the cheapest set, what cheaper ones could still save, and what was tried.
pub fn cheapest(found: &Cheapest, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &story::sentence(found));
    line(&mut out, "");
    if let Some(saving) = story::saving(found) {
        paragraph(&mut out, &saving);
        line(&mut out, "");
    }
    let mut head: Vec<_> =
        found.knobs.iter().map(|knob| (super::super::path(knob).into(), Side::Right)).collect();
    head.extend([
        ("kept".into(), Side::Right),
        ("verdict".into(), Side::Left),
        ("a month".into(), Side::Right),
    ]);
    let mut table = Table::named(head);
    let shown = found
        .answer
        .iter()
        .chain(&found.undecided)
        .chain(found.tried.iter().filter(|set| set.verdict == Verdict::Rejected).rev());
    let mut rows: Vec<&Set> = shown.take(ROWS_MAX).collect();
    rows.sort_by(|a, b| a.dollars_a_month.total_cmp(&b.dollars_a_month));
    for set in rows {
        table.row(row(set));
    }
    out.push_str(&table.render());
    line(
        &mut out,
        &paint(&format!("{} of {} sets were tried", found.tried.len(), grouped(found.points as u64)), DIM),
    );
    foot(&mut out, found.runs, again);
    out
}

fn row(set: &Set) -> Vec<Cell> {
    let values = set.values.iter().map(|value| Cell::plain(value.clone()));
    let kept = Cell::plain(format!("{}/{}", set.kept, set.runs));
    let cost = Cell::plain(format!("${}", grouped(set.dollars_a_month.round() as u64)));
    values.chain([kept, verdict(set.verdict, Wanted::Least), cost]).collect()
}
