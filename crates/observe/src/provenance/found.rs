//! What provenance leaves: how many intents ended badly for which reason, where, and because of what.

use brownout_protocol::Reason;
use serde::{Deserialize, Serialize};

/// What became of an intent that was not answered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It failed.
    Failed,
    /// It was answered, but later than the SLO.
    Late,
    /// It was still open when the run ended.
    Open,
}

impl Outcome {
    /// All, in their order.
    pub const ALL: [Outcome; 3] = [Outcome::Failed, Outcome::Late, Outcome::Open];
}

/// What the deciding tier was like because of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// Of the tier as it is: its own service, its own limit.
    Tier,
    /// A change that acted on it; its id.
    Change(u32),
    /// A policy; its place among those of the tier.
    Policy(u32),
    /// Its workers served first attempts.
    FirstAttempts,
    /// Its workers served retries, most of the time.
    Retries,
    /// Its workers served calls whose callers had left, most of the time.
    Abandoned,
    /// Its workers were held by calls to another place, most of the time.
    Callee(u16),
    /// Its workers did nothing.
    Idle,
}

/// What servers did: the parts into which a wait is split.
pub const WORK: usize = 6;

/// The parts of [`Ended::split`], in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Work {
    /// They served first attempts.
    FirstAttempts = 0,
    /// They served retries.
    Retries = 1,
    /// They served calls whose callers had left.
    Abandoned = 2,
    /// They were held by the calls that theirs had made.
    Held = 3,
    /// The same, for callers that had left.
    HeldInVain = 4,
    /// They did nothing.
    Idle = 5,
}

/// Intents of one path that ended in the same way, for the same reason, in the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Why {
    /// Which path.
    pub path: u8,
    /// The load whose intents they are.
    pub load: u16,
    /// How they ended.
    pub outcome: Outcome,
    /// What decided it.
    pub reason: Reason,
    /// In which place of the log.
    pub place: u16,
    /// Because of what.
    pub because: Because,
    /// The places between the load and the deciding one, both included: bit 0 is place 0. Places from 64 on are left
    /// out.
    pub via: u64,
}

/// How many there were, and what they waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How many intents.
    pub count: u64,
    /// The first of them ended at this instant, in nanoseconds.
    pub first: u64,
    /// Their deciding waits, in nanoseconds, all together; of other reasons 0.
    pub waited: u64,
    /// The same, split by what the servers of that place did meanwhile, as [`Work`] numbers it.
    pub split: [u64; WORK],
}

/// Why intents were not served: each one that failed, came too late or is open after the warm-up is in exactly one
/// entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// In the order of [`Why`].
    pub ends: Vec<(Why, Ended)>,
}

impl Provenance {
    /// How many intents of a path ended so.
    pub fn count(&self, path: u8, outcome: Outcome) -> u64 {
        let of = self.ends.iter().filter(|(why, _)| why.path == path && why.outcome == outcome);
        of.map(|(_, ended)| ended.count).sum()
    }

    /// Bytes of memory that it takes, nearly.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.ends[..])
    }
}
