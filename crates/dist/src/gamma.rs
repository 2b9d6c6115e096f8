//! Sums of exponential phases, for whole and fractional numbers of them.

use rand::Rng;

use crate::error::{Error, size, spread, within};
use crate::fixed::{ln, pow};
use crate::law::Distribution;
use crate::solve;
use crate::special::gamma_pq;
use crate::ziggurat::{normal, open_unit};
use serde::{Deserialize, Serialize};

/// The gamma law: density x^(k-1) e^(-x/s) / (s^k Γ(k)) for x > 0, with shape k and scale s.
///
/// For a whole shape it is Erlang's law, the sum of k exponential phases: steps done one after the other. Mean ks, cv
/// 1/√k: below shape 1 it varies more than the exponential. As the shape grows it becomes constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gamma {
    shape: f64,
    scale: f64,
    /// Marsaglia's and Tsang's d and c, for the shape or, below 1, the shape plus 1.
    d: f64,
    c: f64,
}

impl Gamma {
    /// The largest coefficient of variation: above it most draws are 0 for all purposes.
    pub const CV_MAX: f64 = 10.0;

    /// Gamma with shape and scale.
    ///
    /// # Errors
    /// When the shape is outside 0.01..=1e6, or the scale is not above 0.
    pub fn new(shape: f64, scale: f64) -> Result<Self, Error> {
        within("shape", shape, (0.01, 1e6), "from 0.01 to 1e6")?;
        let scale = size("scale", scale)?;
        let d = if shape < 1.0 { shape + 1.0 } else { shape } - 1.0 / 3.0;
        Ok(Self { shape, scale, d, c: (9.0 * d).sqrt().recip() })
    }

    /// Gamma with mean and coefficient of variation.
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 0.001..=[`CV_MAX`](Self::CV_MAX).
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        size("mean", mean)?;
        within("cv", cv, (1e-3, Self::CV_MAX), "0 (a constant) or from 0.001 to 10")?;
        let shape = (cv * cv).recip().clamp(0.01, 1e6);
        Self::new(shape, mean / shape).map_err(|_| Error::Param {
            param: "mean",
            given: mean,
            allowed: "up to 1e90",
        })
    }

    /// Erlang: `shape` phases one after the other, with this mean in all.
    ///
    /// # Errors
    /// When the shape is not a whole number from 1 to 1e6, or the mean is not above 0.
    pub fn erlang(shape: f64, mean: f64) -> Result<Self, Error> {
        let allowed = "a whole number from 1 to 1e6";
        within("shape", shape, (1.0, 1e6), allowed)?;
        if shape.fract() > 0.0 {
            return Err(Error::Param { param: "shape", given: shape, allowed });
        }
        size("mean", mean)?;
        Self::new(shape, mean / shape).map_err(|_| Error::Param {
            param: "mean",
            given: mean,
            allowed: "above 1e-90",
        })
    }

    /// Gamma with this median and 99th percentile, by bisection on the shape.
    ///
    /// # Errors
    /// When p99 is not above p50, or their ratio is out of what shapes from 0.03 to 1e5 reach (1.008 to about 1e10).
    pub fn from_p50_p99(p50: f64, p99: f64) -> Result<Self, Error> {
        let ratio = spread(p50, p99)?;
        let (low, high) = (0.03, 1e5);
        let ratio_of = |shape: f64| quantile(shape, 0.99) / quantile(shape, 0.5);
        if ratio > ratio_of(low) || ratio < ratio_of(high) {
            let allowed = "1.008 to 1e10 times p50, which a gamma law can reach";
            return Err(Error::Param { param: "p99", given: p99, allowed });
        }
        // The ratio falls as the shape grows; 50 halvings of the logarithm leave less than 1e-14.
        let (mut low, mut high): (f64, f64) = (low, high);
        for _ in 0..50 {
            let middle = (low * high).sqrt();
            if ratio_of(middle) > ratio { low = middle } else { high = middle }
        }
        Self::new(high, p50 / quantile(high, 0.5)).map_err(|_| Error::Param {
            param: "p50",
            given: p50,
            allowed: "from 1e-80 to 1e80",
        })
    }
}

/// The quantile of the gamma law with scale 1.
fn quantile(shape: f64, p: f64) -> f64 {
    // The smaller of the two tails is used, because the other one loses its digits near 1.
    let reached = |x: f64| {
        let (below, above) = gamma_pq(shape, x);
        if p < 0.5 { below >= p } else { above <= 1.0 - p }
    };
    // The range holds every quantile that can occur; no shape here reaches 1 / 2^1000.
    let high = shape + 40.0 * shape.sqrt() + 60.0;
    if p >= 1.0 { f64::INFINITY } else { solve::first(0.0, high, reached) }
}

impl Distribution for Gamma {
    /// Marsaglia and Tsang 2000; below shape 1, a draw of shape + 1 times U^(1/shape).
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let x = loop {
            let z = normal(rng);
            let v = 1.0 + self.c * z;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            let u = open_unit(rng);
            let z2 = z * z;
            // The first test avoids the logarithms in 98 of 100 draws.
            if u < 1.0 - 0.0331 * z2 * z2 || ln(u) < 0.5 * z2 + self.d * (1.0 - v + ln(v)) {
                break self.d * v;
            }
        };
        let boost = if self.shape < 1.0 { pow(open_unit(rng), self.shape.recip()) } else { 1.0 };
        x * boost * self.scale
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn variance(&self) -> f64 {
        self.shape * self.scale * self.scale
    }

    fn cdf(&self, x: f64) -> f64 {
        gamma_pq(self.shape, x / self.scale).0
    }

    fn quantile(&self, p: f64) -> f64 {
        quantile(self.shape, crate::law::probability(p)) * self.scale
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
