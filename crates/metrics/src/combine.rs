//! How the numbers of replications become one with its interval.

use crate::{How, Metric, Unit};
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};

/// The number of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The number, in the unit of the metric.
    pub value: f64,
    /// How many events it is a share of; none where it is no share of events.
    pub trials: Option<f64>,
}

impl Metric {
    /// The mean over the replications that have the number, and its interval at 95 %; none if none has it.
    ///
    /// A share has an interval of Wilson's form, of as many independent trials as the spread between replications says
    /// ([`Estimate::of_shares`]): it never leaves 0…1, and all replications at 0 have an upper end above 0. Any other
    /// number has Student's interval, within what is possible.
    pub fn combine(&self, samples: &[Sample]) -> Option<Estimate> {
        if samples.is_empty() {
            return None;
        }
        let values: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
        if self.unit == Unit::Share {
            let trials = samples.iter().map(|sample| sample.trials).sum::<Option<f64>>();
            return Some(Estimate::of_shares(&values, trials, 0.95));
        }
        Some(Estimate::of(&values, 0.95).within(self.unit.least(), self.unit.most()))
    }

    /// How replications combine, in words for a reference.
    pub const fn combining(&self) -> &'static str {
        match (self.how, self.unit) {
            (How::Judged, _) => "the commonest, a tie to the worse",
            (How::Share(_), _) => "mean; Wilson's interval of the effective trials",
            (_, Unit::Share) => "mean; Wilson's interval of the effective size",
            (_, Unit::Balance(_)) => "mean; Student's interval",
            _ => "mean; Student's interval, not below 0",
        }
    }
}
