//! Replicas are restarted.

use super::Context;
use crate::block::Key;
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Count, Number, Row, Time, row};
use brownout_model::Effect;
use brownout_units::Span;

const BATCH: Row<Count> = row(
    "batch",
    Count(1, limits::REPLICAS_MAX, "at least 1 replica is restarted at a time"),
    Absent::Follows("all: a herd"),
    "Replicas at once.",
);
const COLD: Row<Number> = row(
    "cold",
    Number(1.0, 1e6, "a cold replica takes longer, not shorter"),
    Absent::Means(1.0),
    "How many times longer its services take while it is cold.",
);

const EVERY: Row<Time> = row(
    "every",
    Time,
    Absent::Follows("\"for\": the next batch follows when one is back"),
    "From one batch to the next.",
);
const DRAIN: Row<Time> = row(
    "drain",
    Time,
    Absent::Nothing,
    "How long before it goes down a replica stops taking calls: a deploy.",
);
const WARM_UP: Row<Time> =
    row("warm_up", Time, Absent::Means(Span::ZERO), "How long a returning replica is cold.");
pub(super) const KEYS: &[Key] = &[BATCH.key(), EVERY.key(), DRAIN.key(), WARM_UP.key(), COLD.key()];

#[expect(clippy::unnecessary_wraps, reason = "a row of the table of kinds")]
pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, _: &Context<'_>) -> Option<Effect> {
    let batch = table.said(diag, &BATCH);
    let (every, drain) = (table.said(diag, &EVERY), table.said(diag, &DRAIN));
    let lasts = table.get("for").and_then(|field| field.node.text()?.parse::<Span>().ok());
    let every = every.or(lasts).unwrap_or(Span::ZERO);
    if let (Some(field), None) = (table.get("every"), table.get("batch")) {
        let draft = field.error(diag, "without \"batch\" all are restarted at once");
        diag.report(draft.hint("as in batch = 10"));
    }
    let warm_up = table.value(diag, &WARM_UP);
    let cold = table.value(diag, &COLD);
    Some(Effect::Restart { batch: batch.map(|batch| batch as u32), every, drain, warm_up, cold })
}
