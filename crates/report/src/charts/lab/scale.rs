//! Axes of charts without time: the values of a knob, and numbers of a metric from any low end.

use crate::charts::axis::{Axis, multiples, nice_step};
use crate::charts::style::TEXT;
use crate::{font, number};
use brownout_analysis::terrain::{Dim, Spacing};
use brownout_metrics::Unit;

/// Between two texts at an axis, in pixels.
const APART: f64 = 14.0;
/// Of the width of an axis, left free at both ends, so that no point lies on an edge.
const MARGIN: f64 = 0.03;

/// The values of a knob along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Knob {
    low: f64,
    high: f64,
    log: bool,
    /// Where to draw a line, in the numbers of the knob, and what to write at it.
    pub(crate) ticks: Vec<(f64, String)>,
    /// Its path.
    pub(crate) caption: String,
}

impl Knob {
    /// Of numbers that were run, ascending and each with its text; `room` is how many pixels there are.
    pub(crate) fn new(
        levels: &[(f64, String)],
        log: bool,
        unit: Option<Unit>,
        caption: &str,
        room: f64,
    ) -> Self {
        let (first, last) = (levels.first().map_or(0.0, |one| one.0), levels.last().map_or(1.0, |one| one.0));
        let log = log && 0.0 < first;
        let (low, high) = if log {
            let pad = (last / first).powf(MARGIN).max(1.02);
            (first / pad, last * pad)
        } else {
            let pad = if last > first { (last - first) * MARGIN } else { first.abs().max(1.0) * 0.5 };
            (first - pad, last + pad)
        };
        let mut knob = Knob { low, high, log, ticks: Vec::new(), caption: caption.to_owned() };
        knob.ticks = knob.choose(levels, unit, room);
        knob
    }

    /// Of a dimension of a sweep whose values are numbers.
    pub(crate) fn of(dim: &Dim, caption: &str, room: f64) -> Self {
        let levels = dim.levels.iter().enumerate();
        let levels: Vec<(f64, String)> =
            levels.map(|(at, level)| (level.number.unwrap_or(at as f64), level.shown.clone())).collect();
        Knob::new(&levels, dim.spacing == Spacing::Log, dim.unit, caption, room)
    }

    /// Each value that was run, where all of them have room; otherwise round numbers, or else some of the values.
    fn choose(&self, levels: &[(f64, String)], unit: Option<Unit>, room: f64) -> Vec<(f64, String)> {
        let fits = |ticks: &[(f64, String)]| {
            let middle = |at: usize| self.place(ticks[at].0) * room;
            let half = |at: usize| font::width(&ticks[at].1, TEXT, false) / 2.0;
            (1..ticks.len()).all(|at| middle(at - 1) + half(at - 1) + APART <= middle(at) - half(at))
        };
        if fits(levels) {
            return levels.to_vec();
        }
        if let Some(unit) = unit {
            let (low, high) = (levels[0].0, levels[levels.len() - 1].0);
            let round = |values: Vec<f64>| -> Vec<(f64, String)> {
                let inside = values.into_iter().filter(|v| (low..=high).contains(v));
                inside.map(|v| (v, tick(v, unit))).collect()
            };
            let tries: Vec<Vec<f64>> = if self.log {
                let decades = |digits: &'static [f64]| {
                    let all =
                        (-12..=12).flat_map(move |power| digits.iter().map(move |d| d * 10f64.powi(power)));
                    all.collect::<Vec<f64>>()
                };
                vec![decades(&[1.0, 2.0, 5.0]), decades(&[1.0, 3.0]), decades(&[1.0])]
            } else {
                [9, 7, 5, 4, 3, 2].map(|most| multiples(low, high, nice_step(high - low, most))).to_vec()
            };
            let found = tries.into_iter().map(round).find(|ticks| 2 <= ticks.len() && fits(ticks));
            if let Some(ticks) = found {
                return ticks;
            }
        }
        let every = |step: usize| levels.iter().step_by(step).cloned().collect::<Vec<_>>();
        (2..levels.len()).map(every).find(|ticks| fits(ticks)).unwrap_or_else(|| vec![levels[0].clone()])
    }

    /// Where a number lies, from 0 to 1.
    pub(crate) fn place(&self, v: f64) -> f64 {
        let part = if self.log {
            if v <= 0.0 { 0.0 } else { (v / self.low).ln() / (self.high / self.low).ln() }
        } else {
            (v - self.low) / (self.high - self.low)
        };
        if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// A value at an axis with its unit, unless that is a noun, which the caption has.
pub(crate) fn tick(v: f64, unit: Unit) -> String {
    match unit {
        Unit::Count(_) | Unit::Balance(_) | Unit::Time(_) => number::tick(v),
        _ => number::plain(v, unit),
    }
}

/// What an axis measures, with its unit where ticks do not have it.
pub(crate) fn caption(of: &str, unit: Unit) -> String {
    match unit {
        Unit::Count(what) | Unit::Balance(what) | Unit::Time(what) if !what.is_empty() => {
            format!("{of} ({what})")
        }
        _ => of.to_owned(),
    }
}

/// Numbers of a metric, from a round number below all of them to one above: from 0, unless all are far from it or some
/// are negative; times that differ by large factors by powers of ten.
pub(crate) fn values(all: &[f64], of: &str, unit: Unit, ticks_max: usize) -> Axis {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for v in all.iter().filter(|v| v.is_finite()) {
        (low, high) = (low.min(*v), high.max(*v));
    }
    let caption = caption(of, unit);
    if high < low {
        (low, high) = (0.0, 1.0);
    }
    if unit == Unit::Seconds && 0.0 < low && 30.0 < high / low {
        return Axis::log_seconds(all.iter().copied(), &caption);
    }
    // Shares near 100 % are told apart by what is missing; other numbers are seen against nothing.
    let zoom = unit == Unit::Share && 0.6 < low;
    let (from, mut to) = if zoom { (low, high.max(1.0)) } else { (low.min(0.0), high.max(0.0)) };
    if to <= from {
        to = from + 1.0;
    }
    let step = nice_step(to - from, ticks_max);
    let from = (from / step + 1e-9).floor() * step;
    let to = (to / step - 1e-9).ceil() * step;
    let (from, to) = if unit == Unit::Share { (from.max(0.0), to.min(1.0)) } else { (from, to) };
    let ticks = multiples(from, to, step).into_iter().map(|v| (v, tick(v, unit))).collect();
    Axis::between(from, to, ticks, &caption, unit)
}
