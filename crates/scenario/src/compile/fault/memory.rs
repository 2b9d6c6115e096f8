//! Memory runs out.

use super::Around;
use crate::block::Key;
use crate::limits;
use crate::problem::Desk;
use crate::read::Table;
use crate::row::{Absent, Count, Number, Row, Time, row};
use brownout_tiers::model::FaultKind;
use brownout_units::Span;

const DOWN: Row<Time> =
    row("down", Time, Absent::Means(Span::from_secs(30)), "How long it is down after it was killed.");

const FROM: Row<Count> = row(
    "from",
    Count(0, limits::QUEUE_MAX, "a number of calls"),
    Absent::Follows("half of the limit"),
    "So many calls inside a replica do no harm yet.",
);
const LIMIT: Row<Count> = row(
    "limit",
    Count(1, limits::QUEUE_MAX, "a number of calls"),
    Absent::Refused,
    "At so many it is killed.",
);
const FACTOR: Row<Number> = row(
    "factor",
    Number(1.0, 1e6, "a full memory makes it slower"),
    Absent::Means(5.0),
    "How many times as long services take just before.",
);
const PER_PEER: Row<Number> = row(
    "per_peer",
    Number(0.0, 1e9, "peers cost some memory"),
    Absent::Means(0.0),
    "As many calls' worth for every replica of the tier: a thread for each peer.",
);
pub(super) const KEYS: &[Key] = &[FROM.key(), LIMIT.key(), FACTOR.key(), PER_PEER.key(), DOWN.key()];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    let (from, limit) = (table.said(desk, &FROM), table.said(desk, &LIMIT));
    let factor = table.value(desk, &FACTOR);
    let per_peer = table.value(desk, &PER_PEER);
    let down = table.value(desk, &DOWN);
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
