//! A run with all observers on, and how much there was in it.

use brownout_lab::{Of, Progress, run_whole};
use brownout_metrics::{Level, Source, Which};
use brownout_model::Model;
use brownout_observe::{Digest, Legend};
use brownout_protocol::Kind;
use std::sync::Arc;

/// What a run has left.
pub(crate) struct Seen {
    legend: Arc<Legend>,
    pub(crate) digest: Digest,
}

impl Seen {
    /// Replication 0 of a model, with lines over time as a report needs them.
    ///
    /// # Panics
    /// If it is interrupted or grows past its limit.
    pub(crate) fn run(model: &Model, seed: u64, progress: &dyn Progress) -> Self {
        let of = Of { model, seed, replication: 0 };
        let (legend, digest) = run_whole(of, true, progress).expect("nothing interrupts it");
        Seen { legend, digest }
    }

    /// How many records of some kinds there were, at all places or at loads alone.
    pub(crate) fn count(&self, loads_alone: bool, kinds: &[Kind]) -> u64 {
        let view = self.digest.measured().view(&self.legend);
        self.places(loads_alone).map(|place| view.count(place, Which::default(), kinds) as u64).sum()
    }

    /// The sum of their values at loads.
    pub(crate) fn sum(&self, kinds: &[Kind]) -> f64 {
        let view = self.digest.measured().view(&self.legend);
        self.places(true).map(|place| view.sum(place, Which::default(), kinds)).sum()
    }

    /// The mean number of calls inside of a tier, by its place behind the loads.
    pub(crate) fn inside(&self, tier: usize) -> f64 {
        let view = self.digest.measured().view(&self.legend);
        view.level(self.legend.layout.loads + tier, Level::Inside) / view.seconds()
    }

    /// How many intents began, and how many seconds those that succeeded took on average.
    pub(crate) fn arrived_and_mean_secs(&self) -> (u64, f64) {
        let done = [Kind::Succeeded, Kind::SucceededLate];
        let succeeded = self.count(true, &done);
        (self.count(true, &[Kind::Arrived]), self.sum(&done) * 1e-9 / succeeded as f64)
    }

    fn places(&self, loads_alone: bool) -> std::ops::Range<usize> {
        let layout = &self.legend.layout;
        0..if loads_alone { layout.loads } else { layout.places.len() }
    }
}
