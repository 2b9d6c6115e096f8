//! The name of a tier is not resolved.

use super::Around;
use super::way::{FROM, from};
use crate::block::{Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::Table;
use brownout_tiers::model::FaultKind;
use brownout_units::Span;

pub(super) const KEYS: &[Key] =
    &[key("after", Shape::Span, Need::Default("0s"), "So long it takes the resolver to say so."), FROM];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<FaultKind> {
    let after = table.get("after").and_then(|field| field.span(desk)).unwrap_or(Span::ZERO);
    let from = from(desk, table.get("from"), around);
    Some(FaultKind::Unresolved { from: from.ok()?, after })
}
