//! A hazard that grows or falls as a power of age.

use rand::Rng;

use crate::error::{Error, size, spread, within};
use crate::fixed::{exp, exp_m1, ln, ln_1p, pow};
use crate::law::{Distribution, probability};
use crate::special::{gamma, ln_gamma};
use crate::ziggurat::exp1;
use serde::{Deserialize, Serialize};

/// The Weibull law: P(X > x) = e^(-(x/s)^k) for x >= 0, with shape k and scale s.
///
/// Times to failure: below shape 1 what has lasted will last (early deaths), above 1 it wears out, at 1 it is
/// exponential. As the shape grows it becomes constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weibull {
    shape: f64,
    scale: f64,
    /// 1 / shape.
    power: f64,
}

const SHAPE: (f64, f64) = (0.05, 2000.0);

impl Weibull {
    /// Weibull with shape and scale.
    ///
    /// # Errors
    /// When the shape is outside 0.05..=2000, or the scale is not above 0.
    pub fn new(shape: f64, scale: f64) -> Result<Self, Error> {
        within("shape", shape, SHAPE, "from 0.05 to 2000")?;
        Ok(Self { shape, scale: size("scale", scale)?, power: shape.recip() })
    }

    /// Weibull with mean and coefficient of variation, by bisection on the shape.
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 0.001..=1000.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        size("mean", mean)?;
        within("cv", cv, (1e-3, 1e3), "0 (a constant) or from 0.001 to 1000")?;
        let target = ln_1p(cv * cv);
        let (mut low, mut high) = SHAPE;
        for _ in 0..60 {
            let shape = (low * high).sqrt();
            // ln(1 + cv²), which falls as the shape grows.
            let spread = ln_gamma(1.0 + 2.0 / shape) - 2.0 * ln_gamma(1.0 + 1.0 / shape);
            if spread > target { low = shape } else { high = shape }
        }
        Self::new(high, mean / gamma(1.0 + high.recip())).map_err(|_| Error::Param {
            param: "mean",
            given: mean,
            allowed: "from 1e-80 to 1e100",
        })
    }

    /// Weibull with this median and 99th percentile.
    ///
    /// # Errors
    /// When p99 is not above p50, or is out of the reach of shapes from 0.05 to 2000.
    pub fn from_p50_p99(p50: f64, p99: f64) -> Result<Self, Error> {
        let (ln_2, ln_100) = (std::f64::consts::LN_2, 2.0 * std::f64::consts::LN_10);
        let shape = ln(ln_100 / ln_2) / ln(spread(p50, p99)?);
        within("p99", shape, SHAPE, "1.001 to 1e16 times p50, which a Weibull law can reach").map_err(
            |error| match error {
                Error::Param { param, allowed, .. } => Error::Param { param, given: p99, allowed },
                other => other,
            },
        )?;
        Self::new(shape, p50 / pow(ln_2, shape.recip())).map_err(|_| Error::Param {
            param: "p50",
            given: p50,
            allowed: "at most 1e96",
        })
    }
}

impl Distribution for Weibull {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.scale * exp(self.power * ln(exp1(rng)))
    }

    fn mean(&self) -> f64 {
        self.scale * gamma(1.0 + self.power)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        mean * mean * exp_m1(ln_gamma(1.0 + 2.0 * self.power) - 2.0 * ln_gamma(1.0 + self.power))
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { -exp_m1(-pow(x / self.scale, self.shape)) }
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * pow(-ln_1p(-probability(p)), self.power)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
