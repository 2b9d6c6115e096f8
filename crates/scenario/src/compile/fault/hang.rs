//! Nothing moves.

use super::Around;
use crate::block::Key;
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::FaultKind;

pub(super) const KEYS: &[Key] = &[];

#[expect(clippy::unnecessary_wraps, reason = "a row of the table of kinds")]
pub(super) fn read(_: &mut Desk, _: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    Some(FaultKind::Hang)
}
