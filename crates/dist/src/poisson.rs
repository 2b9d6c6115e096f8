//! How many of many independent events happen.

use rand::Rng;

use crate::error::{Error, within};
use crate::fixed::{exp, ln};
use crate::law::Distribution;
use crate::special::{gamma_pq, ln_gamma};
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// The Poisson law on 0, 1, 2, ...: P(X = k) = mean^k e^(-mean) / k!.
///
/// Sizes of batches and bursts, rows of an answer, items of a basket. With mean 0 it is always 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Poisson {
    mean: f64,
    /// P(X = 0), for the small means.
    none: f64,
}

/// Up to this mean a draw sums up the probabilities, from there on it rejects.
const SMALL: f64 = 10.0;

impl Poisson {
    /// Poisson with this mean.
    ///
    /// # Errors
    /// When the mean is not in 0..=1e6.
    pub fn new(mean: f64) -> Result<Self, Error> {
        let mean = within("mean", mean, (0.0, 1e6), "from 0 to 1e6")?;
        Ok(Self { mean, none: exp(-mean) })
    }

    /// Inversion: the first k at which the sum of the probabilities passes a uniform draw.
    fn by_sum<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let mut left = unit(rng);
        let (mut k, mut weight) = (0.0, self.none);
        while left >= weight && weight > 0.0 {
            left -= weight;
            k += 1.0;
            weight *= self.mean / k;
        }
        k
    }

    /// Transformed rejection with a squeeze (Hörmann 1993, "PTRS"), for means from 10 on.
    fn by_rejection<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let log_mean = ln(self.mean);
        let b = 0.931 + 2.53 * self.mean.sqrt();
        let a = -0.059 + 0.02483 * b;
        let inverse = 1.1239 + 1.1328 / (b - 3.4);
        let squeeze = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let (u, v) = (unit(rng) - 0.5, unit(rng));
            let inside = 0.5 - u.abs();
            let k = ((2.0 * a / inside + b) * u + self.mean + 0.43).floor();
            if inside >= 0.07 && v <= squeeze {
                return k;
            }
            if k < 0.0 || !k.is_finite() || (inside < 0.013 && v > inside) {
                continue;
            }
            let hat = ln(v * inverse / (a / (inside * inside) + b));
            if hat <= k * log_mean - self.mean - ln_gamma(k + 1.0) {
                return k;
            }
        }
    }
}

impl Distribution for Poisson {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        if self.mean < SMALL { self.by_sum(rng) } else { self.by_rejection(rng) }
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean
    }

    fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else if self.mean == 0.0 || x == f64::INFINITY {
            1.0
        } else {
            gamma_pq(x.floor() + 1.0, self.mean).1
        }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, if self.mean == 0.0 { 0.0 } else { f64::INFINITY })
    }
}
