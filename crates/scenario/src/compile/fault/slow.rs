//! Everything takes longer.

use super::Around;
use crate::block::Key;
use crate::problem::Desk;
use crate::read::Table;
use crate::row::{Absent, Number, Row, row};
use brownout_tiers::model::FaultKind;

const FACTOR: Row<Number> = row(
    "factor",
    Number(1.0, 1e6, "a slow tier takes longer, not shorter"),
    Absent::Refused,
    "How many times as long.",
);

pub(super) const KEYS: &[Key] = &[FACTOR.key()];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, _: &Around<'_>) -> Option<FaultKind> {
    Some(FaultKind::Slow { factor: table.said(desk, &FACTOR)? })
}
