//! Which axes matter, in words.

use crate::number::{self, grouped};
use brownout_analysis::sensitivity::{Found, Sensitivity};
use brownout_metrics::Unit;

/// The answer in one sentence.
pub(crate) fn sentence(found: &Sensitivity) -> String {
    let path = |axis: usize| found.axes[axis].path.as_str();
    let unit = found.metric.unit;
    match &found.found {
        Found::Tornado { base, swings } => match swings.first() {
            Some(first) => {
                let ends = [base.mean, base.mean + first.low.mean, base.mean + first.high.mean];
                let low = ends.into_iter().fold(f64::INFINITY, f64::min);
                let high = ends.into_iter().fold(f64::NEG_INFINITY, f64::max);
                format!(
                    "{} moves {} most: between {} and {}.",
                    path(first.axis),
                    found.of,
                    number::value(low, unit),
                    number::value(high, unit)
                )
            }
            None => "No axis was given.".to_owned(),
        },
        Found::Morris(effects) => match effects.first() {
            Some(first) => format!(
                "{} matters most for {}: over its range it changes it by {} on average.",
                path(first.axis),
                found.of,
                number::estimate(&first.size, unit)
            ),
            None => "No axis was given.".to_owned(),
        },
        Found::Sobol(None) => format!("{} does not vary over these ranges.", found.of),
        Found::Sobol(Some(parts)) => match parts.axes.first() {
            Some(first) => {
                let share = |share: f64| number::plain(share.clamp(0.0, 1.0), Unit::Share);
                format!(
                    "{} explains {} of the variance of {} alone, and {} together with others.",
                    path(first.axis),
                    share(first.alone.0),
                    found.of,
                    share(first.total.0)
                )
            }
            None => "No axis was given.".to_owned(),
        },
    }
}

/// The same as the title of a chart.
pub(crate) fn title(found: &Sensitivity) -> String {
    let first = match &found.found {
        Found::Tornado { swings, .. } => swings.first().map(|swing| swing.axis),
        Found::Morris(effects) => effects.first().map(|effect| effect.axis),
        Found::Sobol(parts) => parts.as_ref().and_then(|parts| parts.axes.first()).map(|part| part.axis),
    };
    match first {
        Some(axis) => format!("{} matters most for {}", found.axes[axis].path, found.of),
        None => format!("What matters for {}", found.of),
    }
}

/// What it rests on.
pub(crate) fn basis(found: &Sensitivity) -> String {
    let runs = |n: u64| format!("{} run{}", grouped(n), if n == 1 { "" } else { "s" });
    let confidence = number::plain(found.confidence, Unit::Share);
    format!(
        "{} · {} points, {} each, {confidence} intervals",
        found.title,
        grouped(found.points as u64),
        runs(found.seeds)
    )
}
