//! The largest of many values with power-law tails.

use rand::Rng;

use crate::error::{Error, size, spread, within};
use crate::fixed::{exp, exp_m1, ln, ln_1p, pow};
use crate::law::{Distribution, probability};
use crate::special::{gamma, ln_gamma};
use crate::ziggurat::exp1;
use serde::{Deserialize, Serialize};

/// The Fréchet law: P(X <= x) = e^(-(x/s)^(-k)) for x > 0, with shape k and scale s.
///
/// The slowest of a fan-out of calls whose tails are power laws, the worst hour of a month. A moment of order n exists
/// where the shape is above n.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frechet {
    shape: f64,
    scale: f64,
    /// 1 / shape.
    power: f64,
}

/// Shape 0.1 has a 99.9th percentile of 1e30 scales.
const SHAPE: (f64, f64) = (0.1, 2000.0);

impl Frechet {
    /// Fréchet with scale and shape.
    ///
    /// # Errors
    /// When the scale is not above 0, or the shape is outside 0.1..=2000.
    pub fn new(scale: f64, shape: f64) -> Result<Self, Error> {
        within("shape", shape, SHAPE, "from 0.1 to 2000")?;
        Ok(Self { shape, scale: size("scale", scale)?, power: shape.recip() })
    }

    /// Fréchet with mean and shape.
    ///
    /// # Errors
    /// When the mean is not above 0, or the shape is outside 1.01..=2000: at 1 there is no mean.
    pub fn from_mean_shape(mean: f64, shape: f64) -> Result<Self, Error> {
        within("shape", shape, (1.01, SHAPE.1), "from 1.01 to 2000, as there is no mean at 1")?;
        Self::new(size("mean", mean)? / gamma(1.0 - shape.recip()), shape).map_err(|_| Error::Param {
            param: "mean",
            given: mean,
            allowed: "from 1e-90 to 1e100",
        })
    }

    /// Fréchet with mean and coefficient of variation, by bisection on the shape.
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 0.001..=100.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        size("mean", mean)?;
        within("cv", cv, (1e-3, 100.0), "0 (a constant) or from 0.001 to 100")?;
        let target = ln_1p(cv * cv);
        // At shape 2 the variance is infinite.
        let (mut low, mut high) = (2.0, SHAPE.1);
        for _ in 0..60 {
            let shape = 0.5 * (low + high);
            if log_spread(shape.recip()) > target { low = shape } else { high = shape }
        }
        Self::from_mean_shape(mean, high)
    }

    /// Fréchet with this median and 99th percentile.
    ///
    /// # Errors
    /// When p99 is not above p50, or is out of the reach of shapes from 0.1 to 2000.
    pub fn from_p50_p99(p50: f64, p99: f64) -> Result<Self, Error> {
        let (at_p50, at_p99) = (std::f64::consts::LN_2, -ln_1p(-0.01));
        let shape = ln(at_p50 / at_p99) / ln(spread(p50, p99)?);
        let allowed = "1.003 to 1e42 times p50, which a Fréchet law can reach";
        if !(SHAPE.0..=SHAPE.1).contains(&shape) {
            return Err(Error::Param { param: "p99", given: p99, allowed });
        }
        Self::new(p50 * pow(at_p50, shape.recip()), shape).map_err(|_| Error::Param {
            param: "p50",
            given: p50,
            allowed: "at least 1e-96",
        })
    }
}

/// ln(1 + cv²) of the law with shape 1 / `power`.
fn log_spread(power: f64) -> f64 {
    if power >= 0.5 {
        return f64::INFINITY;
    }
    ln_gamma(1.0 - 2.0 * power) - 2.0 * ln_gamma(1.0 - power)
}

impl Distribution for Frechet {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        // The smallest positive draw keeps the power finite: 5e-324 to the power of -10 would not be.
        self.scale * exp(-self.power * ln(exp1(rng).max(1e-17)))
    }

    fn mean(&self) -> f64 {
        if self.shape <= 1.0 { f64::INFINITY } else { self.scale * gamma(1.0 - self.power) }
    }

    fn variance(&self) -> f64 {
        if self.shape <= 2.0 {
            return f64::INFINITY;
        }
        let mean = self.mean();
        mean * mean * exp_m1(log_spread(self.power))
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { exp(-pow(x / self.scale, -self.shape)) }
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * pow(-ln(probability(p)), -self.power)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
