//! The operator on call and the runbook.

use crate::{ChangeId, Condition, Effect, Model, TierId};
use brownout_dist::Law;
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// An operator who watches the service and works through a runbook in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    /// The steps, in sequence: the next one is not considered before this one is done.
    pub steps: Vec<RunbookStep>,
}

/// A step of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunbookStep {
    /// When the step starts.
    pub start: Start,
    /// From the start until the action takes effect, in seconds: acknowledge, understand, type.
    pub lag: Law,
    /// The change it makes; if that was taken out of the model, the step takes its time and does nothing.
    pub change: ChangeId,
    /// How capacity of another cloud comes and goes, where the step leases some.
    pub lease: Option<LeaseTerms>,
}

/// When a step starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// At this time since the start of the run.
    At(Span),
    /// When a condition holds.
    When(Condition),
}

/// The terms of a lease.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeaseTerms {
    /// From the order until the machines are there and begin to boot, in seconds.
    pub lead: Law,
    /// How long it is kept; none: until it is undone.
    pub lasts: Option<Span>,
}

impl Operator {
    pub(crate) fn check(&self, model: &Model, name: &str) {
        for step in &self.steps {
            if let Start::When(condition) = &step.start {
                condition.check(model);
            }
            let Some(change) = model.change(step.change) else { continue };
            let leases = matches!(change.effect, Effect::Emergency { .. });
            assert!(leases == step.lease.is_some(), "{name} has a lease without terms");
            if let Effect::Undo(undone) = change.effect {
                let earlier = self.steps.iter().take_while(|other| other.change != step.change);
                let done = earlier.into_iter().any(|other| other.change == undone);
                assert!(done, "{name} undoes what was not done");
            }
        }
    }

    /// Whether it looks at a tier or changes how many replicas it has.
    pub(crate) fn watches(&self, tier: TierId, model: &Model) -> bool {
        self.steps.iter().any(|step| {
            let looks = matches!(&step.start, Start::When(condition) if condition.of == tier);
            let changes = model.change(step.change).is_some_and(|change| {
                let counts = matches!(change.effect, Effect::Scale { .. } | Effect::Emergency { .. });
                counts && change.tier() == Some(tier)
            });
            looks || changes
        })
    }
}
