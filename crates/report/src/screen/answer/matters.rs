//! Which axes matter for a number.

use super::super::summary::line;
use super::super::table::{Cell, Side, Table};
use super::{foot, headline, paragraph};
use crate::number::{self, NONE};
use crate::story::sensitivity as story;
use brownout_analysis::sensitivity::{Effect, Found, Part, Sensitivity, Swing};
use brownout_metrics::Unit;
use brownout_stats::Estimate;

/// The answer: the axis that matters most, and what each does.
pub fn matters(found: &Sensitivity, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &story::sentence(found));
    paragraph(&mut out, &story::basis(found));
    line(&mut out, "");
    out.push_str(&table(found).render());
    if let Found::Sobol(Some(parts)) = &found.found
        && let Some(chance) = parts.chance
    {
        line(&mut out, "");
        let share = number::plain(chance.clamp(0.0, 1.0), Unit::Share);
        paragraph(&mut out, &format!("Chance alone is {share} of the variance of single runs."));
    }
    foot(&mut out, found.runs, again);
    out
}

fn table(found: &Sensitivity) -> Table {
    let columns: &[&'static str] = match &found.found {
        Found::Tornado { .. } => &["at its low end", "at its high end"],
        Found::Morris(_) => &["effect", "size of the effect", "deviation"],
        Found::Sobol(_) => &["alone", "together with others"],
    };
    let mut head = vec![("axis", Side::Left), ("range", Side::Left)];
    head.extend(columns.iter().map(|name| (*name, Side::Right)));
    let mut table = Table::new(&head);
    let mut row = |axis: usize, cells: Vec<String>| {
        let ends = &found.axes[axis];
        let range = format!("{}..{}", ends.low, ends.high);
        let first = [super::super::path(&ends.path), range];
        table.row(first.into_iter().chain(cells).map(Cell::plain).collect());
    };
    let unit = found.metric.unit;
    match &found.found {
        Found::Tornado { swings, .. } => {
            for Swing { axis, low, high } in swings {
                row(*axis, vec![change(low, unit), change(high, unit)]);
            }
        }
        Found::Morris(effects) => {
            for Effect { axis, mean, size, deviation } in effects {
                let deviation = deviation.map_or(NONE.to_owned(), |one| number::value(one, unit));
                row(*axis, vec![change(mean, unit), number::estimate(size, unit), deviation]);
            }
        }
        Found::Sobol(parts) => {
            for Part { axis, alone, total } in parts.iter().flat_map(|parts| &parts.axes) {
                row(*axis, vec![part(*alone), part(*total)]);
            }
        }
    }
    table
}

/// A difference, with its sign.
fn change(by: &Estimate, unit: Unit) -> String {
    let sign = if 0.0 < by.mean { "+" } else { "" };
    format!("{sign}{}", number::estimate(by, unit))
}

/// A part of the variance, and half the width of its interval.
fn part((share, half): (f64, f64)) -> String {
    format!("{:.0} % ± {:.0}", 100.0 * share, 100.0 * half)
}
