//! The nodes of changes that no clock sets off.

use super::Wirer;
use crate::node::injector;
use brownout_kernel::NodeId;
use brownout_model::{Body, Cause, Change};

impl Wirer<'_> {
    /// The injectors of changes that no clock sets off, one for each group.
    pub(super) fn injectors(&mut self) -> Vec<NodeId> {
        let mut ids = Vec::new();
        let model = self.model;
        for (number, change) in model.changes.iter().enumerate() {
            let Some(group) = change.cause.group() else { continue };
            if model.changes[..number].iter().any(|other| other.cause.group() == Some(group)) {
                continue;
            }
            let name = format!("fault {group}");
            let id = self.assembly.reserve(&name);
            let all = model.changes.iter().enumerate();
            let of_group = all.filter(|(_, other)| other.cause.group() == Some(group));
            let group = of_group.map(|(at, other)| self.target(at, other)).collect();
            let of = match &change.cause {
                Cause::Condition { condition, .. } => self.node(condition.of),
                _ => NodeId::NONE,
            };
            let stream = self.assembly.stream(&name);
            self.assembly.place(id, injector::Injector::new(change.clone(), group, of, stream));
            ids.push(id);
        }
        ids
    }

    /// One of a group of changes that happen together.
    fn target(&self, at: usize, change: &Change) -> injector::Target {
        let body = change.tier().map(|tier| &self.model.tiers[tier.0 as usize].body);
        injector::Target {
            fault: at as u32,
            tier: self.hit(change).1,
            replicas: match body {
                Some(Body::Station(station)) => station.replicas,
                Some(Body::Engines(engines)) => engines.replicas,
                _ => 0,
            },
            draw: match change.cause {
                Cause::Chaos { draw, .. } => draw,
                _ => 0,
            },
        }
    }
}
