//! Emergency capacity: leased from another cloud while a condition holds, and given back.

use crate::{ChangeId, Condition, Effect, Model};
use brownout_dist::Law;
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// Leases capacity when a condition holds, and gives it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Emergency {
    /// When it is ordered.
    pub when: Condition,
    /// From the order until the machines are there and begin to boot, in seconds.
    pub lead: Law,
    /// What is leased: a change that is an [`Effect::Emergency`]; if it was taken out of the model, nothing is.
    pub lease: ChangeId,
    /// When it is given back, checked once it is there; none: by the clock alone.
    pub until: Option<Condition>,
    /// The longest lease; none: no limit.
    pub longest: Option<Span>,
    /// After it was given back the condition may order it again.
    pub again: bool,
}

impl Emergency {
    pub(crate) fn check(&self, model: &Model, name: &str) {
        self.when.check(model);
        self.until.iter().for_each(|until| until.check(model));
        let lease = model.change(self.lease);
        let leases = lease.is_none_or(|lease| matches!(lease.effect, Effect::Emergency { .. }));
        assert!(leases, "{name} leases nothing");
    }
}
