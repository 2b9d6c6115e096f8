//! The memoryless law.

use rand::Rng;

use crate::error::{Error, size};
use crate::fixed::{exp_m1, ln_1p};
use crate::law::{Distribution, probability};
use crate::ziggurat::exp1;
use serde::{Deserialize, Serialize};

/// The exponential law: density e^(-x/m) / m for x >= 0, cv 1.
///
/// The time between independent arrivals, and the textbook service time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exponential {
    mean: f64,
}

impl Exponential {
    /// Exponential with this mean.
    ///
    /// # Errors
    /// When the mean is not above 0.
    pub fn new(mean: f64) -> Result<Self, Error> {
        Ok(Self { mean: size("mean", mean)? })
    }

    /// Exponential with this median.
    ///
    /// # Errors
    /// When the median is not above 0.
    pub fn from_p50(p50: f64) -> Result<Self, Error> {
        size("p50", p50)?;
        Self::new(p50 / std::f64::consts::LN_2)
    }

    /// Exponential with this 99th percentile.
    ///
    /// # Errors
    /// When the percentile is not above 0.
    pub fn from_p99(p99: f64) -> Result<Self, Error> {
        size("p99", p99)?;
        Self::new(p99 / (2.0 * std::f64::consts::LN_10))
    }
}

impl Distribution for Exponential {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        exp1(rng) * self.mean
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean * self.mean
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { -exp_m1(-x / self.mean) }
    }

    fn quantile(&self, p: f64) -> f64 {
        -ln_1p(-probability(p)) * self.mean + 0.0
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
