//! The condition that a controller or a fault waits for.

use crate::{Body, Contention, Model, Signal, TierId, Workers};
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// A signal of a tier is beyond a value for some time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Which tier.
    pub of: TierId,
    /// Which signal.
    pub signal: Signal,
    /// Above, rather than below.
    pub above: bool,
    /// The threshold.
    pub value: f64,
    /// How long it has to hold without a break.
    pub holds: Span,
    /// How often it is checked.
    pub every: Span,
}

impl Condition {
    pub(crate) fn check(&self, model: &Model) {
        let tier = model.tiers.get(self.of.0 as usize).expect("a condition of no tier");
        assert!(self.signal.is_of(&tier.body), "{} does not show {:?}", tier.name, self.signal);
        assert!(!self.every.is_zero(), "a condition is checked at an interval above 0");
    }
}

impl Signal {
    /// Whether a tier shows it.
    pub fn is_of(self, body: &Body) -> bool {
        match body {
            Body::Station(station) => {
                let sharing = matches!(station.contention, Contention::Sharing { .. });
                self != Signal::Cpu || sharing || station.workers != Workers::Unlimited
            }
            Body::Engines(_) => true,
            Body::Balancer(_) | Body::Link(_) => false,
        }
    }
}
