//! Emergency capacity: leased from another cloud when a condition holds, and given back.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::compile::change::{ControllerBody, Emergency};
use crate::compile::lease::{self, PRICE, ROUND_TRIP};
use crate::compile::{condition, signal};
use crate::problem::Desk;
use crate::read::{Field, Table};
use crate::row::{Absent, Flag, PositiveTime, Row, row};
use brownout_tiers::model::Condition;

const FOR: Row<PositiveTime> = row(
    "for",
    PositiveTime("capacity is leased for some time"),
    Absent::Nothing,
    "They are given back after so long at the latest.",
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
        "When they are given back; it is looked at once they are there.",
    ),
    FOR.key(),
    AGAIN.key(),
];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<ControllerBody> {
    let said = table.get("tier")?;
    let tier = signal::station(desk, said, around.names, around.tiers);
    let condition = |desk: &mut Desk, field: Option<Field<'_>>| {
        field.map(|field| condition::read(desk, field, around.names, around.tiers))
    };
    let (when, until) = (condition(desk, table.get("when")), condition(desk, table.get("until")));
    let longest = table.get("for").map(|_| table.said(desk, &FOR));
    let again = table.get("again").map(|field| (field, table.said(desk, &AGAIN)));
    if let (Some((field, Some(true))), None, None) = (again, &until, &longest) {
        let draft = field.error(desk, "what is never given back is not ordered again");
        desk.report(draft.hint("say when it goes: until = \"…\", or for = \"2h\""));
    }
    if let (Some(Some(when)), Some(Some(until)), Some(field)) = (&when, &until, table.get("until"))
        && overlap(when, until)
    {
        let draft =
            field.warning(desk, "it is given back while it is still needed: both conditions can hold");
        desk.report(draft.hint("leave a gap between them, as in above 10 and below 5"));
    }
    let tier = tier?.0;
    let lease = lease::read(desk, table, said, tier, around.tiers, around.duration);
    let (lease, lead) = lease?;
    let again = again.is_some_and(|(_, flag)| flag == Some(true));
    let (until, longest) =
        (until.map_or(Some(None), |u| u.map(Some))?, longest.map_or(Some(None), |l| l.map(Some))?);
    Some(ControllerBody::Emergency(Emergency { when: when??, lead, lease, until, longest, again }))
}

/// Whether there is a value of one signal at which both hold.
fn overlap(when: &Condition, until: &Condition) -> bool {
    when.of == until.of
        && when.signal == until.signal
        && match (when.above, until.above) {
            (true, false) => when.value < until.value,
            (false, true) => until.value < when.value,
            _ => true,
        }
}
