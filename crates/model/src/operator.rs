//! The operator on call and the runbook.

use crate::{ChangeId, Condition, Effect, Model, TierId};
use brownout_dist::Law;
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// Somebody who watches, and works through a runbook in its order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    /// One after another: the next one is not looked at before this one is done.
    pub steps: Vec<RunbookStep>,
}

/// A step of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunbookStep {
    /// When it is time for it.
    pub start: Start,
    /// From then until it is done, in seconds: acknowledge, understand, type.
    pub lag: Law,
    /// What is done; if that change was taken out of the model, the step takes its time and does nothing.
    pub change: ChangeId,
    /// How capacity of another cloud comes and goes, where the step leases some.
    pub lease: Option<LeaseTerms>,
}

/// When it is time for a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// At this time since the start of the run.
    At(Span),
    /// When a condition holds.
    When(Condition),
}

/// How what is leased comes and goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeaseTerms {
    /// From the order until the machines are there and begin to boot, in seconds.
    pub lead: Law,
    /// It is given back after so long; none: when it is undone.
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
            assert!(leases == step.lease.is_some(), "{name} leases what has no terms");
            if let Effect::Undo(undone) = change.effect {
                let earlier = self.steps.iter().take_while(|other| other.change != step.change);
                let done = earlier.into_iter().any(|other| other.change == undone);
                assert!(done, "{name} takes back what was not done");
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
