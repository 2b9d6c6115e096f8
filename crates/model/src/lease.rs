//! The lease that every replica of a tier holds while it takes calls.

use crate::{Backoff, Model, OnTimeout, PathId, TierId};
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// A replica takes calls while it holds a lease, which it renews in time by a call to another tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lease {
    /// Who grants it: a tier like any other.
    pub keeper: TierId,
    /// How long it is good, from when it was asked for.
    pub life: Span,
    /// How often it is renewed.
    pub renew: Span,
    /// How it is renewed; what fails is tried again until it has expired.
    pub renewal: Ask,
    /// How a new one is got once it has expired; that is tried until it is granted.
    pub acquisition: Ask,
}

/// A call to the keeper of leases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// As which class and operation it comes to the keeper.
    pub path: PathId,
    /// How long it is waited for.
    pub timeout: Span,
    /// The wait before it is tried again.
    pub backoff: Backoff,
    /// What happens to a try that timed out.
    pub on_timeout: OnTimeout,
}

impl Lease {
    pub(crate) fn check(&self, model: &Model, name: &str) {
        assert!((self.keeper.0 as usize) < model.tiers.len(), "{name} holds leases of no tier");
        assert!(!self.renew.is_zero() && self.renew < self.life, "{name} loses leases before it renews them");
        for ask in [&self.renewal, &self.acquisition] {
            assert!((ask.path.0 as usize) < model.paths.len(), "{name} asks for no operation");
            assert!(
                !ask.timeout.is_zero() && ask.timeout < self.life,
                "{name} gets leases that have expired"
            );
            assert!(!ask.backoff.base.is_zero(), "{name} asks again and again at once");
        }
    }
}
