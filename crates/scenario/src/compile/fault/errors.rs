//! A share of calls fail.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::FaultKind;

pub(super) const KEYS: &[Key] = &[key("ratio", Shape::Ratio, Need::Required, "How many of the calls.")];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    Some(FaultKind::Errors { ratio: table.get("ratio")?.chance(desk)? })
}
