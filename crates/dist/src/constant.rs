//! Always the same value.

use rand::Rng;

use crate::error::{Error, place};
use crate::law::Distribution;
use serde::{Deserialize, Serialize};

/// A point mass: a timer, a fixed size. Draws take nothing from the stream.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constant {
    value: f64,
}

impl Constant {
    /// Always `value`.
    ///
    /// # Errors
    /// When it is not finite or beyond 1e100.
    pub fn new(value: f64) -> Result<Self, Error> {
        Ok(Self { value: place("value", value)? })
    }
}

impl Distribution for Constant {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, _: &mut R) -> f64 {
        self.value
    }

    fn mean(&self) -> f64 {
        self.value
    }

    fn variance(&self) -> f64 {
        0.0
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.value { 1.0 } else { 0.0 }
    }

    fn quantile(&self, _: f64) -> f64 {
        self.value
    }

    fn support(&self) -> (f64, f64) {
        (self.value, self.value)
    }
}
