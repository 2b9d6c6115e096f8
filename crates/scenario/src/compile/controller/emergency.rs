//! Emergency capacity: leased from another cloud when a condition holds, and given back.

use super::Context;
use crate::block::{Key, Need, Shape, key};
use crate::compile::change::{ControllerBody, Emergency};
use crate::compile::lease::{self, PRICE, ROUND_TRIP};
use crate::compile::{condition, signal};
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Flag, PositiveTime, Row, row};
use brownout_model::Condition;

const FOR: Row<PositiveTime> = row(
    "for",
    PositiveTime("a lease lasts longer than zero"),
    Absent::Nothing,
    "The longest time until they are given back.",
);
const AGAIN: Row<Flag> =
    row("again", Flag, Absent::Means(false), "After they were given back they may be ordered again.");
pub(super) const KEYS: &[Key] = &[
    key("tier", Shape::Text, Need::Required, "Which tier gets the replicas."),
    lease::REPLICAS.key(),
    lease::lead(Need::Required),
    ROUND_TRIP.key(),
    PRICE.key(),
    key("when", condition::SHAPE, Need::Required, "When they are ordered."),
    key(
        "until",
        condition::SHAPE,
        Need::Optional,
        "When they are given back; evaluated once they are there.",
    ),
    FOR.key(),
    AGAIN.key(),
];

pub(super) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    context: &Context<'_>,
) -> Option<ControllerBody> {
    let said = table.get("tier")?;
    let tier = signal::station(diag, said, context.names, context.tiers);
    let condition = |diag: &mut Diagnostics, field: Option<Field<'_>>| {
        field.map(|field| condition::read(diag, field, context.names, context.tiers))
    };
    let (when, until) = (condition(diag, table.get("when")), condition(diag, table.get("until")));
    let longest = table.get("for").map(|_| table.said(diag, &FOR));
    let again = table.get("again").map(|field| (field, table.said(diag, &AGAIN)));
    if let (Some((field, Some(true))), None, None) = (again, &until, &longest) {
        let draft = field.error(diag, "capacity that is never given back cannot be ordered again");
        diag.report(draft.hint("set when it is given back: until = \"…\", or for = \"2h\""));
    }
    if let (Some(Some(when)), Some(Some(until)), Some(field)) = (&when, &until, table.get("until"))
        && overlap(when, until)
    {
        let draft =
            field.warning(diag, "it is given back while it is still needed: both conditions can hold");
        diag.report(draft.hint("leave a gap between them, as in above 10 and below 5"));
    }
    let tier = tier?.0;
    let lease = lease::read(diag, table, said, tier, context.tiers, context.duration);
    let (lease, lead) = lease?;
    let again = again.is_some_and(|(_, flag)| flag == Some(true));
    let (until, longest) =
        (until.map_or(Some(None), |u| u.map(Some))?, longest.map_or(Some(None), |l| l.map(Some))?);
    Some(ControllerBody::Emergency(Emergency { when: when??, lead, lease, until, longest, again }))
}

/// Whether both conditions can hold at one value of a signal.
fn overlap(when: &Condition, until: &Condition) -> bool {
    when.of == until.of
        && when.signal == until.signal
        && match (when.above, until.above) {
            (true, false) => when.value < until.value,
            (false, true) => until.value < when.value,
            _ => true,
        }
}
