//! What the places and rows of a log stand for: names for numbers.

use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// The places and paths of one model, in the order of its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Loads first, then tiers.
    pub places: Vec<Place>,
    /// How many of the places are loads.
    pub loads: usize,
    /// Class and operation of each path.
    pub paths: Vec<(String, String)>,
    /// The length of a window.
    pub window: Span,
    /// What summaries leave out at the start: a whole number of windows.
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
    /// What the books of this place are kept by.
    pub books: Books,
    /// Replicas that it begins with; 0 where there are none.
    pub replicas: u32,
    /// Zones in which these stand; 0 where none are named.
    pub zones: u32,
    /// Of a load: the paths that its users can take; of a tier: empty, since any may come.
    pub paths: Vec<u8>,
    /// Whether it tells the times of tokens.
    pub tokens: bool,
    /// Accelerators of one replica; 0 where there are none.
    pub accelerators: u32,
    /// What one accelerator costs an hour, in millionths of a US dollar.
    pub micro_dollars_per_hour: u64,
}

/// What the books of a place are kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Books {
    /// Intents that come, succeed or fail.
    Load,
    /// Calls that wait, are served, and call others; whether a worker is held while they do.
    Station {
        /// A worker stays with its call while that is out.
        holds: bool,
    },
    /// Calls that pass.
    Relay,
}

impl Layout {
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
