//! `when = { … }`: a signal of a tier stays above or below a value.

use super::names::Names;
use super::signal;
use crate::block::{Block, Key, Need, Shape, key};
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, PositiveTime, Row, Time, Word, row};
use crate::text::source::Place;
use crate::text::tree::{Entries, Entry, Node, Value};
use brownout_model::{Body, Condition, Signal, Tier};
use brownout_units::Span;

/// A table, or one line such as `edge.errors > 20% for 5m`.
pub(crate) const SHAPE: Shape = Shape::Any(&[Shape::Block(CONDITION), Shape::Text]);

const METRIC: Row<Word<Signal>> = row("metric", signal::WORDS, Absent::Refused, signal::DOC);
const FOR: Row<Time> = row("for", Time, Absent::Means(Span::ZERO), "How long it must hold without a break.");

const EVERY: Row<PositiveTime> = row(
    "every",
    PositiveTime("an interval is longer than zero"),
    Absent::Means(Span::from_secs(10)),
    "Time between two evaluations.",
);
const KEYS: &[Key] = &[
    key("tier", Shape::Text, Need::Required, "The tier that is watched."),
    METRIC.key(),
    key("above", signal::VALUE, Need::Optional, "It is above this value …"),
    key("below", signal::VALUE, Need::Optional, "… or below this value."),
    FOR.key(),
    EVERY.key(),
];

pub(crate) const CONDITION: &Block = &Block {
    name: "a condition",
    doc: "A signal of a tier stays above or below a value. Short form: `\"edge.errors > 20% for 5m\"`.",
    keys: &[KEYS],
};

pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Field<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
) -> Option<Condition> {
    let spelled = field.node.text().map(|text| spell(text, field.node.place));
    let Some(node) = spelled.as_ref().map_or(Some(field.node), Option::as_ref) else {
        let draft = field.error(diag, "a condition names a signal of a tier and a value");
        diag.report(draft.hint("as in \"edge.errors > 20% for 5m\", or { tier = …, metric = …, above = … }"));
        return None;
    };
    let field = Field { name: field.name, node };
    let table = Table::open(diag, field, CONDITION)?;
    let of = table.get("tier").and_then(|field| signal::station(diag, field, names, tiers));
    let signal = table.said(diag, &METRIC);
    if let (Some(signal), Some((_, Some(of))), Some(field)) = (signal, of, table.get("metric")) {
        signal::check(diag, field, signal, of);
    }
    let (above, value) = match (table.get("above"), table.get("below")) {
        (Some(value), None) => (true, Some(value)),
        (None, Some(value)) => (false, Some(value)),
        (_, both) => {
            let draft = both.unwrap_or(field).error(diag, "a condition says either \"above\" or \"below\"");
            diag.report(draft.hint("as in above = \"20%\""));
            (true, None)
        }
    };
    let value = signal.and_then(|signal| signal::value(diag, value?, signal));
    if let (Some(signal), Some(value), Some((_, of))) = (signal, value, of) {
        possible(diag, field, signal, above, value, of);
    }
    let holds = table.value(diag, &FOR);
    let every = table.read(diag, &EVERY)?;
    Some(Condition { of: of?.0, signal: signal?, above, value: value?, holds, every })
}

/// The table that a line like `edge.errors > 20% for 5m` stands for.
fn spell(text: &str, place: Place) -> Option<Node> {
    let mut words = text.split_whitespace();
    let (tier, metric) = words.next()?.rsplit_once('.')?;
    let side = match words.next()? {
        ">" => "above",
        "<" => "below",
        _ => return None,
    };
    let value = words.next()?;
    let holds = match (words.next(), words.next(), words.next()) {
        (None, None, None) => None,
        (Some("for"), Some(span), None) => Some(span),
        _ => return None,
    };
    let node = |text: &str| {
        let value = text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Float);
        Entry { key: place, node: Node { value, place } }
    };
    let mut entries = Entries::new();
    entries.insert("tier".to_owned(), node(tier));
    entries.insert("metric".to_owned(), node(metric));
    entries.insert(side.to_owned(), node(value));
    if let Some(span) = holds {
        entries.insert("for".to_owned(), node(span));
    }
    Some(Node::table(entries, place))
}

/// Warns of a condition that can never hold.
fn possible(
    diag: &mut Diagnostics,
    field: Field<'_>,
    signal: Signal,
    above: bool,
    value: f64,
    of: Option<&Body>,
) {
    let most = match (signal, of) {
        (Signal::Cpu | Signal::Errors, _) => 1.0,
        (Signal::Queue, Some(Body::Station(of))) => of.queue.limit.map_or(f64::INFINITY, f64::from),
        (Signal::Replicas, Some(Body::Station(of))) => f64::from(of.fleet.quota),
        (Signal::Replicas, Some(Body::Engines(of))) => f64::from(of.fleet.quota),
        _ => f64::INFINITY,
    };
    if above && most <= value {
        let most = if most <= 1.0 { "100%".to_owned() } else { most.to_string() };
        let draft = field.warning(diag, format!("this never holds: it is never above {most}"));
        diag.report(draft.hint("a lower value"));
    } else if !above && value <= 0.0 {
        let draft = field.warning(diag, "this never holds: nothing is below 0");
        diag.report(draft.hint("a higher value"));
    }
}
