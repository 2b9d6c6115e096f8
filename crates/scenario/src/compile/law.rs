//! Laws (probability distributions) in a scenario: `{ dist = "gamma", mean = "18ms", cv = 0.8 }`, or a bare quantity.

use crate::block::Unit;
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::Field;
use crate::text::tree::{Entries, Value as Node, find as find_entry};
use brownout_dist::{Args, Constant, Error, Law, LawKind, Role, Value, find, kinds, modifiers};

/// Values of one list of a law: an empirical one has about a thousand.
const LIST_MAX: usize = 100_000;

/// Reads a law in a unit; a bare quantity is a constant.
pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>, unit: Unit) -> Option<Law> {
    let Some(entries) = field.node.entries() else {
        return constant(scale(diag, field, unit)?);
    };
    let law = by_kind(diag, field, entries, unit, &[])?;
    // Rounding puts the lowest possible draw of some laws slightly below zero.
    if law.support().0 < -1e-12 {
        let draft = field.error(diag, format!("this law can draw {}, which is below zero", law.support().0));
        diag.report(draft.allowed("laws of values that are not negative").hint("add min = 0, with its unit"));
        return None;
    }
    Some(law)
}

/// Always `value`.
pub(crate) fn constant(value: f64) -> Option<Law> {
    Constant::new(value).ok().map(Law::from)
}

/// Whether every draw is zero.
/// An exponential law of that mean.
pub(crate) fn exponential(mean: f64) -> Option<Law> {
    brownout_dist::Exponential::new(mean).ok().map(Into::into)
}

pub(crate) fn is_zero(law: &Law) -> bool {
    law.support() == (0.0, 0.0)
}

/// Whether a word is a parameter of any law.
pub(crate) fn is_parameter(name: &str) -> bool {
    kinds().iter().any(|kind| kind.role(name).is_some())
}

fn by_kind(
    diag: &mut Diagnostics,
    field: Field<'_>,
    entries: &Entries,
    unit: Unit,
    extra: &[&str],
) -> Option<Law> {
    let words = || kinds().iter().map(|kind| kind.name);
    let Some(entry) = find_entry(entries, "dist") else {
        let draft = field.error(diag, "a law says its kind: \"dist\" is missing");
        diag.report(draft.allowed(one_of(words())).hint("as in { dist = \"exponential\", mean = \"20ms\" }"));
        return None;
    };
    let name = Field { name: "dist", node: &entry.node };
    let word = name.text(diag)?;
    let Some(kind) = find(word) else {
        let draft = name.error(diag, format!("no law is called \"{word}\""));
        diag.report(draft.allowed(one_of(words())).maybe_hint(did_you_mean(word, words())));
        return None;
    };
    let mut args = Args::new();
    let mut whole = true;
    for (key, entry) in entries {
        if key == "dist" || extra.contains(&key.as_str()) {
            continue;
        }
        let Some(role) = kind.role(key) else {
            unknown_parameter(diag, kind, key, entry.key);
            whole = false;
            continue;
        };
        match argument(diag, Field { name: key, node: &entry.node }, role, unit) {
            Some(value) => args.insert(key.as_str(), value),
            None => whole = false,
        }
    }
    if !whole {
        return None;
    }
    kind.build(&args).map_err(|error| refuse(diag, field, entries, &error)).ok()
}

fn unknown_parameter(diag: &mut Diagnostics, kind: &LawKind, key: &str, place: crate::text::source::Place) {
    let known = || kind.params().chain(modifiers()).map(|param| param.name);
    let draft = Draft::error(place, format!("the law \"{}\" has no parameter \"{key}\"", kind.name));
    diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(key, known())));
}

fn refuse(diag: &mut Diagnostics, field: Field<'_>, entries: &Entries, error: &Error) {
    let at = error.param().and_then(|param| entries.get_key_value(param));
    let field = at.map_or(field, |(name, entry)| Field { name, node: &entry.node });
    let draft = match error {
        Error::Param { allowed, .. } => field.error(diag, "out of range").allowed(*allowed),
        Error::Sort { expected, .. } => field.error(diag, format!("{expected} is needed")),
        Error::Form { kind, problem, forms, .. } => {
            field.error(diag, format!("the law \"{kind}\" {problem}")).allowed(forms.as_str())
        }
        Error::Line { .. } => field.error(diag, error.to_string()),
    };
    diag.report(draft);
}

fn argument(diag: &mut Diagnostics, field: Field<'_>, role: Role, unit: Unit) -> Option<Value> {
    let list = |diag: &mut Diagnostics, unit: Unit| {
        let items = field.list(diag, LIST_MAX);
        let numbers: Option<Vec<f64>> = items.into_iter().map(|item| scale(diag, item, unit)).collect();
        numbers.map(Value::List)
    };
    match role {
        Role::Scale => scale(diag, field, unit).map(Value::Number),
        Role::Number => scale(diag, field, Unit::Count).map(Value::Number),
        Role::ScaleList => list(diag, unit),
        Role::NumberList => list(diag, Unit::Count),
        Role::Laws => laws(diag, field, unit),
    }
}

/// A number in the unit of what is drawn.
fn scale(diag: &mut Diagnostics, field: Field<'_>, unit: Unit) -> Option<f64> {
    match unit {
        Unit::Seconds => field.span(diag).map(brownout_units::Span::as_secs_f64),
        Unit::Count => field.number(diag, -1e100, 1e100, "a number is needed here"),
    }
}

/// One law, or a list of laws with their weights: `[{ weight = 9, dist = … }, { weight = 1, dist = … }]`.
fn laws(diag: &mut Diagnostics, field: Field<'_>, unit: Unit) -> Option<Value> {
    if !matches!(field.node.value, Node::List(_)) {
        return read(diag, field, unit).map(Value::from);
    }
    let mut parts = Vec::new();
    let mut whole = true;
    for item in field.list(diag, limits::STATES_MAX) {
        let entries = item.node.entries();
        let weight = match entries.and_then(|entries| entries.get("weight")) {
            Some(entry) => {
                let field = Field { name: "weight", node: &entry.node };
                field.number(diag, 0.0, 1e9, "a weight is not negative")
            }
            None => Some(1.0),
        };
        let law = match entries {
            Some(entries) => by_kind(diag, item, entries, unit, &["weight"]),
            None => read(diag, item, unit),
        };
        match (weight, law) {
            (Some(weight), Some(law)) => parts.push((weight, law)),
            _ => whole = false,
        }
    }
    whole.then_some(Value::Laws(parts))
}
