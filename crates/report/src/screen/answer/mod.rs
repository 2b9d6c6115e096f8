//! Answers to a planner's questions: one sentence first, then what was tried.

mod bounded;
mod cheapest;
mod tipping;

pub use bounded::{Growth, bounded, growth};
pub use cheapest::cheapest;
pub use tipping::tipping;

use super::WIDTH;
use super::paint::{BAD, BOLD, DIM, GOOD, PLAIN, paint, wrap};
use super::summary::line;
use super::table::{Cell, Side, Table};
use crate::number::grouped;
use brownout_analysis::answer::{Terms, Tried};
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

/// What was tried: a row for each value, at most those around `near`.
fn tried(out: &mut String, terms: &Terms, all: &[Tried], near: Option<&str>) {
    let priced = all.iter().any(|row| row.dollars_a_month.is_some());
    let fleet = all.iter().any(|row| 0 < row.accelerators);
    let mut head = vec![
        (super::path(&terms.knob).into(), Side::Right),
        ("kept".into(), Side::Right),
        ("share of runs".into(), Side::Left),
        ("verdict".into(), Side::Left),
    ];
    if fleet {
        head.push(("accelerators".into(), Side::Right));
    }
    if priced {
        head.push(("a month".into(), Side::Right));
    }
    let mut table = Table::named(head);
    let at = near.and_then(|near| all.iter().position(|row| row.value == near)).unwrap_or(all.len() / 2);
    let from = at.saturating_sub(ROWS_MAX / 2).min(all.len().saturating_sub(ROWS_MAX));
    for row in all.iter().skip(from).take(ROWS_MAX) {
        let interval = wilson(row.kept as u64, row.runs as u64, 0.95);
        let share = row.kept as f64 / row.runs.max(1) as f64;
        let ends = interval
            .map_or_else(String::new, |(low, high)| format!(" ({:.0}–{:.0})", 100.0 * low, 100.0 * high));
        let (word, style) = match row.verdict {
            Verdict::Accepted => ("enough", GOOD),
            Verdict::Rejected => ("not enough", BAD),
            Verdict::Undecided => ("undecided", DIM),
        };
        let mut cells = vec![
            Cell::plain(row.value.clone()),
            Cell::plain(format!("{}/{}", row.kept, row.runs)),
            Cell::plain(format!("{:.0} %{ends}", 100.0 * share)),
            Cell::new(word, style),
        ];
        if fleet {
            cells.push(Cell::plain(grouped(row.accelerators)));
        }
        if priced {
            let dollars =
                row.dollars_a_month.map_or_else(String::new, |d| format!("${}", grouped(d.round() as u64)));
            cells.push(Cell::new(dollars, PLAIN));
        }
        table.row(cells);
    }
    out.push_str(&table.render());
    if ROWS_MAX < all.len() {
        line(out, &paint(&format!("{ROWS_MAX} of {} values that were run", all.len()), DIM));
    }
}

/// How the runs count, and how to see it again.
fn foot(out: &mut String, runs: usize, again: &str) {
    line(out, "");
    line(out, &format!("{} runs · again: {again}", grouped(runs as u64)));
}
