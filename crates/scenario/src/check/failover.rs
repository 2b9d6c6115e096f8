//! Balancers whose later priorities never get a call, because no rule takes the first one out.

use super::place;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{Body, Change, Effect, Model, TierId};

pub(super) fn warn(diag: &mut Diagnostics, document: &Node, model: &Model) {
    let diverted = |tier: TierId| {
        let of = |c: &Change| c.tier() == Some(tier) && matches!(c.effect, Effect::Divert { .. });
        model.changes.iter().any(of)
    };
    for (at, tier) in model.tiers.iter().enumerate() {
        let Body::Balancer(balancer) = &tier.body else { continue };
        let looks = balancer.care.ejection.is_some() || balancer.care.check.is_some();
        if balancer.levels() <= 1 || looks || diverted(TierId(at as u16)) {
            continue;
        }
        let message = format!("no rule takes a target of \"{}\" out: only priority 0 gets calls", tier.name);
        let draft = Draft::warning(place(document, &["tier", &tier.name, "to"]), message);
        diag.report(
            draft.hint("add health_check = true or ejection = true, or let an operator drain or fail over"),
        );
    }
}
