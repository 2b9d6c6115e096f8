//! Answers to a planner's questions: one sentence first, then what was tried.

mod bounded;
mod cheapest;
mod hysteresis;
mod matters;
mod tipping;

pub use bounded::{Growth, bounded, growth};
pub use cheapest::cheapest;
pub use hysteresis::hysteresis;
pub use matters::matters;
pub use tipping::tipping;

use super::WIDTH;
use super::paint::{BAD, BOLD, DIM, GOOD, paint, wrap};
use super::summary::line;
use super::table::{Cell, Side, Table};
use crate::Reports;
use crate::number::{NONE, grouped};
use crate::story::answer as story;
use brownout_analysis::answer::{Bounded, Promised, Terms, Wanted};
use brownout_stats::{Verdict, wilson};

/// More rows have no room; those around the answer are shown.
const ROWS_MAX: usize = 24;

/// A sentence in bold, over as many lines as it takes.
fn headline(out: &mut String, text: &str) {
    for part in wrap(text, WIDTH) {
        line(out, &paint(&part, BOLD));
    }
}

fn paragraph(out: &mut String, text: &str) {
    for part in wrap(text, WIDTH) {
        line(out, &part);
    }
}

/// What was tried: a row for each value, at most those around the answer. Where the search chose which seeds it had to
/// see, their number is shown, and no share.
fn tried(out: &mut String, found: &Bounded) {
    let (terms, all) = (&found.terms, &found.tried);
    let costs = story::cost_heads(all.iter().filter_map(|row| row.cost.as_ref()));
    let fleet = all.iter().any(|row| 0 < row.accelerators);
    let mut head = vec![(super::path(&terms.knob).into(), Side::Right)];
    if terms.is_on_average() {
        head.push(("runs".into(), Side::Right));
    } else {
        head.extend([("kept".into(), Side::Right), ("share of runs".into(), Side::Left)]);
    }
    head.extend(averages(terms).map(|(_, promise)| (super::path(&promise.of).into(), Side::Left)));
    head.push(("verdict".into(), Side::Left));
    if fleet {
        head.push(("accelerators".into(), Side::Right));
    }
    head.extend(costs.iter().map(|head| ((*head).into(), Side::Right)));
    let mut table = Table::named(head);
    let near = found.answer.as_ref().and_then(|answer| all.iter().position(|row| row.value == answer.value));
    for row in around(all, near) {
        let mut cells = vec![Cell::plain(row.value.clone())];
        if terms.is_on_average() {
            cells.push(Cell::plain(grouped(row.runs as u64)));
        } else {
            let share = match (row.is_fixed, row.is_sample) {
                (true, _) => "all runs are the same".to_owned(),
                (false, true) => share(row.kept, row.runs),
                (false, false) => String::new(),
            };
            cells.extend([Cell::plain(format!("{}/{}", row.kept, row.runs)), Cell::plain(share)]);
        }
        cells.extend(averages(terms).map(|(at, promise)| {
            let mean =
                row.averages[at].map_or_else(|| NONE.to_owned(), |one| story::mean(&one, promise.unit));
            Cell::plain(mean)
        }));
        cells.push(Cell::new(story::tried(found, row), colour(row.verdict)));
        if fleet {
            cells.push(Cell::plain(grouped(row.accelerators)));
        }
        cells.extend(story::cost_cells(costs, row.cost.as_ref()).into_iter().map(Cell::plain));
        table.row(cells);
    }
    out.push_str(&table.render());
    left_out(out, all.len());
    for (_, promise) in averages(terms) {
        let interval = "mean over runs, with what they leave possible however often they were looked at";
        line(out, &paint(&format!("{}: {interval}; promised: {}", promise.of, promise.that), DIM));
    }
}

/// The promises on average, with their places.
fn averages(terms: &Terms) -> impl Iterator<Item = (usize, &Promised)> {
    terms.promises.iter().enumerate().filter(|(_, promise)| promise.on_average)
}

/// The rows around a place, as many as there is room for.
fn around<T>(all: &[T], near: Option<usize>) -> impl Iterator<Item = &T> {
    let from = near.unwrap_or(all.len() / 2).saturating_sub(ROWS_MAX / 2);
    all.iter().skip(from.min(all.len().saturating_sub(ROWS_MAX))).take(ROWS_MAX)
}

fn left_out(out: &mut String, all: usize) {
    if ROWS_MAX < all {
        line(out, &paint(&format!("{ROWS_MAX} of {all} values that were run"), DIM));
    }
}

/// A share with its interval by Wilson.
fn share(kept: usize, runs: usize) -> String {
    let share = 100.0 * kept as f64 / runs.max(1) as f64;
    let ends = wilson(kept as u64, runs as u64, 0.95);
    let ends = ends.map(|(low, high)| format!(" ({:.0}–{:.0})", 100.0 * low, 100.0 * high));
    format!("{share:.0} %{}", ends.unwrap_or_default())
}

fn verdict(verdict: Verdict, wanted: Wanted) -> Cell {
    Cell::new(story::verdict(verdict, wanted), colour(verdict))
}

fn colour(verdict: Verdict) -> anstyle::Style {
    match verdict {
        Verdict::Accepted => GOOD,
        Verdict::Rejected => BAD,
        Verdict::Undecided => DIM,
    }
}

/// How to see the reports of the runs of those values that say most, under an answer.
pub fn runs_of(reports: &Reports) -> String {
    reports.first().fold(String::new(), |text, command| text + "a report of one: " + command + "\n")
}

/// How the runs count, and how to see it again.
fn foot(out: &mut String, runs: usize, again: &str) {
    line(out, "");
    line(out, &format!("{} runs · again: {again}", grouped(runs as u64)));
}
