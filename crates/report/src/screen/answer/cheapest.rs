//! The cheapest set of several knobs.

use super::super::paint::{DIM, paint};
use super::super::summary::line;
use super::super::table::{Cell, Side, Table};
use super::{ROWS_MAX, averages, foot, headline, paragraph, verdict};
use crate::number::{NONE, grouped};
use crate::story::answer::{cheapest as story, cost_cells, cost_heads, mean};
use brownout_analysis::answer::{Cheapest, Set, Terms, Wanted};
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
    let basis = story::basis(found);
    if !basis.is_empty() {
        paragraph(&mut out, &basis);
        line(&mut out, "");
    }
    let is_on_average = found.terms.is_on_average();
    head.push((if is_on_average { "runs" } else { "kept" }.into(), Side::Right));
    head.extend(
        averages(&found.terms).map(|(_, promise)| (super::super::path(&promise.of).into(), Side::Left)),
    );
    head.push(("verdict".into(), Side::Left));
    let heads = cost_heads(found.tried.iter().chain(&found.answer).map(|set| &set.cost));
    head.extend(heads.iter().map(|head| ((*head).into(), Side::Right)));
    let mut table = Table::named(head);
    let shown = found
        .answer
        .iter()
        .chain(&found.undecided)
        .chain(found.tried.iter().filter(|set| set.verdict == Verdict::Rejected).rev());
    let mut rows: Vec<&Set> = shown.take(ROWS_MAX).collect();
    rows.sort_by(|a, b| a.cost.all.mean.total_cmp(&b.cost.all.mean));
    for set in rows {
        table.row(row(&found.terms, set, heads));
    }
    out.push_str(&table.render());
    line(
        &mut out,
        &paint(&format!("{} of {} sets were tried", found.tried.len(), grouped(found.points as u64)), DIM),
    );
    foot(&mut out, found.runs, again);
    out
}

fn row(terms: &Terms, set: &Set, heads: &[&str]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = set.values.iter().map(|value| Cell::plain(value.clone())).collect();
    let kept =
        if terms.is_on_average() { grouped(set.runs as u64) } else { format!("{}/{}", set.kept, set.runs) };
    cells.push(Cell::plain(kept));
    cells.extend(averages(terms).map(|(at, promise)| {
        Cell::plain(set.averages[at].map_or_else(|| NONE.to_owned(), |one| mean(&one, promise.unit)))
    }));
    cells.push(verdict(set.verdict, Wanted::Least));
    cells.extend(cost_cells(heads, Some(&set.cost)).into_iter().map(Cell::plain));
    cells
}
