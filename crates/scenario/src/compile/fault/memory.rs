//! Memory runs out.

use super::Context;
use crate::block::Key;
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Count, Number, Row, Time, row};
use brownout_model::Effect;
use brownout_units::Span;

const DOWN: Row<Time> =
    row("down", Time, Absent::Means(Span::from_secs(30)), "How long it is down after that.");

const FROM: Row<Count> = row(
    "from",
    Count(0, limits::QUEUE_MAX, "a number of calls"),
    Absent::Follows("half of the limit"),
    "Calls inside a replica from which on it gets slower.",
);
const LIMIT: Row<Count> = row(
    "limit",
    Count(1, limits::QUEUE_MAX, "a number of calls"),
    Absent::Refused,
    "Calls inside a replica at which it is killed.",
);
const FACTOR: Row<Number> = row(
    "factor",
    Number(1.0, 1e6, "full memory makes it slower, not faster"),
    Absent::Means(5.0),
    "How many times longer services take just before that.",
);
const PER_PEER: Row<Number> = row(
    "per_peer",
    Number(0.0, 1e9, "a number of calls"),
    Absent::Means(0.0),
    "Memory for each replica of the tier, in calls: a thread for each peer.",
);
pub(super) const KEYS: &[Key] = &[FROM.key(), LIMIT.key(), FACTOR.key(), PER_PEER.key(), DOWN.key()];

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, _: &Context<'_>) -> Option<Effect> {
    let (from, limit) = (table.said(diag, &FROM), table.said(diag, &LIMIT));
    let factor = table.value(diag, &FACTOR);
    let per_peer = table.value(diag, &PER_PEER);
    let down = table.value(diag, &DOWN);
    let limit = limit? as u32;
    let from = from.map_or(limit / 2, |from| from as u32);
    if limit <= from {
        let field = table.get("from").or_else(|| table.get("limit"))?;
        let draft = field.error(diag, format!("it is killed at {limit}, before it gets slower"));
        diag.report(draft.allowed(format!("less than {limit}")));
        return None;
    }
    Some(Effect::Memory { from, limit, factor, per_peer, down })
}
