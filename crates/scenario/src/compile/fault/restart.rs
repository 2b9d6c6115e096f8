//! Replicas are restarted.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::limits;
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::FaultKind;
use brownout_units::Span;

pub(super) const KEYS: &[Key] = &[
    key("batch", Shape::Count(1, limits::REPLICAS_MAX), Need::Default("all: a herd"), "How many at once."),
    key(
        "every",
        Shape::Span,
        Need::Default("\"for\": when a batch is back the next goes"),
        "From one batch to the next.",
    ),
    key(
        "drain",
        Shape::Span,
        Need::Optional,
        "A replica stops taking calls so long before it goes down: a deploy.",
    ),
    key("warm_up", Shape::Span, Need::Default("0s"), "How long a replica is cold when it is back."),
    key(
        "cold",
        Shape::Number(1.0, 1e6),
        Need::Default("1"),
        "How many times as long its services take then.",
    ),
];

#[expect(clippy::unnecessary_wraps, reason = "a row of the table of kinds")]
pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    let why = "at least 1 replica is restarted at a time";
    let batch = table.get("batch").and_then(|field| field.count(desk, 1, limits::REPLICAS_MAX, why));
    let span = |desk: &mut Desk, name: &'static str| table.get(name).and_then(|field| field.span(desk));
    let (every, drain) = (span(desk, "every"), span(desk, "drain"));
    let lasts = table.get("for").and_then(|field| field.node.text()?.parse::<Span>().ok());
    let every = every.or(lasts).unwrap_or(Span::ZERO);
    if let (Some(field), None) = (table.get("every"), table.get("batch")) {
        let draft = field.error(desk, "without \"batch\" all are restarted at once");
        desk.report(draft.hint("as in batch = 10"));
    }
    let warm_up = span(desk, "warm_up").unwrap_or(Span::ZERO);
    let why = "a cold replica takes longer, not shorter";
    let cold = table.get("cold").and_then(|field| field.number(desk, 1.0, 1e6, why)).unwrap_or(1.0);
    Some(FaultKind::Restart { batch: batch.map(|batch| batch as u32), every, drain, warm_up, cold })
}
