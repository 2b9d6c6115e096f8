//! How the replicas of a tier come and go.

use crate::Spread;
use brownout_dist::Law;
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// How the replicas of a tier come and go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fleet {
    /// The most replicas, regardless of what a controller asks for.
    pub quota: u32,
    /// How a new one boots.
    pub boot: Boot,
    /// How long a draining replica may finish its calls before they are cut off. None: no limit.
    pub drain: Option<Span>,
    /// How its balancer tracks their health.
    pub care: Care,
    /// Which of them its balancer may choose.
    pub spread: Spread,
}

/// How a new replica boots: a machine, an image on it, and a time in which it is slow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boot {
    /// Until the machine is there, in seconds.
    pub node: Option<Law>,
    /// Until the program runs on it, in seconds.
    pub image: Option<Law>,
    /// Until what it serves is loaded, such as the weights of a model, in seconds.
    pub weights: Option<Law>,
    /// How many boot at the same time; the others wait for their turn. None: no limit.
    pub at_once: Option<u32>,
    /// How long it is cold after that.
    pub warm_up: Span,
    /// The factor on services that begin while it is cold; at least 1.
    pub cold: f64,
}

impl Boot {
    /// The mean time until a new replica serves, in seconds.
    pub fn mean(&self) -> f64 {
        [&self.node, &self.image, &self.weights].into_iter().flatten().map(Law::mean).sum()
    }
}

impl Fleet {
    /// Replicas that are available immediately, warm, and drain before they go.
    pub fn still() -> Self {
        Fleet {
            quota: crate::REPLICAS_MAX,
            boot: Boot {
                node: None,
                image: None,
                weights: None,
                at_once: None,
                warm_up: Span::ZERO,
                cold: 1.0,
            },
            drain: None,
            care: Care::none(),
            spread: Spread::NONE,
        }
    }

    pub(crate) fn check(&self, replicas: u32, name: &str) {
        assert!(replicas <= self.quota, "{name} begins with more replicas than its quota");
        assert!(self.quota <= crate::REPLICAS_MAX, "{name} has a quota over {}", crate::REPLICAS_MAX);
        assert!(1.0 <= self.boot.cold, "{name} is faster when cold");
        self.care.check(name);
        self.spread.check(name);
        assert!(self.boot.at_once != Some(0), "no replica of {name} ever boots");
    }
}

/// How the balancer of a tier tracks the health of the replicas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Care {
    /// Ejects replicas whose calls fail.
    pub ejection: Option<Ejection>,
    /// Probes all of them.
    pub check: Option<HealthCheck>,
    /// Panic threshold: below this healthy fraction of the serving replicas, health is ignored; 0: never.
    pub panic: Ratio,
    /// Slow start: how long a replica takes to get its whole share of calls once it serves.
    pub slow_start: Span,
}

/// Envoy's outlier detection.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ejection {
    /// The number of consecutive failures that ejects a replica.
    pub consecutive: u32,
    /// How often it is checked which replicas may come back.
    pub interval: Span,
    /// How long the first ejection lasts; the n-th lasts n times as long, at most 300 s.
    pub base: Span,
    /// The largest fraction of replicas that may be out; one always may be.
    pub max: Ratio,
    /// Ejects outliers by success rate.
    pub success_rate: Option<SuccessRate>,
}

/// When a success rate is an outlier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuccessRate {
    /// How many standard deviations below the mean.
    pub factor: f64,
    /// The fewest replicas with enough calls.
    pub hosts: u32,
    /// The number of calls in an interval that is enough.
    pub volume: u32,
}

/// A periodic probe of every replica.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// How often.
    pub interval: Span,
    /// The timeout of a probe: it fails if its turn in the queue has not come by then.
    pub timeout: Span,
    /// The number of consecutive failures that takes a replica out.
    pub unhealthy: u32,
    /// The number of consecutive passes that brings it back.
    pub healthy: u32,
    /// If set, a replica that is taken out is also killed, and down for this time.
    pub restarts: Option<Span>,
}

impl Care {
    /// No health tracking.
    pub fn none() -> Self {
        Care { ejection: None, check: None, panic: Ratio::ZERO, slow_start: Span::ZERO }
    }

    pub(crate) fn check(&self, name: &str) {
        if let Some(ejection) = &self.ejection {
            assert!(0 < ejection.consecutive, "{name} ejects after 0 failures");
            assert!(!ejection.interval.is_zero(), "{name} checks for returning replicas at an interval of 0");
        }
        if let Some(check) = &self.check {
            assert!(
                0 < check.unhealthy && 0 < check.healthy,
                "{name} changes the health of a replica after 0 probes"
            );
            assert!(!check.interval.is_zero(), "{name} probes at an interval of 0");
        }
    }
}
