//! The lease that every replica of a tier holds while it takes calls.

use crate::{Backoff, Model, OnTimeout, PathId, TierId};
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// A replica takes calls while it holds a lease, which it renews in time by a call to another tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lease {
    /// The tier that grants it, like any other.
    pub keeper: TierId,
    /// How long it is valid, counted from the request.
    pub life: Span,
    /// How often it is renewed.
    pub renew: Span,
    /// How it is renewed; a failed renewal is retried until the lease has expired.
    pub renewal: Ask,
    /// How a new one is acquired once it has expired; that is retried until it is granted.
    pub acquisition: Ask,
}

/// A call to the keeper of leases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// The class and operation of the call.
    pub path: PathId,
    /// Its timeout.
    pub timeout: Span,
    /// The wait before a retry.
    pub backoff: Backoff,
    /// What happens to a try that timed out.
    pub on_timeout: OnTimeout,
}

impl Lease {
    pub(crate) fn check(&self, model: &Model, name: &str) {
        assert!(
            (self.keeper.0 as usize) < model.tiers.len(),
            "{name} holds leases of a tier that does not exist"
        );
        assert!(!self.renew.is_zero() && self.renew < self.life, "{name} loses leases before it renews them");
        for ask in [&self.renewal, &self.acquisition] {
            assert!((ask.path.0 as usize) < model.paths.len(), "{name} asks for no operation");
            assert!(
                !ask.timeout.is_zero() && ask.timeout < self.life,
                "{name} gets leases that have expired"
            );
            assert!(!ask.backoff.base.is_zero(), "{name} retries without a wait");
        }
    }
}
