//! A share of calls fail.

use super::Context;
use crate::block::Key;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Part, Row, row};
use brownout_model::Effect;

const RATIO: Row<Part> = row("ratio", Part, Absent::Refused, "The share of the calls.");

pub(super) const KEYS: &[Key] = &[RATIO.key()];

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, _: &Context<'_>) -> Option<Effect> {
    Some(Effect::Errors { ratio: table.said(diag, &RATIO)? })
}
