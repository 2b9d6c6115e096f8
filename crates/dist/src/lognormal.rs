//! Products of many small factors.

use rand::Rng;

use crate::error::{Error, size, spread, within};
use crate::fixed::{exp, exp_m1, ln, ln_1p};
use crate::law::Distribution;
use crate::special::{NORMAL_P99, normal_cdf};
use crate::ziggurat::normal;
use serde::{Deserialize, Serialize};

/// The lognormal law: ln X is normal with mean mu and standard deviation sigma.
///
/// Density e^(-(ln x - mu)² / 2 sigma²) / (x sigma √(2π)). Service times, think times and prompt lengths look like it:
/// many factors multiply. With sigma = 0 it is constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogNormal {
    mu: f64,
    sigma: f64,
}

/// e^230 is about 1e100.
const MU_MAX: f64 = 230.0;
/// A cv of 1e21; beyond it the mean is unlike any value that is drawn.
const SIGMA_MAX: f64 = 10.0;

impl LogNormal {
    /// Lognormal with the mean and standard deviation of the logarithm.
    ///
    /// # Errors
    /// When |mu| exceeds 230, or sigma is outside 0..=10.
    pub fn new(mu: f64, sigma: f64) -> Result<Self, Error> {
        let mu = within("mu", mu, (-MU_MAX, MU_MAX), "from -230 to 230")?;
        let sigma = within("sigma", sigma, (0.0, SIGMA_MAX), "from 0 to 10")?;
        Ok(Self { mu, sigma })
    }

    /// Lognormal with mean and coefficient of variation.
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 0..=1e6.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        size("mean", mean)?;
        within("cv", cv, (0.0, 1e6), "from 0 to 1e6")?;
        let square = ln_1p(cv * cv);
        Self::new(ln(mean) - 0.5 * square, square.sqrt()).map_err(|_| Error::Param {
            param: "mean",
            given: mean,
            allowed: "from 1e-80 to 1e80",
        })
    }

    /// Lognormal with this median and 99th percentile.
    ///
    /// # Errors
    /// When p99 is not above p50, or more than 1e10 times it.
    pub fn from_p50_p99(p50: f64, p99: f64) -> Result<Self, Error> {
        let sigma = ln(spread(p50, p99)?) / NORMAL_P99;
        if sigma > SIGMA_MAX {
            return Err(Error::Param { param: "p99", given: p99, allowed: "at most 1e10 times p50" });
        }
        Self::new(ln(p50), sigma).map_err(|_| Error::Param {
            param: "p50",
            given: p50,
            allowed: "at most 1e99",
        })
    }
}

impl Distribution for LogNormal {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        exp(self.mu + self.sigma * normal(rng))
    }

    fn mean(&self) -> f64 {
        exp(self.mu + 0.5 * self.sigma * self.sigma)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        exp_m1(self.sigma * self.sigma) * mean * mean
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        if self.sigma == 0.0 {
            return if x >= exp(self.mu) { 1.0 } else { 0.0 };
        }
        normal_cdf((ln(x) - self.mu) / self.sigma)
    }

    fn support(&self) -> (f64, f64) {
        if self.sigma == 0.0 { (exp(self.mu), exp(self.mu)) } else { (0.0, f64::INFINITY) }
    }
}
