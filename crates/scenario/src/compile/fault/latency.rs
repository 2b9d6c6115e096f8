//! A link takes longer.

use super::Context;
use crate::block::Key;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Row, Time, row};
use brownout_model::Effect;

const ADD: Row<Time> = row("add", Time, Absent::Refused, "The extra latency, each way.");

pub(super) const KEYS: &[Key] = &[ADD.key()];

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, _: &Context<'_>) -> Option<Effect> {
    Some(Effect::Latency { add: table.said(diag, &ADD)? })
}
