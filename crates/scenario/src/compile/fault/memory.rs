//! Memory runs out.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::limits;
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::FaultKind;
use brownout_units::Span;

pub(super) const KEYS: &[Key] = &[
    key(
        "from",
        Shape::Count(0, limits::QUEUE_MAX),
        Need::Default("half of the limit"),
        "So many calls inside a replica do no harm yet.",
    ),
    key("limit", Shape::Count(1, limits::QUEUE_MAX), Need::Required, "At so many it is killed."),
    key(
        "factor",
        Shape::Number(1.0, 1e6),
        Need::Default("5"),
        "How many times as long services take just before.",
    ),
    key(
        "per_peer",
        Shape::Number(0.0, 1e9),
        Need::Default("0"),
        "As many calls' worth for every replica of the tier: a thread for each peer.",
    ),
    key("down", Shape::Span, Need::Default("30s"), "How long it is down after it was killed."),
];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    let mut count = |name: &'static str, least| {
        table.get(name)?.count(desk, least, limits::QUEUE_MAX, "a number of calls")
    };
    let (from, limit) = (count("from", 0), count("limit", 1));
    let number = |desk: &mut Desk, name: &'static str, least: f64, most: f64, why: &str| {
        table.get(name).and_then(|field| field.number(desk, least, most, why))
    };
    let factor = number(desk, "factor", 1.0, 1e6, "a full memory makes it slower").unwrap_or(5.0);
    let per_peer = number(desk, "per_peer", 0.0, 1e9, "peers cost some memory").unwrap_or(0.0);
    let down = table.get("down").and_then(|field| field.span(desk)).unwrap_or(Span::from_secs(30));
    let limit = limit? as u32;
    let from = from.map_or(limit / 2, |from| from as u32);
    if limit <= from {
        let field = table.get("from").or_else(|| table.get("limit"))?;
        let draft = field.error(desk, format!("it is killed at {limit}, before it gets slower"));
        desk.report(draft.allowed(format!("less than {limit}")));
        return None;
    }
    Some(FaultKind::Memory { from, limit, factor, per_peer, down })
}
