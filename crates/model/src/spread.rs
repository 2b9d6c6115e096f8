//! Narrowing the replicas that a balancer chooses from for a caller, and the age of its counts.

use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// How many zones one model may have: a call has four bits for that of its caller.
pub const ZONES_MAX: usize = 15;

/// How candidates are narrowed before balancing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Counts of calls per replica are as of the last whole multiple of this; 0: current.
    pub refresh: Span,
    /// A caller talks to some of the replicas only.
    pub subset: Option<Subset>,
    /// The zones of the replicas, if any.
    pub zones: Option<Zones>,
}

/// A subset of the replicas, the same for one caller as long as the same replicas serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subset {
    /// How many.
    pub size: u32,
    /// Which.
    pub kind: SubsetKind,
    /// The owner of a subset.
    pub per: SubsetPer,
}

/// How subsets are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubsetKind {
    /// The callers one after another, round by round: in each round the replicas are shuffled and cut into pieces, so
    /// that all have as many callers (SRE book, "deterministic subsetting").
    Deterministic,
    /// An independent draw for each caller: shuffle sharding.
    Shuffled,
    /// The replicas are cut into pieces once, and a caller has one of them: plain sharding.
    Fixed,
}

/// The owner of a subset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubsetPer {
    /// Each user's.
    Client,
    /// Each class's: a tenant.
    Class,
}

/// The zones of a tier: replica `i` is in zone `i` modulo their number, whenever it boots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Zones {
    /// Their names; tiers that use the same name share the zone.
    pub names: Vec<String>,
    /// Whether a call stays in the zone of its caller.
    pub routing: ZoneRouting,
    /// What a call that leaves the zone of its caller takes longer, each way.
    pub latency: Span,
}

/// Whether a call stays in the zone of its caller. Callers without a zone go anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneRouting {
    /// It goes anywhere.
    Anywhere,
    /// It stays, or is refused if no replica of its zone takes calls.
    Local,
    /// It stays up to its zone's share of the replicas; the excess spills over (Envoy).
    SpillOver,
}

impl Spread {
    /// All replicas may be chosen, by current counts.
    pub const NONE: Spread = Spread { refresh: Span::ZERO, subset: None, zones: None };

    /// How many zones there are; 0 if none are named.
    pub fn zone_count(&self) -> usize {
        self.zones.as_ref().map_or(0, |zones| zones.names.len())
    }

    pub(crate) fn check(&self, name: &str) {
        assert!(self.subset.is_none_or(|subset| 0 < subset.size), "{name} has empty subsets");
        if let Some(zones) = &self.zones {
            assert!(!zones.names.is_empty(), "{name} has a list of no zones");
        }
    }
}
