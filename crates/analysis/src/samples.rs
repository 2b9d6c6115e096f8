//! The numbers of many replications: eight bytes each, and none where all are the same.

use brownout_metrics::{Pooled, Sample};
use brownout_observe::Column;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One number of each replication, in their order; none where a replication has no such number.
///
/// Of 10,000 replications a list of samples would take 32 bytes a number, and there are hundreds of numbers. Many of
/// them are the same in all replications, such as 0 failures of a kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Not a number where there is none.
    values: Column,
    /// How many events each is a share of; not a number where it is none of events.
    trials: Column,
}

impl Samples {
    /// The number of one more replication.
    pub fn push(&mut self, sample: Option<Sample>) {
        self.values.push(sample.map_or(f64::NAN, |sample| sample.value));
        self.trials.push(sample.and_then(|sample| sample.trials).unwrap_or(f64::NAN));
    }

    /// How many replications there are, with such a number or without.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no replication.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// That of one replication, if it has one.
    ///
    /// # Panics
    /// If there are fewer replications.
    pub fn at(&self, replication: usize) -> Option<Sample> {
        let some = |number: f64| (!number.is_nan()).then_some(number);
        let trials = some(self.trials.at(replication));
        some(self.values.at(replication)).map(|value| Sample { value, trials })
    }

    /// That of each replication.
    pub fn iter(&self) -> impl Iterator<Item = Option<Sample>> {
        (0..self.len()).map(|at| self.at(at))
    }

    /// Those that are there, for an estimate.
    pub fn pooled(&self) -> Pooled {
        self.iter().flatten().collect()
    }

    /// Bytes of memory that they take beside the value itself.
    pub fn bytes(&self) -> usize {
        self.values.bytes() + self.trials.bytes()
    }
}

impl FromIterator<Option<Sample>> for Samples {
    fn from_iter<I: IntoIterator<Item = Option<Sample>>>(samples: I) -> Self {
        let mut all = Samples::default();
        samples.into_iter().for_each(|sample| all.push(sample));
        all
    }
}

/// As a list of samples.
impl Serialize for Samples {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().collect::<Vec<_>>())
    }
}

impl<'de> Deserialize<'de> for Samples {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Option<Sample>>::deserialize(deserializer)?.into_iter().collect())
    }
}
