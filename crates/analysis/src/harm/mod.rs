//! Harm: what an operation's users lost, when, and how that ended; in each replication by itself.
//!
//! A path is followed on the steps of the run ([`brownout_observe::Pace`]), never on its windows. Steps are marked as
//! down or degraded by blocks of enough expected answers ([`block`]), one by one where intents are rare ([`rare`]), and
//! where answers are missing ([`starved`]), and where they take far too long though nothing was promised ([`slow`]);
//! marked steps make episodes ([`episode`]), and these a badge ([`badge`]).
//! What was lost is counted against the runs beside the seed ([`unserved`]).

mod badge;
mod block;
mod border;
mod course;
mod episode;
mod found;
mod people;
#[cfg(test)]
mod planted;
mod rare;
mod slow;
mod starved;
mod unserved;

use brownout_model::{Arrivals, Model};
pub use episode::{Episode, Spell};
pub(crate) use found::{Act, Found, Harms, Trouble};
use serde::{Deserialize, Serialize};

/// What an operation was like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Most users got nothing.
    Down(Reason),
    /// Noticeably more users than usual got nothing, or got it late.
    Degraded(Reason),
}

/// In which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Intents failed.
    Failing,
    /// Intents began, and none ended.
    Silent,
    /// Answers were missing that were to be expected: users were stopped before.
    Starved,
    /// Answers broke their promise.
    Late,
}

impl State {
    /// What an episode is like between bad blocks, where nothing worse is known.
    pub(crate) const LEAST: State = State::Degraded(Reason::Failing);

    /// Whether answers are missing, while those that get through are served.
    pub(crate) const fn is_starved(self) -> bool {
        matches!(self, State::Down(Reason::Starved) | State::Degraded(Reason::Starved))
    }

    /// Whether most users got nothing.
    pub const fn is_down(self) -> bool {
        matches!(self, State::Down(_))
    }

    /// Whether it is known from intents that failed.
    const fn is_of_failures(self) -> bool {
        matches!(self, State::Down(Reason::Failing) | State::Degraded(Reason::Failing))
    }
}

/// What a run is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// The same arrivals served without queues, faults and refusals.
    Ideal,
    /// The same seed without any trigger.
    Counterfactual,
    /// Its own beginnings: nothing ran beside it.
    Own,
}

/// By load: whether its users begin again when they are done, so that a faster service is asked for more.
fn closed_loads(model: &Model) -> Vec<bool> {
    model.loads.iter().map(|load| matches!(load.arrivals, Arrivals::Closed { .. })).collect()
}
