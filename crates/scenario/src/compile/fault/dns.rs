//! The name of a tier cannot be resolved.

use super::Context;
use super::way::{FROM, from};
use crate::block::Key;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Row, Time, row};
use brownout_model::Effect;
use brownout_units::Span;

const AFTER: Row<Time> =
    row("after", Time, Absent::Means(Span::ZERO), "How long the resolver takes to fail.");

pub(super) const KEYS: &[Key] = &[AFTER.key(), FROM];

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, context: &Context<'_>) -> Option<Effect> {
    let after = table.value(diag, &AFTER);
    let from = from(diag, table.get("from"), context);
    Some(Effect::Unresolved { from: from.ok()?, after })
}
