//! `calls = [{ to = … }]`: the tiers that a tier calls while it serves.

use super::client::{TRY_KEYS, Try};
use super::names::Names;
use super::policy::OUTLET_KEYS;
use crate::block::{Block, Key, Need, Shape, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Flag, Part, Row, row};
use brownout_model::{Call, PathSet};
use brownout_units::Ratio;

/// The key of a tier.
pub(crate) const KEYS: &[Key] = &[key(
    "calls",
    Shape::List(&Shape::Block(CALL)),
    Need::Default("[]"),
    "Calls after the service, in this order.",
)];

const CHANCE: Row<Part> = row("chance", Part, Absent::Means(Ratio::ONE), "Its probability.");
const COPIES: Row<Count> = row(
    "copies",
    Count(1, limits::COPIES_MAX, "a call has at least 1 copy, and a fork of ten thousand is wide enough"),
    Absent::Means(1),
    "Copies sent at once, all of which must be answered.",
);
const OPTIONAL: Row<Flag> = row("optional", Flag, Absent::Means(false), "A failure is ignored.");

const CALL_KEYS: &[Key] = &[
    key("to", Shape::Text, Need::Required, "The tier that is called."),
    key("on", Shape::List(&Shape::Text), Need::Default("all"), "For which operations."),
    key("classes", Shape::List(&Shape::Text), Need::Default("all"), "For which classes."),
    CHANCE.key(),
    COPIES.key(),
    OPTIONAL.key(),
];

pub(crate) const CALL: &Block =
    &Block { name: "a call", doc: "A call to another tier.", keys: &[CALL_KEYS, TRY_KEYS, OUTLET_KEYS] };

pub(crate) fn read_all(diag: &mut Diagnostics, field: Option<Field<'_>>, names: &Names) -> Vec<Call> {
    let Some(field) = field else { return Vec::new() };
    let items = field.list(diag, limits::CALLS_MAX);
    items.into_iter().filter_map(|item| read(diag, item, names)).collect()
}

fn read(diag: &mut Diagnostics, field: Field<'_>, names: &Names) -> Option<Call> {
    let table = Table::open(diag, field, CALL)?;
    let to = table.get("to").and_then(|field| names.tier(diag, field));
    let before = diag.error_count();
    let paths = names.path_set(diag, table.get("on"), table.get("classes"));
    if diag.error_count() == before && paths == PathSet::default() && !names.paths.is_empty() {
        let draft =
            field.warning(diag, "no class of users does one of these operations, so this call is never made");
        diag.report(draft.hint("check \"on\" and \"classes\" against the journeys"));
    }
    let tries = Try::read(diag, &table, names);
    let copies = table.value(diag, &COPIES);
    let optional = table.value(diag, &OPTIONAL);
    let chance = table.value(diag, &CHANCE);
    Some(Call {
        to: to?,
        paths,
        chance,
        copies: copies as u32,
        timeout: tries.timeout,
        on_timeout: tries.on_timeout,
        retries: tries.retries,
        retry_on: tries.retry_on,
        backoff: tries.backoff,
        optional,
        tells_deadline: tries.tells_deadline,
        obeys_retry_after: tries.obeys_retry_after,
        hedge: tries.hedge,
        fallback: tries.fallback,
        policies: tries.policies,
    })
}
