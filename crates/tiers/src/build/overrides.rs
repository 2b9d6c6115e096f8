//! Overrides in mid-run: which node each changes, and the messages that tell it.

use super::Wirer;
use crate::node::overrides::Overrides;
use crate::node::resident::Resident;
use brownout_kernel::{Instant, NodeId, Sim};
use brownout_model::{Body, Change, Effect, Model, Setting, Site};
use brownout_protocol::{Msg, Service};
use brownout_units::Span;

/// Posts the beginning and the end of each override to its node. Where one ends at the instant at which another begins,
/// it ends second, so that nothing passes through the value of the file in between.
pub(super) fn post(sim: &mut Sim<Service, Resident>, model: &Model, overridden: &[(u32, NodeId)]) {
    for &(at, node) in overridden {
        let change = &model.changes[at as usize];
        sim.post(Instant::ZERO + change.when.at, node, switches(model, at, change)[0]);
    }
    for &(at, node) in overridden {
        let change = &model.changes[at as usize];
        let end = change.when.at.checked_add(change.when.lasts).filter(|end| *end < model.duration);
        if let Some(end) = end.filter(|end| !is_followed(model, change, *end)) {
            sim.post(Instant::ZERO + end, node, switches(model, at, change)[1]);
        }
    }
}

/// Whether at that instant another override orders replicas with engines of the same tier: an order needs no end.
fn is_followed(model: &Model, change: &Change, end: Span) -> bool {
    let orders = |change: &Change| match change.effect {
        Effect::Set { setting } => matches!(model.settings[usize::from(setting)], Setting::Engines(_)),
        _ => false,
    };
    let same = |next: &&Change| next.target == change.target && next.when.at == end && orders(next);
    orders(change) && model.changes.iter().any(|next| same(&next))
}

/// What the node of an override is told when it begins and when it ends.
fn switches(model: &Model, at: u32, change: &Change) -> [Msg; 2] {
    let Effect::Set { setting } = change.effect else { unreachable!("an override sets something") };
    let body = change.tier().map(|tier| &model.tiers[tier.0 as usize].body);
    match (&model.settings[usize::from(setting)], body) {
        (Setting::Engines(replicas), Some(Body::Engines(engines))) => {
            [Msg::scale(*replicas), Msg::scale(engines.replicas)]
        }
        _ => [true, false].map(|on| Msg::fault(at, on, None)),
    }
}

impl Wirer<'_> {
    /// The node that each override in mid-run changes; controllers come in the order of the model.
    pub(super) fn overridden(&self, controllers: &[NodeId]) -> Vec<(u32, NodeId)> {
        let node = |(at, change): (usize, &Change)| {
            let Effect::Set { setting } = change.effect else { return None };
            let node = match (&self.model.settings[usize::from(setting)], change.target.site) {
                (Setting::Paused(by), _) => controllers[usize::from(by.0)],
                (_, Site::Tier(tier)) => self.node(tier),
                (_, Site::Load(load)) => self.loads[usize::from(load.0)],
            };
            Some((at as u32, node))
        };
        self.model.changes.iter().enumerate().filter_map(node).collect()
    }

    /// The overrides in mid-run of a load or tier, with a lane for each timeout that may hold.
    pub(super) fn overrides(&mut self, site: Site, usual: &[Option<Span>]) -> Overrides {
        let of: Vec<(u32, Setting)> =
            self.model.overrides(site).map(|(at, _, setting)| (at, setting.clone())).collect();
        if of.is_empty() {
            return Overrides::default();
        }
        let mut timeouts: Vec<Span> = usual.iter().flatten().copied().collect();
        for (_, setting) in &of {
            match setting {
                Setting::Client(patch, _) => timeouts.extend(patch.timeout.and_then(|timeout| timeout.to)),
                Setting::Station(patch) => {
                    timeouts.extend(patch.calls.iter().filter_map(|(call, _)| call.timeout?.to));
                }
                Setting::Engines(_) | Setting::Paused(_) => {}
            }
        }
        let lanes = timeouts.into_iter().map(|timeout| (timeout, self.assembly.lane(timeout))).collect();
        Overrides::new(of, lanes)
    }
}
