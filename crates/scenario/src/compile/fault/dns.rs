//! The name of a tier is not resolved.

use super::Around;
use super::way::{FROM, from};
use crate::block::Key;
use crate::problem::Desk;
use crate::read::Table;
use crate::row::{Absent, Row, Time, row};
use brownout_tiers::model::FaultKind;
use brownout_units::Span;

const AFTER: Row<Time> =
    row("after", Time, Absent::Means(Span::ZERO), "So long it takes the resolver to say so.");

pub(super) const KEYS: &[Key] = &[AFTER.key(), FROM];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<FaultKind> {
    let after = table.value(desk, &AFTER);
    let from = from(desk, table.get("from"), around);
    Some(FaultKind::Unresolved { from: from.ok()?, after })
}
