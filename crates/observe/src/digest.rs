//! What one replication leaves: numbers of each stretch that was asked for, lines over time if they were, and what
//! happened to the service.

use crate::happening::Happenings;
use crate::keep::{Keep, Stretch};
use crate::pace::Pace;
use crate::provenance::Provenance;
use crate::series::Series;
use crate::summary::Summary;
use serde::{Deserialize, Serialize};

/// What one replication leaves. Its size depends on places, metrics and windows, never on how many requests passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// Of the events: the same scenario, seed and version give the same.
    pub fingerprint: u64,
    /// Messages and timers that were delivered.
    pub events: u64,
    /// What was asked for.
    pub keep: Keep,
    /// One for each stretch of [`Keep`], in their order.
    pub stretches: Vec<Summary>,
    /// What became of intents, step by step.
    pub pace: Pace,
    /// What was written when the run was over, without a length: calls and intents still inside with their ages, and
    /// users still without service.
    pub at_end: Summary,
    /// Lines over time, if windows were asked for.
    pub series: Option<Series>,
    /// What happened to the service, with its instants.
    pub happenings: Happenings,
    /// Why intents were not served, if that was asked for.
    pub provenance: Option<Provenance>,
}

impl Digest {
    /// What results are of: all after the warm-up.
    pub fn measured(&self) -> &Summary {
        &self.stretches[0]
    }

    /// One of the stretches that were asked for.
    pub fn stretch(&self, wanted: Stretch) -> Option<&Summary> {
        let at = self.keep.stretches.iter().position(|stretch| *stretch == wanted)?;
        self.stretches.get(at)
    }

    /// Bytes of memory that it takes, nearly.
    pub fn bytes(&self) -> u64 {
        let stretches: usize = self.stretches.iter().chain([&self.at_end]).map(Summary::bytes).sum();
        let series = self.series.as_ref().map_or(0, Series::bytes);
        let provenance = self.provenance.as_ref().map_or(0, Provenance::bytes);
        (stretches + series + provenance + self.pace.bytes() + self.happenings.bytes()) as u64
    }
}
