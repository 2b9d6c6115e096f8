//! A power law with an upper bound.

use rand::Rng;

use crate::error::{Error, LARGEST, size, within};
use crate::fixed::{exp, exp_m1, ln, ln_1p};
use crate::law::{Distribution, probability};
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// The Pareto law cut to [min, max]: density proportional to x^(-a-1).
///
/// Job sizes in the literature on scheduling (Harchol-Balter): all moments exist, and the tail still holds most of the
/// work when a is near 1. With min = max it is constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundedPareto {
    min: f64,
    max: f64,
    shape: f64,
    /// The probability that the unbounded law stays below max: 1 - (min/max)^a.
    mass: f64,
}

impl BoundedPareto {
    /// Bounded Pareto with smallest and largest value and shape.
    ///
    /// # Errors
    /// When a bound is not above 0, max is below min or above 1e100 times it, or the shape is outside 0.01..=1000.
    pub fn new(min: f64, max: f64, shape: f64) -> Result<Self, Error> {
        let (min, max) = (size("min", min)?, size("max", max)?);
        if max < min {
            return Err(Error::Param { param: "max", given: max, allowed: "at least min" });
        }
        if max / min > LARGEST {
            return Err(Error::Param { param: "max", given: max, allowed: "at most 1e100 times min" });
        }
        within("shape", shape, (0.01, 1000.0), "from 0.01 to 1000")?;
        Ok(Self { min, max, shape, mass: -exp_m1(-shape * ln(max / min)) })
    }

    /// E[(X/min)^n]; the integral of x^(n-a-1) has a logarithm where n = a.
    fn moment(&self, n: f64) -> f64 {
        let length = ln(self.max / self.min);
        if self.mass <= 0.0 || length == 0.0 {
            return 1.0;
        }
        let power = n - self.shape;
        let integral = if power.abs() * length < 1e-12 { length } else { exp_m1(power * length) / power };
        self.shape * integral / self.mass
    }
}

impl Distribution for BoundedPareto {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.quantile(unit(rng))
    }

    fn mean(&self) -> f64 {
        self.min * self.moment(1.0)
    }

    fn variance(&self) -> f64 {
        let mean = self.moment(1.0);
        // Rounding may give a slightly negative result where min and max nearly meet.
        (self.moment(2.0) - mean * mean).max(0.0) * self.min * self.min
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.max {
            1.0
        } else if x <= self.min {
            0.0
        } else {
            (-exp_m1(-self.shape * ln(x / self.min)) / self.mass).min(1.0)
        }
    }

    #[inline]
    fn quantile(&self, p: f64) -> f64 {
        let x = self.min * exp(-ln_1p(-probability(p) * self.mass) / self.shape);
        x.clamp(self.min, self.max)
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
}
