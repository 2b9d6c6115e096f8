//! A target of a balancer is drained, or gets a part of its share only.

use super::Context;
use crate::block::{Key, Need, Shape, key};
use crate::compile::balancer;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Part, Row, row};
use brownout_model::Effect;
use brownout_units::Ratio;

const WEIGHT: Row<Part> = row(
    "weight",
    Part,
    Absent::Means(Ratio::ZERO),
    "The fraction of its usual share that it still gets; calls inside are finished, and a client with a cached \
         name does so until its ttl is over.",
);

pub(super) const KEYS: &[Key] =
    &[key("target", Shape::Text, Need::Required, "Which of the tiers behind it."), WEIGHT.key()];

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, context: &Context<'_>) -> Option<Effect> {
    if let (None, Some(field)) = (table.get("tier"), table.get("region")) {
        let draft = field.error(diag, "a target belongs to one balancer");
        diag.report(draft.hint("name the balancer: tier = \"…\""));
    }
    let (at, target) = (table.get("tier")?, table.get("target")?);
    let keep = table.read(diag, &WEIGHT);
    if 1 < context.hit.len() {
        let draft = at.error(diag, "a target belongs to one balancer");
        diag.report(draft.hint("write a fault for each balancer"));
        return None;
    }
    let tier = context.names.tiers.get_index_of(&context.hit.first()?.name)?;
    let tier = brownout_model::TierId(tier as u16);
    let target = balancer::place(diag, (at, tier), target, context.names, context.tiers)?;
    Some(Effect::Divert { target, others: false, keep: keep? })
}
