//! Replicas die.

use super::Context;
use crate::block::Key;
use crate::problem::Diagnostics;
use crate::read::Table;
use brownout_model::Effect;

pub(super) const KEYS: &[Key] = &[];

#[expect(clippy::unnecessary_wraps, reason = "a row of the table of kinds")]
pub(super) fn read(_: &mut Diagnostics, _: &Table<'_>, _: &Context<'_>) -> Option<Effect> {
    Some(Effect::Crash)
}
