//! A mixture of several laws.

use rand::Rng;

use crate::error::Error;
use crate::hyperexponential::cumulative;
use crate::law::{Distribution, Law};
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// With probability `w_i` a draw of law i: classes of work behind one door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mixture {
    /// The probability of this law or an earlier one, its own, and the law; the last of the first is 1.
    parts: Vec<(f64, f64, Law)>,
}

/// The largest number of laws, which are searched linearly.
const PARTS_MAX: usize = 64;

impl Mixture {
    /// A mixture of laws with weights relative to their sum.
    ///
    /// # Errors
    /// When there is no law or more than 64, a weight is negative, or all are 0.
    pub fn new(parts: Vec<(f64, Law)>) -> Result<Self, Error> {
        if parts.is_empty() || parts.len() > PARTS_MAX {
            return Err(Error::Param {
                param: "of",
                given: parts.len() as f64,
                allowed: "a list of 1 to 64 laws",
            });
        }
        let weights: Vec<f64> = parts.iter().map(|(weight, _)| *weight).collect();
        let shares = cumulative("of", &weights)?;
        let mut before = 0.0;
        let join = |((_, law), share): ((f64, Law), f64)| {
            let weight = share - before;
            before = share;
            (share, weight, law)
        };
        // A law of weight 0 is never drawn, and must not contribute its possibly infinite mean times zero.
        let parts = parts.into_iter().zip(shares).map(join).filter(|(_, weight, _)| *weight > 0.0).collect();
        Ok(Self { parts })
    }

    /// The laws with their probabilities.
    pub fn parts(&self) -> impl Iterator<Item = (f64, &Law)> {
        self.parts.iter().map(|(_, weight, law)| (*weight, law))
    }
}

impl Distribution for Mixture {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let u = unit(rng);
        let (_, _, law) =
            self.parts.iter().find(|(share, ..)| u < *share).expect("the last share is 1, u is below");
        law.draw(rng)
    }

    fn mean(&self) -> f64 {
        self.parts().map(|(weight, law)| weight * law.mean()).sum()
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        if !mean.is_finite() {
            return f64::INFINITY;
        }
        let part = |(weight, law): (f64, &Law)| {
            let apart = law.mean() - mean;
            weight * (law.variance() + apart * apart)
        };
        self.parts().map(part).sum()
    }

    fn cdf(&self, x: f64) -> f64 {
        self.parts().map(|(weight, law)| weight * law.cdf(x)).sum::<f64>().min(1.0)
    }

    fn support(&self) -> (f64, f64) {
        let ends = self.parts.iter().map(|(_, _, law)| law.support());
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (a, b)| (low.min(a), high.max(b)))
    }
}
