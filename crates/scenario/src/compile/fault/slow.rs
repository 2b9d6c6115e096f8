//! Everything takes longer.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::FaultKind;

pub(super) const KEYS: &[Key] =
    &[key("factor", Shape::Number(1.0, 1e6), Need::Required, "How many times as long.")];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    let why = "a slow tier takes longer, not shorter";
    Some(FaultKind::Slow { factor: table.get("factor")?.number(desk, 1.0, 1e6, why)? })
}
