//! A cache is emptied.

use super::Around;
use crate::block::Key;
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::{Body, FaultKind, Tier};

pub(super) const KEYS: &[Key] = &[];

#[expect(clippy::unnecessary_wraps, reason = "a row of the table of kinds")]
pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<FaultKind> {
    let bare = |tier: &&&Tier| match &tier.body {
        Body::Station(station) => station.cache.is_none(),
        _ => false,
    };
    if let (Some(tier), Some(field)) = (around.hit.iter().find(bare), table.get("tier")) {
        let draft = field.error(desk, format!("the tier \"{}\" has no cache to empty", tier.name));
        desk.report(draft.hint("give it one, as in cache = { keys = 1_000, entries = 100 }"));
    }
    Some(FaultKind::Flush)
}
