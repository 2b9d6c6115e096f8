//! A law plus a constant.

use rand::Rng;

use crate::error::{Error, place};
use crate::law::{Distribution, Law};
use serde::{Deserialize, Serialize};

/// A draw of another law plus a constant: a wire's delay and its jitter, a floor under a service time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shifted {
    law: Box<Law>,
    shift: f64,
}

impl Shifted {
    /// `law` plus `shift`, which may be negative.
    ///
    /// # Errors
    /// When the shift is not finite or beyond 1e100.
    pub fn new(law: Law, shift: f64) -> Result<Self, Error> {
        Ok(Self { law: Box::new(law), shift: place("shift", shift)? })
    }
}

impl Distribution for Shifted {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.law.draw(rng) + self.shift
    }

    fn mean(&self) -> f64 {
        self.law.mean() + self.shift
    }

    fn variance(&self) -> f64 {
        self.law.variance()
    }

    fn cdf(&self, x: f64) -> f64 {
        self.law.cdf(x - self.shift)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.law.quantile(p) + self.shift
    }

    fn support(&self) -> (f64, f64) {
        let (low, high) = self.law.support();
        (low + self.shift, high + self.shift)
    }
}
