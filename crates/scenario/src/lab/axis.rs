//! One axis of a sweep, or one knob of a plan: a dotted path and the values that it takes.

use super::quantity::{self, Level, Measure};
use crate::block::{Block, Key, Need, Shape, key};
use crate::compile::law;
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Row, Word, row};
use crate::text::tree::Value;
use brownout_dist::Law;
use std::cmp::Ordering;

/// A dotted path and the values to try there.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// As for [`Overrides::set`](crate::Overrides::set); [`VARIANT`] chooses the variant.
    pub path: String,
    /// Its values.
    pub values: Values,
}

/// The path that stands for the variant.
pub const VARIANT: &str = "variant";

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// These.
    Listed(Vec<Level>),
    /// From … to.
    Range(Range),
    /// Drawn.
    Drawn {
        /// From this law.
        law: Law,
        /// How draws are written.
        measure: Measure,
    },
}

/// The values between two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// How they are written.
    pub measure: Measure,
    /// The lower end.
    pub from: f64,
    /// The upper end, which is one of the values.
    pub to: f64,
    /// Whether neighbours have the same ratio instead of the same difference.
    pub is_log: bool,
    /// How many there are; none where only designs that draw points can use them.
    pub count: Option<usize>,
}

impl Range {
    /// The number at a place between the ends, from 0 to 1.
    fn between(&self, place: f64) -> f64 {
        let Range { from, to, .. } = *self;
        if self.is_log { from * (to / from).powf(place) } else { from + (to - from) * place }
    }

    fn level(&self, at: usize, count: usize) -> Level {
        // The ends themselves are exact: no rounding of a power may leave the range.
        let number = match at {
            0 => self.from,
            at if at + 1 == count => self.to,
            at => self.between(at as f64 / (count - 1) as f64),
        };
        self.measure.level(number)
    }
}

impl Axis {
    /// How many values it has; none where there is one between any two.
    pub fn count(&self) -> Option<usize> {
        match &self.values {
            Values::Listed(levels) => Some(levels.len()),
            Values::Range(range) => range.count,
            Values::Drawn { .. } => None,
        }
    }

    /// One of its values.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn level(&self, at: usize) -> Level {
        match &self.values {
            Values::Listed(levels) => levels[at].clone(),
            Values::Range(range) => {
                let count = range.count.expect("a range with steps");
                assert!(at < count, "value {at} of {count}");
                range.level(at, count)
            }
            Values::Drawn { .. } => panic!("{} is drawn and has no steps", self.path),
        }
    }

    /// The value at a place from 0 to 1 of a design that draws points: of a list each one has the same part of it, of
    /// a law the place is a probability.
    pub fn at(&self, place: f64) -> Level {
        let nth = |count: usize| ((place * count as f64) as usize).min(count - 1);
        match &self.values {
            Values::Listed(levels) => levels[nth(levels.len())].clone(),
            Values::Range(range) => match range.count {
                Some(count) => range.level(nth(count), count),
                None => range.measure.level(range.between(place)),
            },
            Values::Drawn { law, measure } => measure.level(law.quantile(place)),
        }
    }

    /// Its first and its last value, to be checked before all others.
    pub(crate) fn ends(&self) -> [Level; 2] {
        match &self.values {
            Values::Drawn { .. } => [0.05, 0.95].map(|place| self.at(place)),
            _ => [0.0, 1.0].map(|place| self.at(place)),
        }
    }
}

const STEPS: Row<Count> = row(
    "steps",
    Count(2, limits::SWEEP_VALUES_MAX as u64, "a range has two ends"),
    Absent::Nothing,
    "How many values, both ends among them.",
);
const SCALE: Row<Word<bool>> = row(
    "scale",
    Word(&[("linear", false), ("log", true)]),
    Absent::Means(false),
    "Whether neighbours have the same difference or the same ratio.",
);
const ANY: Shape = Shape::Any(&[Shape::Text, Shape::Free]);
const RANGE_KEYS: &[Key] = &[
    key("from", ANY, Need::Required, "The lower end."),
    key("to", ANY, Need::Required, "The upper end."),
    key("step", ANY, Need::Optional, "The difference between two values; of whole numbers 1."),
    STEPS.key(),
    SCALE.key(),
];

/// A range of a sweep.
pub(crate) const RANGE: &Block = &Block {
    name: "a range",
    doc: "Values from one end to the other: { from = 2, to = 16, step = 2 }.",
    keys: &[RANGE_KEYS],
};

/// The values of an axis as a command line writes them, as a setting of the sweep: `1..16`, `0.5..4:8` (eight of them),
/// `2,4,8`, or what a file would have.
pub fn axis_values(path: &str, values: &str) -> (String, String) {
    let values = values.trim();
    let literal = |text: &str| {
        let text = text.trim();
        let is_literal =
            text.parse::<f64>().is_ok() || ["true", "false"].contains(&text) || text.starts_with('"');
        if is_literal { text.to_owned() } else { toml::Value::String(text.to_owned()).to_string() }
    };
    let as_file = values.starts_with(['[', '{']);
    let text = match values.split_once("..").filter(|_| !as_file) {
        Some((from, to)) => {
            let (to, steps) =
                match to.rsplit_once(':').filter(|(_, steps)| steps.trim().parse::<u32>().is_ok()) {
                    Some((to, steps)) => (to, format!(", steps = {}", steps.trim())),
                    None => (to, String::new()),
                };
            format!("{{ from = {}, to = {}{steps} }}", literal(from), literal(to))
        }
        None if as_file => values.to_owned(),
        None => format!("[{}]", values.split(',').map(literal).collect::<Vec<_>>().join(", ")),
    };
    (format!("sweep.\"{path}\""), text)
}

/// Reads an axis: a list of values, a range, or a law.
pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>) -> Option<Axis> {
    let path = field.name.to_owned();
    if let Value::List(_) = &field.node.value {
        return Some(Axis { path, values: Values::Listed(listed(diag, field)?) });
    }
    let Some(entries) = field.node.entries() else {
        let message = format!("an axis is a list of values, a range or a law, not {}", field.node.what());
        let draft =
            field.error(diag, message).allowed("[4, 8], { from = 1, to = 16 } or { dist = \"uniform\", … }");
        diag.report(draft);
        return None;
    };
    if entries.contains_key("dist") {
        let is_time = entries.values().any(|entry| {
            let text = entry.node.text().unwrap_or_default();
            matches!(quantity::number(text), Some((Measure::Span, _)))
        });
        let (unit, measure) = if is_time {
            (crate::block::Unit::Seconds, Measure::Span)
        } else {
            (crate::block::Unit::Count, Measure::Number)
        };
        return Some(Axis { path, values: Values::Drawn { law: law::read(diag, field, unit)?, measure } });
    }
    let table = Table::open(diag, field, RANGE)?;
    let range = range(diag, field, &table)?;
    Some(Axis { path, values: Values::Range(range) })
}

fn listed(diag: &mut Diagnostics, field: Field<'_>) -> Option<Vec<Level>> {
    let items = field.list(diag, limits::SWEEP_VALUES_MAX);
    if items.is_empty() {
        let Value::List(all) = &field.node.value else { return None };
        if all.is_empty() {
            diag.report(field.error(diag, "an axis without values").allowed("at least 1 value"));
        }
        return None;
    }
    Some(items.iter().map(|item| level(diag, *item)).collect())
}

fn level(diag: &Diagnostics, field: Field<'_>) -> Level {
    Level::of(field.node, diag.sources.slice(field.node.place))
}

/// The ends and the steps of a range; refuses one that is empty or goes backwards.
fn range(diag: &mut Diagnostics, field: Field<'_>, table: &Table<'_>) -> Option<Range> {
    let (from, to) = (table.get("from")?, table.get("to")?);
    let (low, high) = (level(diag, from), level(diag, to));
    let Some((measure, low, high)) = quantity::ends(&low, &high) else {
        let draft = to.error(diag, "the ends of a range are two quantities of one kind");
        diag.report(draft.allowed("as in from = \"10/s\", to = \"80/s\""));
        return None;
    };
    // A number that is no number is none of the three.
    let order = low.partial_cmp(&high);
    if order != Some(Ordering::Less) {
        let is_one = order == Some(Ordering::Equal);
        let what = if is_one { "this range has one value" } else { "this range goes backwards" };
        let draft = to.error(diag, format!("{what}: from is {}", measure.level(low).shown));
        diag.report(draft.allowed(format!("more than {}", measure.level(low).shown)));
        return None;
    }
    let is_log = table.value(diag, &SCALE);
    if is_log && low <= 0.0 {
        let draft = from.error(diag, "a range on a logarithmic scale begins above zero");
        diag.report(draft.hint("begin it at its smallest value that matters, or leave scale out"));
        return None;
    }
    let count = steps(diag, field, table, measure, (low, high))?;
    Some(Range { measure, from: low, to: high, is_log, count })
}

/// How many values a range has; the outer none is an error, the inner one means that nothing says how many.
#[expect(clippy::option_option, reason = "an error and an absence are two things")]
fn steps(
    diag: &mut Diagnostics,
    field: Field<'_>,
    table: &Table<'_>,
    measure: Measure,
    (low, high): (f64, f64),
) -> Option<Option<usize>> {
    let said = table.said(diag, &STEPS);
    let step = match (table.get("step"), said) {
        (Some(step), Some(_)) => {
            let draft = step.error(diag, "a range has either a \"step\" or a number of \"steps\"");
            diag.report(draft.hint("leave one of them out"));
            return None;
        }
        (Some(step), None) => step,
        (None, Some(steps)) => {
            let whole = (high - low) as u64 + 1;
            let most = if measure == Measure::Whole { steps.min(whole) } else { steps };
            return Some(Some(most as usize));
        }
        (None, None) if measure == Measure::Whole => return counted(diag, field, high - low),
        (None, None) => return Some(None),
    };
    let width = level(diag, step);
    let fits = width.number.filter(|width| 0.0 < *width);
    let is_like = width.measure == measure || (width.measure == Measure::Whole && measure == Measure::Number);
    let Some(width) = fits.filter(|_| is_like) else {
        let example = measure.level((high - low) / 4.0).shown;
        diag.report(
            step.error(diag, "a step is above zero, in the unit of the ends")
                .allowed(format!("as in {example}")),
        );
        return None;
    };
    let parts = (high - low) / width;
    if 1e-9 < (parts - parts.round()).abs() {
        let last = measure.level(low + parts.floor() * width).shown;
        let draft = step.error(diag, "steps of this length do not end at the upper end");
        diag.report(
            draft.hint(format!("the last one would be {last}: make that the end, or change the step")),
        );
        return None;
    }
    counted(diag, field, parts.round())
}

#[expect(clippy::option_option, reason = "as of its caller")]
fn counted(diag: &mut Diagnostics, field: Field<'_>, parts: f64) -> Option<Option<usize>> {
    if limits::SWEEP_VALUES_MAX as f64 <= parts {
        let draft = field.error(diag, format!("this axis has {:.0} values", parts + 1.0));
        let allowed = format!("at most {}", limits::SWEEP_VALUES_MAX);
        diag.report(draft.allowed(allowed).hint("say how many of them: steps = 20"));
        return None;
    }
    Some(Some(parts as usize + 1))
}
