//! How the numbers of replications become one with its interval.

use crate::{How, Metric, Unit};
use brownout_stats::{Estimate, Moments};
use serde::{Deserialize, Serialize};

/// The number of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The number, in the unit of the metric.
    pub value: f64,
    /// How many events it is a share of; none where it is no share of events.
    pub trials: Option<f64>,
}

/// The numbers of replications, taken one by one: all that their estimate needs, however many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pooled {
    moments: Moments,
    /// How many events all of them are shares of; none if one of them does not say.
    trials: Option<f64>,
}

impl Pooled {
    /// The number of one more replication.
    ///
    /// # Panics
    /// If it is not finite.
    pub fn add(&mut self, sample: Sample) {
        let before = if self.moments.count() == 0 { Some(0.0) } else { self.trials };
        self.trials = before.zip(sample.trials).map(|(before, more)| before + more);
        self.moments.add(sample.value);
    }
}

/// Numbers that are shares of an unknown number of events, or of none.
impl From<Moments> for Pooled {
    fn from(moments: Moments) -> Self {
        Pooled { moments, trials: None }
    }
}

impl FromIterator<Sample> for Pooled {
    fn from_iter<I: IntoIterator<Item = Sample>>(samples: I) -> Self {
        let mut pooled = Pooled::default();
        samples.into_iter().for_each(|sample| pooled.add(sample));
        pooled
    }
}

impl Metric {
    /// The mean over the replications that have the number, and its interval at 95 %; none if none has it.
    ///
    /// A share has an interval of Wilson's form, of as many independent trials as the spread between replications says
    /// ([`Estimate::of_shares`]): it never leaves 0…1, and all replications at 0 have an upper end above 0. Any other
    /// number has Student's interval, within what is possible.
    pub fn combine(&self, pooled: &Pooled) -> Option<Estimate> {
        let Pooled { moments, trials } = pooled;
        if moments.count() == 0 {
            return None;
        }
        if self.unit == Unit::Share {
            return Some(Estimate::of_moments_of_shares(moments, *trials, 0.95));
        }
        Some(Estimate::of_moments(moments, 0.95).within(self.unit.least(), self.unit.most()))
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
