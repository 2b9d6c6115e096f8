//! How the replicas of a tier come and go.

use crate::Spread;
use brownout_dist::Law;
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// How the replicas of a tier come and go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fleet {
    /// There are never more of them, whatever a controller asks for.
    pub quota: u32,
    /// How a new one comes to life.
    pub boot: Boot,
    /// How long one that goes may finish what it has; then it is cut off. None: for ever.
    pub drain: Option<Span>,
    /// How its balancer looks after their health.
    pub care: Care,
    /// Among which of them its balancer chooses.
    pub spread: Spread,
}

/// How a new replica comes to life: a machine, an image on it, and a while in which it is slow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boot {
    /// Until the machine is there, in seconds.
    pub node: Option<Law>,
    /// Until the program runs on it, in seconds.
    pub image: Option<Law>,
    /// Until what it serves is loaded, such as the weights of a model, in seconds.
    pub weights: Option<Law>,
    /// How many come to life at the same time; the others wait for their turn. None: all.
    pub at_once: Option<u32>,
    /// How long it is cold after that.
    pub warm_up: Span,
    /// How many times as long the services take that it begins while it is cold; at least 1.
    pub cold: f64,
}

impl Fleet {
    /// Replicas that are there at once, warm, and finish what they have before they go.
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
        assert!(self.boot.at_once != Some(0), "no replica of {name} ever comes to life");
    }
}

/// How the balancer of a tier looks after the health of the replicas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Care {
    /// Ejects those whose calls fail.
    pub ejection: Option<Ejection>,
    /// Probes all of them.
    pub check: Option<HealthCheck>,
    /// When a smaller part of those that serve is well, health is ignored; 0: never.
    pub panic: Ratio,
    /// How long a replica takes to get its whole share of calls once it serves.
    pub slow_start: Span,
}

/// Envoy's outlier detection.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ejection {
    /// So many failures in a row eject a replica.
    pub consecutive: u32,
    /// How often it is looked at who may come back.
    pub interval: Span,
    /// How long the first ejection lasts; the n-th lasts n times as long, at most 300 s.
    pub base: Span,
    /// At most this part of the replicas is out, but always one may be.
    pub max: Ratio,
    /// Ejects those whose success rate stands out.
    pub success_rate: Option<SuccessRate>,
}

/// Whose success rate stands out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuccessRate {
    /// Below the mean by more than so many standard deviations.
    pub factor: f64,
    /// Only where so many replicas had enough calls.
    pub hosts: u32,
    /// So many calls in an interval are enough.
    pub volume: u32,
}

/// A probe of every replica, again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// How often.
    pub interval: Span,
    /// A probe fails whose turn in the queue has not come by then.
    pub timeout: Span,
    /// So many failures in a row take a replica out.
    pub unhealthy: u32,
    /// So many passes in a row bring it back.
    pub healthy: u32,
    /// A replica that is taken out is also killed, and down for so long.
    pub restarts: Option<Span>,
}

impl Care {
    /// Nobody looks.
    pub fn none() -> Self {
        Care { ejection: None, check: None, panic: Ratio::ZERO, slow_start: Span::ZERO }
    }

    pub(crate) fn check(&self, name: &str) {
        if let Some(ejection) = &self.ejection {
            assert!(0 < ejection.consecutive, "{name} ejects for nothing");
            assert!(!ejection.interval.is_zero(), "{name} looks all the time for who may come back");
        }
        if let Some(check) = &self.check {
            assert!(0 < check.unhealthy && 0 < check.healthy, "{name} changes its mind for nothing");
            assert!(!check.interval.is_zero(), "{name} probes all the time");
        }
    }
}
