//! A balancer over whole tiers: regions, cells, providers.

use crate::{Balance, Care, Model, PathId, TierId};
use brownout_dist::Law;
use serde::{Deserialize, Serialize};

/// Hands each call to one of several tiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Balancer {
    /// Which, of those of one priority.
    pub balance: Balance,
    /// Over whom.
    pub targets: Vec<Target>,
    /// How it looks after their health.
    pub care: Care,
    /// A priority level is good for its healthy part times this much of the calls, but at most all; Envoy has 1.4.
    pub overprovisioning: f64,
    /// It is a name, and whoever has looked it up keeps to the answer for so long, in seconds; none: it is asked for
    /// every call.
    pub ttl: Option<Law>,
    /// As what its probes come to the targets.
    pub probe: Option<PathId>,
}

/// A tier behind a balancer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Whom.
    pub to: TierId,
    /// For [`Balance::Weighted`], and what it counts for its priority level.
    pub weight: f64,
    /// 0 is first; the next level gets what those before it cannot take.
    pub priority: u8,
}

impl Balancer {
    /// One that hands calls on and cares for nothing.
    pub fn plain(balance: Balance, targets: Vec<Target>) -> Self {
        Balancer { balance, targets, care: Care::none(), overprovisioning: 1.4, ttl: None, probe: None }
    }

    /// How many priority levels it has.
    pub fn levels(&self) -> usize {
        self.targets.iter().map(|target| usize::from(target.priority) + 1).max().unwrap_or(0)
    }

    /// Whether nothing but the balance ever decides, unless somebody drains a target.
    pub fn is_plain(&self) -> bool {
        self.care == Care::none() && self.levels() <= 1 && self.ttl.is_none()
    }

    pub(crate) fn check(&self, model: &Model, name: &str) {
        assert!(!self.targets.is_empty(), "{name} has no target");
        self.balance.check(self.targets.len(), name);
        self.care.check(name);
        assert!(1.0 <= self.overprovisioning, "{name} takes less than the healthy part");
        let has = |level: usize| self.targets.iter().any(|target| usize::from(target.priority) == level);
        assert!((0..self.levels()).all(has), "{name} has a priority without targets");
        let probes = self.probe.is_some_and(|path| (path.0 as usize) < model.paths.len());
        assert!(self.care.check.is_none() || probes, "{name} probes by no path");
        let restarts = self.care.check.as_ref().and_then(|check| check.restarts);
        assert!(restarts.is_none(), "{name} restarts whole tiers");
    }
}
