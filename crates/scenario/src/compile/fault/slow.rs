//! Everything takes longer.

use super::Context;
use crate::block::Key;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Number, Row, row};
use brownout_model::Effect;

const FACTOR: Row<Number> = row(
    "factor",
    Number(1.0, 1e6, "a slow tier takes longer, not shorter"),
    Absent::Refused,
    "How many times longer services take.",
);

pub(super) const KEYS: &[Key] = &[FACTOR.key()];

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, _: &Context<'_>) -> Option<Effect> {
    Some(Effect::Slow { factor: table.said(diag, &FACTOR)? })
}
