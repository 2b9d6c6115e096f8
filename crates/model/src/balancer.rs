//! A balancer over whole tiers: regions, cells, providers.

use crate::{Balance, Care, Model, PathId, TierId};
use brownout_dist::Law;
use serde::{Deserialize, Serialize};

/// Hands each call to one of several tiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Balancer {
    /// How it chooses among the targets of one priority.
    pub balance: Balance,
    /// Its targets.
    pub targets: Vec<Target>,
    /// How it tracks their health.
    pub care: Care,
    /// A priority level takes the healthy share of its targets times this factor, at most all calls; Envoy's default is
    /// 1.4.
    pub overprovisioning: f64,
    /// Its targets are resolved by DNS, and clients cache the answer for this time to live, in seconds; none: every
    /// call is resolved anew.
    pub ttl: Option<Law>,
    /// The path of its probes.
    pub probe: Option<PathId>,
}

/// A tier behind a balancer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Which tier.
    pub to: TierId,
    /// For [`Balance::Weighted`], and its weight within its priority level.
    pub weight: f64,
    /// 0 is first; the next level gets what the levels before it cannot take.
    pub priority: u8,
}

impl Balancer {
    /// A balancer that passes calls on and tracks no health.
    pub fn plain(balance: Balance, targets: Vec<Target>) -> Self {
        Balancer { balance, targets, care: Care::none(), overprovisioning: 1.4, ttl: None, probe: None }
    }

    /// How many priority levels it has.
    pub fn levels(&self) -> usize {
        self.targets.iter().map(|target| usize::from(target.priority) + 1).max().unwrap_or(0)
    }

    /// Whether only the balance decides, unless an operator drains a target.
    pub fn is_plain(&self) -> bool {
        self.care == Care::none() && self.levels() <= 1 && self.ttl.is_none()
    }

    pub(crate) fn check(&self, model: &Model, name: &str) {
        assert!(!self.targets.is_empty(), "{name} has no target");
        self.balance.check(self.targets.len(), name);
        self.care.check(name);
        assert!(1.0 <= self.overprovisioning, "{name} takes less than its healthy share");
        let has = |level: usize| self.targets.iter().any(|target| usize::from(target.priority) == level);
        assert!((0..self.levels()).all(has), "{name} has a priority without targets");
        let probes = self.probe.is_some_and(|path| (path.0 as usize) < model.paths.len());
        assert!(self.care.check.is_none() || probes, "{name} probes by no path");
        let restarts = self.care.check.as_ref().and_then(|check| check.restarts);
        assert!(restarts.is_none(), "{name} restarts whole tiers");
    }
}
