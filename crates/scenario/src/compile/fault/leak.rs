//! Workers get lost one by one.

use super::Context;
use crate::block::Key;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, PositiveTime, Row, row};
use brownout_model::{Body, Effect, Tier, Workers};

const EVERY: Row<PositiveTime> = row(
    "every",
    PositiveTime("an interval is longer than zero"),
    Absent::Refused,
    "From one lost worker to the next, at every replica.",
);

pub(super) const KEYS: &[Key] = &[EVERY.key()];

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, context: &Context<'_>) -> Option<Effect> {
    let endless = |tier: &&&Tier| match &tier.body {
        Body::Station(station) => station.workers == Workers::Unlimited,
        _ => false,
    };
    if let (Some(tier), Some(field)) = (context.hit.iter().find(endless), table.get("tier")) {
        let draft = field.error(
            diag,
            format!("the workers of \"{}\" are unlimited, so losing one has no effect", tier.name),
        );
        diag.report(draft.hint("count its workers or connections"));
    }
    let every = table.said(diag, &EVERY)?;
    Some(Effect::Leak { every })
}
