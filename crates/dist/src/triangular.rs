//! An estimate by minimum, mode and maximum.

use rand::Rng;

use crate::error::{Error, place};
use crate::law::{Distribution, probability};
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// The triangular law: the density rises in a line from min to the mode and falls in a line to max.
///
/// For quantities without measurements: an expert's estimate of a repair. With min = max it is constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Triangular {
    min: f64,
    mode: f64,
    max: f64,
}

impl Triangular {
    /// Triangular from `min` to `max`, highest at `mode`.
    ///
    /// # Errors
    /// When a number is not finite, or they are not in order.
    pub fn new(min: f64, mode: f64, max: f64) -> Result<Self, Error> {
        let (min, mode, max) = (place("min", min)?, place("mode", mode)?, place("max", max)?);
        if max < min {
            return Err(Error::Param { param: "max", given: max, allowed: "at least min" });
        }
        if mode < min || mode > max {
            return Err(Error::Param { param: "mode", given: mode, allowed: "between min and max" });
        }
        Ok(Self { min, mode, max })
    }
}

impl Distribution for Triangular {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.quantile(unit(rng))
    }

    fn mean(&self) -> f64 {
        self.min / 3.0 + self.mode / 3.0 + self.max / 3.0
    }

    fn variance(&self) -> f64 {
        let (width, rise, fall) = (self.max - self.min, self.mode - self.min, self.max - self.mode);
        // (a² + b² + c² - ab - ac - bc) / 18 with lengths instead of places.
        (width * width - rise * fall).max(0.0) / 18.0
    }

    fn cdf(&self, x: f64) -> f64 {
        let width = self.max - self.min;
        if x >= self.max {
            1.0
        } else if x <= self.min {
            0.0
        } else if x <= self.mode {
            (x - self.min) / width * ((x - self.min) / (self.mode - self.min))
        } else {
            1.0 - (self.max - x) / width * ((self.max - x) / (self.max - self.mode))
        }
    }

    #[inline]
    fn quantile(&self, p: f64) -> f64 {
        let p = probability(p);
        let width = self.max - self.min;
        let rise = self.mode - self.min;
        let x = if p * width < rise {
            self.min + (p * width).sqrt() * rise.sqrt()
        } else {
            self.max - ((1.0 - p) * width).sqrt() * (self.max - self.mode).sqrt()
        };
        x.clamp(self.min, self.max)
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
}
