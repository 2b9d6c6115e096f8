//! How the replicas of a tier come and go.

use brownout_dist::Law;
use brownout_units::Span;

/// How the replicas of a tier come and go.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// There are never more of them, whatever a controller asks for.
    pub quota: u32,
    /// How a new one comes to life.
    pub boot: Boot,
    /// How long one that goes may finish what it has; then it is cut off. None: for ever.
    pub drain: Option<Span>,
}

/// How a new replica comes to life: a machine, an image on it, and a while in which it is slow.
#[derive(Clone, Debug, PartialEq)]
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
            quota: super::REPLICAS_MAX,
            boot: Boot {
                node: None,
                image: None,
                weights: None,
                at_once: None,
                warm_up: Span::ZERO,
                cold: 1.0,
            },
            drain: None,
        }
    }

    pub(super) fn check(&self, replicas: u32, name: &str) {
        assert!(replicas <= self.quota, "{name} begins with more replicas than its quota");
        assert!(self.quota <= super::REPLICAS_MAX, "{name} has a quota over {}", super::REPLICAS_MAX);
        assert!(1.0 <= self.boot.cold, "{name} is faster when cold");
        assert!(self.boot.at_once != Some(0), "no replica of {name} ever comes to life");
    }
}
