//! A link takes longer.

use super::Around;
use crate::block::Key;
use crate::problem::Desk;
use crate::read::Table;
use crate::row::{Absent, Row, Time, row};
use brownout_tiers::model::FaultKind;

const ADD: Row<Time> = row("add", Time, Absent::Refused, "By so much, each way.");

pub(super) const KEYS: &[Key] = &[ADD.key()];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    Some(FaultKind::Latency { add: table.said(desk, &ADD)? })
}
