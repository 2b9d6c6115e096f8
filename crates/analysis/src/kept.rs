//! How an estimate is kept: with the number of values that it rests on, which the stable JSON leaves out.

use brownout_stats::Estimate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
struct Whole {
    mean: f64,
    ci95: Option<(f64, f64)>,
    n: usize,
}

impl From<Estimate> for Whole {
    fn from(Estimate { mean, ci95, n }: Estimate) -> Self {
        Whole { mean, ci95, n }
    }
}

impl From<Whole> for Estimate {
    fn from(Whole { mean, ci95, n }: Whole) -> Self {
        Estimate { mean, ci95, n }
    }
}

/// For `#[serde(with)]`, which hands over a reference.
pub(crate) fn serialize<S: Serializer>(estimate: &Estimate, serializer: S) -> Result<S::Ok, S::Error> {
    Whole::from(*estimate).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Estimate, D::Error> {
    Whole::deserialize(deserializer).map(Estimate::from)
}

/// The same of one that may not exist.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Estimate, Serialize, Serializer, Whole};

    #[expect(clippy::ref_option, reason = "what serde asks for")]
    pub(crate) fn serialize<S: Serializer>(estimate: &Option<Estimate>, serializer: S) -> Result<S::Ok, S::Error> {
        estimate.map(Whole::from).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Estimate>, D::Error> {
        Ok(Option::<Whole>::deserialize(deserializer)?.map(Estimate::from))
    }
}
