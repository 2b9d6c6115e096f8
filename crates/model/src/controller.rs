//! Controllers: loops that watch the service and act on it, each with its lags.

use crate::{Body, Emergency, Model, Operator, TierId};
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// A loop that watches and acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Controller {
    /// As in the file.
    pub name: String,
    /// What it does.
    pub body: ControllerBody,
}

/// What a controller does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControllerBody {
    /// Changes how many replicas a tier has.
    Autoscaler(Autoscaler),
    /// Works through a runbook.
    Operator(Operator),
    /// Leases capacity from another cloud.
    Emergency(Emergency),
}

/// Something of a tier that can be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Signal {
    /// The fraction of workers (or processors) of serving replicas in use since the last check.
    Cpu,
    /// Calls inside, per serving replica.
    InFlight,
    /// Calls that wait, per serving replica.
    Queue,
    /// How long the head of the queue has waited, in seconds.
    QueueAge,
    /// Calls that came, per second and serving replica, since the last check.
    Rate,
    /// The fraction of calls that ended since the last check in an error or after their caller had left.
    Errors,
    /// How many replicas served, on average since the last check.
    Replicas,
}

impl Signal {
    /// All, in order of number.
    pub const ALL: [Signal; 7] = [
        Signal::Cpu,
        Signal::InFlight,
        Signal::Queue,
        Signal::QueueAge,
        Signal::Rate,
        Signal::Errors,
        Signal::Replicas,
    ];

    /// Whether it accumulates since the last check.
    pub const fn adds_up(self) -> bool {
        matches!(self, Signal::Cpu | Signal::Rate | Signal::Errors | Signal::Replicas)
    }
}

/// The arithmetic of the Kubernetes horizontal pod autoscaler, with its lags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Autoscaler {
    /// The tier whose replicas it scales.
    pub tier: TierId,
    /// The signal it watches.
    pub signal: Signal,
    /// Of which tier.
    pub of: TierId,
    /// The target value of the signal.
    pub target: f64,
    /// The fewest replicas, at least 1; without activity there are none, if there is an `activation`.
    pub min: u32,
    /// Whether it scales to zero and from it.
    pub activation: Option<Activation>,
    /// The most replicas.
    pub max: u32,
    /// How often it checks.
    pub sync: Span,
    /// The age of a sample when it is acted upon.
    pub delay: Span,
    /// The tolerance: nothing is done while the signal is this close to the target.
    pub tolerance: Ratio,
    /// How it may grow.
    pub up: Scaling,
    /// How it may shrink.
    pub down: Scaling,
}

/// When a tier has no replicas at all, as KEDA has it: the signal is taken over all replicas, not for each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activation {
    /// Above this value there is activity.
    pub above: f64,
    /// How long without activity the last replicas stay.
    pub cooldown: Span,
}

/// How an autoscaler may change the number in one direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Stabilisation window: the most cautious recommendation within it is followed.
    pub stabilisation: Span,
    /// Limits on the change within a time; empty: no limit.
    pub policies: Vec<ScalingPolicy>,
    /// Which of the policies counts.
    pub select: Select,
}

/// How much the number may change within a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScalingPolicy {
    /// How much.
    pub amount: Amount,
    /// Within which time.
    pub every: Span,
}

/// How much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Amount {
    /// This percentage of the replicas there were.
    Percent(f64),
    /// This number.
    Replicas(u32),
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Select {
    /// The one that allows the largest change.
    Max,
    /// The one that allows the smallest.
    Min,
    /// None: the number does not change in this direction.
    Disabled,
}

impl Controller {
    /// Whether it looks at a tier or changes how many replicas it has.
    pub fn watches(&self, tier: TierId, model: &Model) -> bool {
        match &self.body {
            ControllerBody::Autoscaler(scaler) => [scaler.tier, scaler.of].contains(&tier),
            ControllerBody::Operator(operator) => operator.watches(tier, model),
            ControllerBody::Emergency(emergency) => {
                let looks = emergency.until.iter().chain([&emergency.when]).any(|when| when.of == tier);
                looks || model.change(emergency.lease).is_some_and(|lease| lease.tier() == Some(tier))
            }
        }
    }

    pub(crate) fn check(&self, model: &Model) {
        match &self.body {
            ControllerBody::Autoscaler(scaler) => scaler.check(model, &self.name),
            ControllerBody::Operator(operator) => operator.check(model, &self.name),
            ControllerBody::Emergency(emergency) => emergency.check(model, &self.name),
        }
    }
}

impl Autoscaler {
    fn check(&self, model: &Model, name: &str) {
        let body = |tier: TierId| {
            &model.tiers.get(tier.0 as usize).expect("a controller names a tier of the model").body
        };
        let serves = matches!(body(self.tier), Body::Station(_) | Body::Engines(_));
        assert!(serves, "{name} scales what has no replicas");
        assert!(self.signal.is_of(body(self.of)), "{name} watches what is not there");
        assert!(0 < self.min && self.min <= self.max, "{name} has no range");
        assert!(0.0 < self.target && self.target.is_finite(), "{name} has no target");
        assert!(!self.sync.is_zero(), "{name} checks at an interval of 0");
    }
}
