//! A cache is emptied.

use super::Context;
use crate::block::Key;
use crate::problem::Diagnostics;
use crate::read::Table;
use brownout_model::{Body, Effect, Tier};

pub(super) const KEYS: &[Key] = &[];

#[expect(clippy::unnecessary_wraps, reason = "a row of the table of kinds")]
pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, context: &Context<'_>) -> Option<Effect> {
    let bare = |tier: &&&Tier| match &tier.body {
        Body::Station(station) => station.cache.is_none(),
        _ => false,
    };
    if let (Some(tier), Some(field)) = (context.hit.iter().find(bare), table.get("tier")) {
        let draft = field.error(diag, format!("the tier \"{}\" has no cache to empty", tier.name));
        diag.report(draft.hint("give it one, as in cache = { keys = 1_000, entries = 100 }"));
    }
    Some(Effect::Flush)
}
