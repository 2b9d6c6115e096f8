//! A target of a balancer is drained, or gets a part of its share only.

use super::Around;
use crate::block::{Key, Need, Shape, key};
use crate::compile::balancer;
use crate::problem::Desk;
use crate::read::Table;
use crate::row::{Absent, Part, Row, row};
use brownout_tiers::model::FaultKind;
use brownout_units::Ratio;

const WEIGHT: Row<Part> = row(
    "weight",
    Part,
    Absent::Means(Ratio::ZERO),
    "Which part of its usual share it still gets; calls that are inside are finished, and whoever keeps to a \
         name does so until its ttl is over.",
);

pub(super) const KEYS: &[Key] =
    &[key("target", Shape::Text, Need::Required, "Which of the tiers behind it."), WEIGHT.key()];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<FaultKind> {
    if let (None, Some(field)) = (table.get("tier"), table.get("region")) {
        let draft = field.error(desk, "a target is one of one balancer");
        desk.report(draft.hint("name that: tier = \"…\""));
    }
    let (at, target) = (table.get("tier")?, table.get("target")?);
    let keep = table.read(desk, &WEIGHT);
    if 1 < around.hit.len() {
        let draft = at.error(desk, "a target is one of one balancer");
        desk.report(draft.hint("write a fault for each balancer"));
        return None;
    }
    let tier = around.names.tiers.get_index_of(&around.hit.first()?.name)?;
    let tier = brownout_tiers::model::TierId(tier as u16);
    let target = balancer::place(desk, (at, tier), target, around.names, around.tiers)?;
    Some(FaultKind::Divert { target, others: false, keep: keep? })
}
