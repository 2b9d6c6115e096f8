//! A share of calls fail.

use super::Around;
use crate::block::Key;
use crate::problem::Desk;
use crate::read::Table;
use crate::row::{Absent, Part, Row, row};
use brownout_tiers::model::FaultKind;

const RATIO: Row<Part> = row("ratio", Part, Absent::Refused, "How many of the calls.");

pub(super) const KEYS: &[Key] = &[RATIO.key()];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    Some(FaultKind::Errors { ratio: table.said(desk, &RATIO)? })
}
