//! A link takes longer.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::FaultKind;

pub(super) const KEYS: &[Key] = &[key("add", Shape::Span, Need::Required, "By so much, each way.")];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    Some(FaultKind::Latency { add: table.get("add")?.span(desk)? })
}
