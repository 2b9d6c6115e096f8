//! `when = { … }`: a signal of a tier is beyond a value, and stays there.

use super::names::Names;
use super::signal;
use crate::block::{Block, Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_tiers::model::{Condition, Tier};
use brownout_units::Span;

const VALUE: Shape = Shape::Any(&[Shape::Ratio, Shape::Span, Shape::Rate, Shape::Number(0.0, 1e12)]);

const KEYS: &[Key] = &[
    key("tier", Shape::Text, Need::Required, "The tier that is watched."),
    key("metric", Shape::Word(signal::WORDS), Need::Required, signal::DOC),
    key("above", VALUE, Need::Optional, "It is above this …"),
    key("below", VALUE, Need::Optional, "… or below this."),
    key("for", Shape::Span, Need::Default("0s"), "So long without a break."),
    key("every", Shape::Span, Need::Default("10s"), "How often it is looked at."),
];

pub(crate) const CONDITION: &Block = &Block {
    name: "a condition",
    doc: "A signal of a tier is beyond a value, and stays there.",
    keys: &[KEYS],
};

const EVERY: Span = Span::from_secs(10);

pub(crate) fn read(
    desk: &mut Desk,
    field: Field<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
) -> Option<Condition> {
    let table = Table::open(desk, field, CONDITION)?;
    let of = table.get("tier").and_then(|field| signal::station(desk, field, names, tiers));
    let signal = table.get("metric").and_then(|field| signal::read(desk, field));
    if let (Some(signal), Some((_, Some(of))), Some(field)) = (signal, of, table.get("metric")) {
        signal::check(desk, field, signal, of);
    }
    let (above, value) = match (table.get("above"), table.get("below")) {
        (Some(value), None) => (true, Some(value)),
        (None, Some(value)) => (false, Some(value)),
        (_, both) => {
            let draft = both.unwrap_or(field).error(desk, "a condition says either \"above\" or \"below\"");
            desk.report(draft.hint("as in above = \"20%\""));
            (true, None)
        }
    };
    let value = signal.and_then(|signal| signal::value(desk, value?, signal));
    let holds = table.get("for").and_then(|field| field.span(desk)).unwrap_or(Span::ZERO);
    let every = match table.get("every") {
        Some(field) => field.span_positive(desk, "a condition is looked at now and then")?,
        None => EVERY,
    };
    Some(Condition { of: of?.0, signal: signal?, above, value: value?, holds, every })
}
