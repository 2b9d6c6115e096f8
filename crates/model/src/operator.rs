//! The operator on call and the runbook.

use crate::{Condition, Fault, Model, TierId};
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
    /// What is done.
    pub act: Act,
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

/// What an operator does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Has so many replicas of a tier.
    Scale {
        /// Which.
        tier: TierId,
        /// How many.
        replicas: u32,
    },
    /// Changes something of a tier for good: what a fault does, and by the same means.
    Change(Box<Fault>),
    /// Leases capacity from another cloud.
    Lease {
        /// What: a [`FaultKind::Emergency`](crate::FaultKind::Emergency).
        lease: Box<Fault>,
        /// From the order until the machines are there and begin to boot, in seconds.
        lead: Law,
        /// It is given back after so long; none: when it is undone.
        lasts: Option<Span>,
    },
    /// Takes back what an earlier step has done.
    Undo(usize),
}

impl Operator {
    pub(crate) fn check(&self, model: &Model, name: &str) {
        for (at, step) in self.steps.iter().enumerate() {
            if let Start::When(condition) = &step.start {
                condition.check(model);
            }
            match &step.act {
                Act::Scale { tier, .. } => {
                    assert!((tier.0 as usize) < model.tiers.len(), "{name} scales no tier");
                }
                Act::Change(fault) | Act::Lease { lease: fault, .. } => fault.check(model),
                Act::Undo(step) => assert!(*step < at, "{name} takes back what was not done"),
            }
        }
    }

    /// What it changes by the means of faults.
    pub(crate) fn changes(&self) -> Vec<&Fault> {
        let mut changes = Vec::new();
        for step in &self.steps {
            if let Act::Change(fault) | Act::Lease { lease: fault, .. } = &step.act {
                changes.push(&**fault);
            }
        }
        changes
    }

    /// Whether it looks at a tier or scales it.
    pub(crate) fn watches(&self, tier: TierId) -> bool {
        self.steps.iter().any(|step| {
            let looks = matches!(&step.start, Start::When(condition) if condition.of == tier);
            let changes = match &step.act {
                Act::Scale { tier: scaled, .. } => *scaled == tier,
                Act::Lease { lease, .. } => lease.tier == tier,
                Act::Change(_) | Act::Undo(_) => false,
            };
            looks || changes
        })
    }
}
