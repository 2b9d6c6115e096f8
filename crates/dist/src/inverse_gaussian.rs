//! The time until a drifting walk reaches its goal.

use rand::Rng;

use crate::error::{Error, size, within};
use crate::fixed::exp;
use crate::law::Distribution;
use crate::special::{normal_above_scaled, normal_cdf};
use crate::ziggurat::{normal, unit};
use serde::{Deserialize, Serialize};

/// The inverse Gaussian law: density √(λ / 2πx³) e^(-λ (x - μ)² / 2μ²x) for x > 0, with mean μ and shape λ.
///
/// When work that proceeds by random steps with a drift is done: repairs, the length of a busy period in heavy
/// traffic. Its cv is √(μ/λ); its tail is longer than that of gamma and shorter than that of lognormal with that cv.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InverseGaussian {
    mean: f64,
    shape: f64,
}

impl InverseGaussian {
    /// Inverse Gaussian with mean and shape, both in the unit of the quantity.
    ///
    /// # Errors
    /// When one of them is not above 0, or the cv √(mean / shape) is outside 0.001..=1000.
    pub fn new(mean: f64, shape: f64) -> Result<Self, Error> {
        let (mean, shape) = (size("mean", mean)?, size("shape", shape)?);
        if !(1e-6..=1e6).contains(&(mean / shape)) {
            let allowed = "from 1e-6 to 1e6 times the mean, a cv from 0.001 to 1000";
            return Err(Error::Param { param: "shape", given: shape, allowed });
        }
        Ok(Self { mean, shape })
    }

    /// Inverse Gaussian with mean and coefficient of variation.
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 0.001..=1000.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        let mean = within("mean", mean, (1e-90, 1e90), "above 0 (1e-90 to 1e90)")?;
        within("cv", cv, (1e-3, 1e3), "0 (a constant) or from 0.001 to 1000")?;
        Ok(Self { mean, shape: mean / (cv * cv) })
    }
}

impl Distribution for InverseGaussian {
    /// Michael, Schucany and Haas 1976: one of the two roots of a chi-square variate, chosen by its weight.
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let z = normal(rng);
        // In units of the mean. The smaller root is 1 + h - √(h (2 + h)), written without its cancellation.
        let h = 0.5 * z * z * (self.mean / self.shape);
        let small = (1.0 + h + (h * (2.0 + h)).sqrt()).recip();
        let share = if unit(rng) * (1.0 + small) <= 1.0 { small } else { small.recip() };
        self.mean * share
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean * self.mean * (self.mean / self.shape)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        if x == f64::INFINITY {
            return 1.0;
        }
        let (root, ratio) = ((self.shape / x).sqrt(), x / self.mean);
        let (low, high) = (root * (ratio - 1.0), root * (ratio + 1.0));
        // e^(2λ/μ) overflows where Φ(-high) underflows; their product does not: 4λ/μ = high² - low².
        let reflected = exp(-0.5 * low * low) * normal_above_scaled(high);
        (normal_cdf(low) + reflected).clamp(0.0, 1.0)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
