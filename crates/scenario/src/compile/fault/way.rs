//! Calls get lost on their way to a tier: packet loss, a partition.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::{Field, Table};
use crate::row::{Absent, Part, Row, row};
use brownout_tiers::model::FaultKind;

const RATIO: Row<Part> = row("ratio", Part, Absent::Follows("100%: a partition"), "How many of the calls.");

pub(super) const KEYS: &[Key] = &[RATIO.key(), FROM];

pub(super) const FROM: Key =
    key("from", Shape::Text, Need::Default("everybody"), "Only calls from this tier or load.");

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<FaultKind> {
    let ratio = table.said(desk, &RATIO);
    let from = from(desk, table.get("from"), around);
    Some(FaultKind::Loss { from: from.ok()?, ratio: ratio? })
}

/// The place in the log of whoever calls; none: everybody. An error has been reported.
pub(super) fn from(
    desk: &mut Desk,
    field: Option<Field<'_>>,
    around: &Around<'_>,
) -> Result<Option<u16>, ()> {
    let Some(field) = field else { return Ok(None) };
    let name = field.node.text().unwrap_or_default();
    let names = around.names;
    if let Some(load) = names.loads.get_index_of(name).filter(|_| !names.tiers.contains(name)) {
        return Ok(Some(load as u16));
    }
    let tier = names.tier(desk, field).ok_or(())?;
    Ok(Some(names.loads.len() as u16 + tier.0))
}
