//! Charts of many runs: over knobs, not over time. Each kind is a shape here, and what it shows of a question stands in
//! the file of that question.

mod answers;
mod cloud;
mod comparison;
mod curves;
mod heat;
mod hysteresis;
mod maps;
mod marginals;
mod means;
pub(crate) mod rows;
mod scale;
mod sensitive;
mod sets;
mod sheet;
mod sweep;
mod tipped;

pub(crate) use answers::bounded;
pub(crate) use cloud::letters;
pub(crate) use comparison::comparison;
pub(crate) use hysteresis::hysteresis;
pub(crate) use sensitive::sensitivity;
pub(crate) use sets::cheapest;
pub(crate) use sweep::{COLUMNS_MAX, sweep};
pub(crate) use tipped::tipping;

use super::Chart;
use super::data::Table;
use super::style::{Color, DEALT, FAINT};
use crate::number;
use brownout_metrics::Unit;
use brownout_stats::wilson;

/// A finished chart.
fn chart(name: impl Into<String>, title: &str, caption: String, svg: String, table: Table) -> Chart {
    Chart { name: name.into().into(), title: title.to_owned(), caption, svg, narrow: None, table }
}

/// A share of runs, and its interval by Wilson at 95 %.
fn share(kept: u64, runs: u64) -> (f64, Option<(f64, f64)>) {
    let share = if runs == 0 { f64::NAN } else { kept as f64 / runs as f64 };
    (share, wilson(kept, runs, 0.95))
}

/// The same as text: `90 % (60–98)`.
fn share_text(kept: u64, runs: u64) -> String {
    let (mean, ends) = share(kept, runs);
    if !mean.is_finite() {
        return number::NONE.to_owned();
    }
    let ends =
        ends.map_or_else(String::new, |(low, high)| format!(" ({:.0}–{:.0})", 100.0 * low, 100.0 * high));
    format!("{}{ends}", number::plain(mean, Unit::Share))
}

/// The colour of the nth of some names; those beyond the last colour share grey.
fn dealt(at: usize) -> Color {
    DEALT.get(at).copied().unwrap_or(FAINT)
}

/// Words as the first row of a table.
fn head<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// So many places of all, evenly from the first to the last.
fn evenly(count: usize, most: usize) -> Vec<usize> {
    let shown = count.min(most);
    (0..shown).map(|at| at * (count - 1) / (shown - 1).max(1)).collect()
}

/// Said where not all of them are drawn; nothing where they are.
fn some_of(what: &str, drawn: usize, all: usize) -> String {
    if drawn < all {
        let [drawn, all] = [drawn, all].map(|count| number::grouped(count as u64));
        format!(
            " {drawn} of {all} values of {what} are drawn, evenly over all; points.parquet has every one."
        )
    } else {
        String::new()
    }
}
