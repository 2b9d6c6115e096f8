//! Workers get lost one by one.

use super::Around;
use crate::block::Key;
use crate::problem::Desk;
use crate::read::Table;
use crate::row::{Absent, PositiveTime, Row, row};
use brownout_tiers::model::{Body, FaultKind, Tier, Workers};

const EVERY: Row<PositiveTime> = row(
    "every",
    PositiveTime("workers get lost one by one"),
    Absent::Refused,
    "From one lost worker to the next, at every replica.",
);

pub(super) const KEYS: &[Key] = &[EVERY.key()];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<FaultKind> {
    let endless = |tier: &&&Tier| match &tier.body {
        Body::Station(station) => station.workers == Workers::Unlimited,
        _ => false,
    };
    if let (Some(tier), Some(field)) = (around.hit.iter().find(endless), table.get("tier")) {
        let draft =
            field.error(desk, format!("the workers of \"{}\" are unlimited, so none is missed", tier.name));
        desk.report(draft.hint("count its workers or connections"));
    }
    let every = table.said(desk, &EVERY)?;
    Some(FaultKind::Leak { every })
}
