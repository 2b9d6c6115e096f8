//! Workers get lost one by one.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::{Body, FaultKind, Tier, Workers};

pub(super) const KEYS: &[Key] =
    &[key("every", Shape::Span, Need::Required, "From one lost worker to the next, at every replica.")];

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
    let every = table.get("every")?.span_positive(desk, "workers get lost one by one")?;
    Some(FaultKind::Leak { every })
}
