//! Calls get lost on their way to a tier: packet loss, a partition.

use super::Context;
use crate::block::{Key, Need, Shape, key};
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Part, Row, row};
use brownout_model::Effect;
use brownout_units::Ratio;

const RATIO: Row<Part> = row("ratio", Part, Absent::Follows("100%: a partition"), "The share of the calls.");

pub(super) const KEYS: &[Key] = &[RATIO.key(), FROM];

pub(super) const FROM: Key =
    key("from", Shape::Text, Need::Default("all callers"), "Only calls from this tier or load.");

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, context: &Context<'_>) -> Option<Effect> {
    let ratio = table.read_or(diag, &RATIO, Ratio::ONE);
    let from = from(diag, table.get("from"), context);
    Some(Effect::Loss { from: from.ok()?, ratio: ratio? })
}

/// The place in the log of the caller; none for all callers, or after a reported error.
pub(super) fn from(
    diag: &mut Diagnostics,
    field: Option<Field<'_>>,
    context: &Context<'_>,
) -> Result<Option<u16>, ()> {
    let Some(field) = field else { return Ok(None) };
    let name = field.node.text().unwrap_or_default();
    let names = context.names;
    if let Some(load) = names.loads.get_index_of(name).filter(|_| !names.tiers.contains(name)) {
        return Ok(Some(load as u16));
    }
    let tier = names.tier(diag, field).ok_or(())?;
    Ok(Some(names.loads.len() as u16 + tier.0))
}
