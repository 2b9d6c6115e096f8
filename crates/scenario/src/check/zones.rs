//! Zones without effect: too many of them, callers outside any zone, and callers in other zones.

use super::place;
use crate::problem::{Diagnostics, Draft, one_of};
use crate::text::tree::Node;
use brownout_model::{Body, Model, Tier, TierId, ZONES_MAX, ZoneRouting};

/// Reports more zones than a call can encode.
pub(super) fn report(diag: &mut Diagnostics, document: &Node, model: &Model) {
    let zones = model.zones();
    if zones.len() <= ZONES_MAX {
        return;
    }
    let draft = Draft::error(place(document, &["tier"]), format!("the tiers are in {} zones", zones.len()));
    let draft = draft.allowed(format!("at most {ZONES_MAX} in all"));
    diag.report(draft.hint("zones of the same name are one"));
}

/// Warns of routing by zone that no caller's zone allows.
pub(super) fn warn(diag: &mut Diagnostics, document: &Node, model: &Model) {
    for (at, tier) in model.tiers.iter().enumerate() {
        let Some(zones) = tier.fleet().and_then(|fleet| fleet.spread.zones.as_ref()) else { continue };
        let wants = zones.routing != ZoneRouting::Anywhere || !zones.latency.is_zero();
        if !wants {
            continue;
        }
        let key = if zones.routing == ZoneRouting::Anywhere { "zone_latency" } else { "zone_routing" };
        let place = place(document, &["tier", &tier.name, key]);
        let callers: Vec<&Tier> = callers(model, TierId(at as u16));
        let of = |tier: &&Tier| tier.fleet().and_then(|fleet| fleet.spread.zones.clone());
        let theirs: Vec<_> = callers.iter().filter_map(of).collect();
        if theirs.is_empty() {
            let message =
                format!("no caller of \"{}\" is in a zone, so no call has a zone to stay in", tier.name);
            diag.report(Draft::warning(place, message).hint("set \"zones\" at the tiers that call it"));
        } else if !theirs.iter().flat_map(|zones| &zones.names).any(|name| zones.names.contains(name)) {
            let names = theirs.iter().flat_map(|zones| zones.names.iter().map(String::as_str));
            let message = format!("\"{}\" shares no zone with its callers", tier.name);
            diag.report(Draft::warning(place, message).allowed(one_of(names)));
        }
    }
}

/// The callers of a tier, direct or through balancers and links.
fn callers(model: &Model, tier: TierId) -> Vec<&Tier> {
    let mut found = Vec::new();
    let (mut asked, mut next) = (vec![tier], 0);
    while let Some(&of) = asked.get(next) {
        next += 1;
        for (at, other) in model.tiers.iter().enumerate().filter(|(_, other)| other.callees().contains(&of)) {
            if matches!(other.body, Body::Balancer(_) | Body::Link(_)) {
                let id = TierId(at as u16);
                if !asked.contains(&id) {
                    asked.push(id);
                }
            } else {
                found.push(other);
            }
        }
    }
    found
}
