//! Trials until the first success.

use rand::Rng;

use crate::error::{Error, within};
use crate::fixed::{exp_m1, ln_1p};
use crate::law::{Distribution, probability};
use crate::ziggurat::exp1;
use serde::{Deserialize, Serialize};

/// The geometric law on 1, 2, 3, ...: P(X = n) = p (1 - p)^(n-1), mean 1/p.
///
/// The number of repetitions when each one ends the series with the same probability: turns of a chat, attempts.
/// With mean 1 it is always 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Geometric {
    mean: f64,
    /// -1 / ln(1 - p): an exponential with this mean, rounded up, is geometric; 0 for p = 1.
    scale: f64,
}

impl Geometric {
    /// Geometric with success probability `p` for each trial.
    ///
    /// # Errors
    /// When p is not in 1e-12..=1.
    pub fn new(p: f64) -> Result<Self, Error> {
        within("p", p, (1e-12, 1.0), "above 0 (1e-12) and at most 1")?;
        let scale = if p < 1.0 { -ln_1p(-p).recip() } else { 0.0 };
        Ok(Self { mean: p.recip(), scale })
    }

    /// Geometric with this mean number of trials.
    ///
    /// # Errors
    /// When the mean is not in 1..=1e12.
    pub fn from_mean(mean: f64) -> Result<Self, Error> {
        within("mean", mean, (1.0, 1e12), "from 1 to 1e12, as the first trial always takes place")?;
        let law = Self::new(mean.recip())?;
        Ok(Self { mean, ..law })
    }
}

impl Distribution for Geometric {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        (exp1(rng) * self.scale).floor() + 1.0
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean * (self.mean - 1.0)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x < 1.0 {
            0.0
        } else if self.scale == 0.0 {
            1.0
        } else {
            -exp_m1(-x.floor() / self.scale)
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        if self.scale == 0.0 {
            return 1.0;
        }
        // The logarithm may round to either side of a whole number; the cdf decides between the two.
        let near = (-ln_1p(-probability(p)) * self.scale).ceil().max(1.0);
        if near > 1.0 && self.cdf(near - 1.0) >= p { near - 1.0 } else { near }
    }

    fn support(&self) -> (f64, f64) {
        (1.0, if self.scale == 0.0 { 1.0 } else { f64::INFINITY })
    }
}
