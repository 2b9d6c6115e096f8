//! The layout of a log: the names behind its places and rows.

use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// The places and paths of one model, in the order of its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Loads first, then tiers.
    pub places: Vec<Place>,
    /// The number of places that are loads.
    pub loads: usize,
    /// Class and operation of each path.
    pub paths: Vec<(String, String)>,
    /// What an intent of each path costs that is not served, in millionths of a US dollar.
    pub penalties: Vec<u64>,
    /// The length of a window.
    pub window: Span,
    /// The warm-up that summaries leave out: a whole number of windows.
    pub warmup: Span,
    /// The length of the run.
    pub duration: Span,
}

/// A load or a tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// As in the scenario.
    pub name: String,
    /// As in the scenario: `auth`; `load` for a load.
    pub kind: String,
    /// Names of the tiers it calls.
    pub calls: Vec<String>,
    /// How the books of this place are kept.
    pub books: Books,
    /// Replicas that it begins with; 0 where there are none.
    pub replicas: u32,
    /// Zones in which these stand; 0 where none are named.
    pub zones: u32,
    /// Of a load: the paths that its users can take; of a tier: empty, since any may come.
    pub paths: Vec<u8>,
    /// Whether it records the times of tokens.
    pub tokens: bool,
    /// Accelerators of one replica; 0 where there are none.
    pub accelerators: u32,
    /// What one accelerator costs an hour, or a replica without any, in millionths of a US dollar.
    pub micro_dollars_per_hour: u64,
    /// What a million calls to it cost, in millionths of a US dollar.
    pub micro_dollars_per_million: u64,
}

/// How the books of a place are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Books {
    /// Intents that come, succeed or fail.
    Load,
    /// Calls that wait, are served, and call others; whether a worker is held while they do.
    Station {
        /// Whether a worker stays with its call while the calls it makes are out.
        holds: bool,
    },
    /// Calls that pass.
    Relay,
}

impl Layout {
    /// The loads whose users can take a path.
    pub fn loads_of(&self, path: u8) -> impl Iterator<Item = usize> + '_ {
        (0..self.loads).filter(move |&load| self.places[load].paths.contains(&path))
    }

    /// Whether any load asks for a path; renewals of leases are calls of tiers.
    pub fn is_asked(&self, path: u8) -> bool {
        self.loads_of(path).next().is_some()
    }

    /// The place of the tier of that name.
    pub fn tier(&self, name: &str) -> Option<usize> {
        (self.loads..self.places.len()).find(|&place| self.places[place].name == name)
    }

    /// How many columns a place has: each path, first attempts and retries apart.
    pub fn columns(&self) -> usize {
        2 * self.paths.len().max(1)
    }

    /// How many rows the tables have.
    pub fn rows(&self) -> usize {
        self.places.len() * self.columns()
    }

    /// How many windows the run has; the last one may be shorter.
    pub fn windows(&self) -> usize {
        self.duration.nanos().div_ceil(self.window.nanos()) as usize
    }

    /// The windows that begin at `from` or later and end at `to` or earlier, rounded outwards.
    pub fn range(&self, from: Span, to: Span) -> std::ops::Range<usize> {
        let window = self.window.nanos();
        let first = (from.nanos() / window) as usize;
        let last = (to.nanos().div_ceil(window) as usize).min(self.windows());
        first.min(last)..last
    }

    /// The windows after the warm-up.
    pub fn measured(&self) -> std::ops::Range<usize> {
        self.range(self.warmup, self.duration)
    }

    /// When window `at` begins and ends.
    pub fn bounds(&self, at: usize) -> (Span, Span) {
        let begin = self.window.nanos() * at as u64;
        let end = (begin + self.window.nanos()).min(self.duration.nanos());
        (Span::from_nanos(begin), Span::from_nanos(end))
    }
}
