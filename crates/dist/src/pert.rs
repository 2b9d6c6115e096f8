//! A planner's estimate from three points.

use rand::Rng;

use crate::error::{Error, place, within};
use crate::law::{Distribution, probability};
use crate::special::beta_inc;
use crate::{Gamma, solve};
use serde::{Deserialize, Serialize};

/// The PERT law: a beta law on [min, max] whose mean is (min + shape · mode + max) / (shape + 2).
///
/// The three numbers that a planner can name without measurements. With the usual shape 4 it has less mass near its
/// ends than the [triangular](crate::Triangular) law of the same points; a larger shape trusts the mode more, and at
/// shape 0 it is uniform. With min = max it is constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pert {
    min: f64,
    max: f64,
    /// The two shapes of the beta law, as gamma laws of scale 1: X / (X + Y) is beta.
    low: Gamma,
    high: Gamma,
    /// The shapes themselves, at least 1.
    a: f64,
    b: f64,
}

impl Pert {
    /// The usual weight of the mode.
    pub const SHAPE: f64 = 4.0;

    /// PERT from `min` to `max`, highest at `mode`, with the weight `shape` of the mode.
    ///
    /// # Errors
    /// When a number is not finite, they are not in order, or the shape is outside 0..=1000.
    pub fn new(min: f64, mode: f64, max: f64, shape: f64) -> Result<Self, Error> {
        let (min, mode, max) = (place("min", min)?, place("mode", mode)?, place("max", max)?);
        if max < min {
            return Err(Error::Param { param: "max", given: max, allowed: "at least min" });
        }
        if mode < min || mode > max {
            return Err(Error::Param { param: "mode", given: mode, allowed: "between min and max" });
        }
        let shape = within("shape", shape, (0.0, 1000.0), "from 0 (uniform) to 1000")?;
        let width = max - min;
        let share = |part: f64| if width > 0.0 { (part / width).min(1.0) } else { 0.5 };
        let (a, b) = (1.0 + shape * share(mode - min), 1.0 + shape * share(max - mode));
        Ok(Self { min, max, low: Gamma::new(a, 1.0)?, high: Gamma::new(b, 1.0)?, a, b })
    }

    /// From the unit interval to the law's own.
    fn stretch(&self, share: f64) -> f64 {
        (self.min + share * (self.max - self.min)).clamp(self.min, self.max)
    }
}

impl Distribution for Pert {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let (x, y) = (self.low.draw(rng), self.high.draw(rng));
        self.stretch(x / (x + y))
    }

    fn mean(&self) -> f64 {
        self.stretch(self.a / (self.a + self.b))
    }

    fn variance(&self) -> f64 {
        let (sum, width) = (self.a + self.b, self.max - self.min);
        width * (self.a / sum) * (width * (self.b / sum)) / (sum + 1.0)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.max {
            1.0
        } else if x <= self.min {
            0.0
        } else {
            beta_inc(self.a, self.b, (x - self.min) / (self.max - self.min))
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        let p = probability(p);
        self.stretch(solve::first(0.0, 1.0, |share| beta_inc(self.a, self.b, share) >= p))
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
}
