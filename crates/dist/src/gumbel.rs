//! The largest of many values with exponential tails.

use rand::Rng;

use crate::error::{Error, place, size, spread, within};
use crate::fixed::{exp, ln, ln_1p};
use crate::law::{Distribution, probability};
use crate::ziggurat::exp1;
use serde::{Deserialize, Serialize};

/// The Gumbel law: P(X <= x) = e^(-e^(-(x-m)/s)), with location m (its mode) and scale s.
///
/// The slowest of a fan-out of many calls, the peak of a day. Its support is the whole line: a scenario says `min`
/// beside it, and what lies below is drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gumbel {
    location: f64,
    scale: f64,
}

/// Euler's constant: the mean in scales above the mode.
const EULER: f64 = 0.577_215_664_901_532_9;

impl Gumbel {
    /// Gumbel with location and scale.
    ///
    /// # Errors
    /// When the location is not finite, or the scale is not above 0.
    pub fn new(location: f64, scale: f64) -> Result<Self, Error> {
        Ok(Self { location: place("location", location)?, scale: size("scale", scale)? })
    }

    /// Gumbel with mean and coefficient of variation: the standard deviation is πs/√6.
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 0.001..=100.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        let mean = within("mean", mean, (1e-90, 1e90), "above 0 (1e-90 to 1e90)")?;
        within("cv", cv, (1e-3, 100.0), "0 (a constant) or from 0.001 to 100")?;
        let scale = mean * cv * 6.0_f64.sqrt() / std::f64::consts::PI;
        Self::new(mean - EULER * scale, scale)
    }

    /// Gumbel with this median and 99th percentile.
    ///
    /// # Errors
    /// When p99 is not above p50.
    pub fn from_p50_p99(p50: f64, p99: f64) -> Result<Self, Error> {
        spread(p50, p99)?;
        let scale = (p99 - p50) / (reduced(0.99) - reduced(0.5));
        Self::new(p50 - reduced(0.5) * scale, scale).map_err(|_| Error::Param {
            param: "p99",
            given: p99,
            allowed: "at most 1e99",
        })
    }
}

/// The quantile of the law with location 0 and scale 1.
fn reduced(p: f64) -> f64 {
    // Near 1 the logarithm of p has lost its digits, that of 1 + (p - 1) has not.
    let below = if p > 0.5 { -ln_1p(p - 1.0) } else { -ln(p) };
    -ln(below)
}

impl Distribution for Gumbel {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        // An exponential draw may be 0, at 1 in 2^53; below 1e-17 no draw of it has digits.
        self.location - self.scale * ln(exp1(rng).max(1e-17))
    }

    fn mean(&self) -> f64 {
        self.location + EULER * self.scale
    }

    fn variance(&self) -> f64 {
        let deviation = self.scale * std::f64::consts::PI;
        deviation * deviation / 6.0
    }

    fn cdf(&self, x: f64) -> f64 {
        exp(-exp((self.location - x) / self.scale))
    }

    fn quantile(&self, p: f64) -> f64 {
        let p = probability(p);
        match p {
            0.0 => f64::NEG_INFINITY,
            1.0 => f64::INFINITY,
            p => self.location + self.scale * reduced(p),
        }
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}
