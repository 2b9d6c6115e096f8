//! An unbounded power-law tail.

use rand::Rng;

use crate::error::{Error, size, spread, within};
use crate::fixed::{exp, exp_m1, ln, ln_1p};
use crate::law::{Distribution, probability};
use crate::ziggurat::exp1;
use serde::{Deserialize, Serialize};

/// The Pareto law (type I): P(X > x) = (s/x)^a for x >= s, with scale s, the smallest value, and shape a.
///
/// Sizes of files and of customers. The mean is infinite up to shape 1 and the variance up to shape 2: there, no run
/// is long enough for its averages to settle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pareto {
    scale: f64,
    shape: f64,
    /// 1 / shape.
    power: f64,
}

impl Pareto {
    /// Pareto with the smallest value and the shape.
    ///
    /// # Errors
    /// When the scale is not above 0, or the shape is outside 0.1..=1e6.
    pub fn new(scale: f64, shape: f64) -> Result<Self, Error> {
        within("shape", shape, (0.1, 1e6), "from 0.1 to 1e6")?;
        Ok(Self { scale: size("scale", scale)?, shape, power: shape.recip() })
    }

    /// Pareto with mean and shape.
    ///
    /// # Errors
    /// When the mean is not above 0, or the shape is not above 1 (there is no mean up to 1).
    pub fn from_mean_shape(mean: f64, shape: f64) -> Result<Self, Error> {
        size("mean", mean)?;
        within("shape", shape, (1.000_001, 1e6), "above 1, as there is no mean up to 1, and at most 1e6")?;
        Self::new(mean * (shape - 1.0) / shape, shape).map_err(|_| Error::Param {
            param: "mean",
            given: mean,
            allowed: "at least 1e-90",
        })
    }

    /// Pareto with mean and coefficient of variation: shape 1 + √(1 + 1/cv²).
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 1e-5..=1e6.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        size("mean", mean)?;
        within("cv", cv, (1e-5, 1e6), "0 (a constant) or from 1e-5 to 1e6")?;
        Self::from_mean_shape(mean, 1.0 + (1.0 + (cv * cv).recip()).sqrt())
    }

    /// Pareto with this median and 99th percentile.
    ///
    /// # Errors
    /// When p99 is not above p50, or so far above it that the shape falls below 0.1.
    pub fn from_p50_p99(p50: f64, p99: f64) -> Result<Self, Error> {
        let shape = ln(50.0) / ln(spread(p50, p99)?);
        if !(0.1..=1e6).contains(&shape) {
            return Err(Error::Param { param: "p99", given: p99, allowed: "1.00001 to 1e16 times p50" });
        }
        Self::new(p50 / exp(std::f64::consts::LN_2 / shape), shape).map_err(|_| Error::Param {
            param: "p50",
            given: p50,
            allowed: "at least 1e-90",
        })
    }
}

impl Distribution for Pareto {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        // ln(X/s) is exponential with mean 1/a.
        self.scale * exp(exp1(rng) * self.power)
    }

    fn mean(&self) -> f64 {
        if self.shape <= 1.0 { f64::INFINITY } else { self.scale * self.shape / (self.shape - 1.0) }
    }

    fn variance(&self) -> f64 {
        let a = self.shape;
        if a <= 2.0 {
            return f64::INFINITY;
        }
        self.scale * self.scale * a / ((a - 1.0) * (a - 1.0) * (a - 2.0))
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= self.scale { 0.0 } else { -exp_m1(-self.shape * ln(x / self.scale)) }
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * exp(-ln_1p(-probability(p)) * self.power)
    }

    fn support(&self) -> (f64, f64) {
        (self.scale, f64::INFINITY)
    }
}
