//! Every value between two bounds with equal density.

use rand::Rng;

use crate::error::{Error, place};
use crate::law::{Distribution, probability};
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// Uniform on [min, max): density 1 / (max - min). An unsynchronised phase: a poll within its interval.
///
/// With min = max it is constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uniform {
    min: f64,
    max: f64,
}

impl Uniform {
    /// Uniform from `min` to `max`.
    ///
    /// # Errors
    /// When a bound is not finite, or max is below min.
    pub fn new(min: f64, max: f64) -> Result<Self, Error> {
        let (min, max) = (place("min", min)?, place("max", max)?);
        if max < min {
            return Err(Error::Param { param: "max", given: max, allowed: "at least min" });
        }
        Ok(Self { min, max })
    }
}

impl Distribution for Uniform {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        // The sum may round up past the upper bound.
        (self.min + unit(rng) * (self.max - self.min)).min(self.max)
    }

    fn mean(&self) -> f64 {
        0.5 * self.min + 0.5 * self.max
    }

    fn variance(&self) -> f64 {
        let width = self.max - self.min;
        width * width / 12.0
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.max {
            1.0
        } else if x <= self.min {
            0.0
        } else {
            (x - self.min) / (self.max - self.min)
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        (self.min + probability(p) * (self.max - self.min)).min(self.max)
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
}
