//! Ranks by popularity.

use rand::Rng;

use crate::error::{Error, within};
use crate::fixed::{exp, exp_m1, ln, ln_1p, pow};
use crate::law::Distribution;
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// Zipf's law on the ranks 1..=n: P(X = k) proportional to k^(-s).
///
/// Which key, tenant or prompt prefix is asked for. With s = 0 all ranks are alike; with n = 1 it is always 1. A draw
/// takes constant time and no table, whatever n is: rejection-inversion (Hörmann and Derflinger 1996).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Zipf {
    n: f64,
    s: f64,
    /// The integral of x^(-s) up to 1.5, less the first rank's own weight, and up to n + 0.5.
    area_low: f64,
    area_high: f64,
    /// Nearer to the rounded rank than this, a draw is accepted without computing its weight.
    near: f64,
}

impl Zipf {
    /// Zipf over `n` ranks with exponent `s`.
    ///
    /// # Errors
    /// When n is not a whole number from 1 to 1e15, or s is outside 0..=20.
    pub fn new(n: f64, s: f64) -> Result<Self, Error> {
        let allowed = "a whole number from 1 to 1e15";
        within("n", n, (1.0, 1e15), allowed)?;
        if n.fract() > 0.0 {
            return Err(Error::Param { param: "n", given: n, allowed });
        }
        let s = within("s", s, (0.0, 20.0), "from 0 to 20")?;
        let near = 2.0 - area_inverse(area(2.5, s) - pow(2.0, -s), s);
        Ok(Self { n, s, area_low: area(1.5, s) - 1.0, area_high: area(n + 0.5, s), near })
    }
}

/// The integral of t^(-s) from 1 to x: (x^(1-s) - 1) / (1 - s), or ln x for s = 1.
fn area(x: f64, s: f64) -> f64 {
    let log = ln(x);
    let power = (1.0 - s) * log;
    // Near s = 1 the quotient is 0/0; its series has converged where the next term is below 1e-16.
    if power.abs() < 1e-5 { log * (1.0 + power * (0.5 + power / 6.0)) } else { log * (exp_m1(power) / power) }
}

/// The x at which `area` is `a`: (1 + (1 - s) a)^(1 / (1 - s)).
fn area_inverse(a: f64, s: f64) -> f64 {
    let product = ((1.0 - s) * a).max(-1.0);
    let quotient = if product.abs() < 1e-5 {
        1.0 - product * (0.5 - product * (1.0 / 3.0 - product / 4.0))
    } else {
        ln_1p(product) / product
    };
    exp(a * quotient)
}

/// The sum of k^(-s) over 1..=m, for any real s, by the formula of Euler and Maclaurin beyond 32 terms.
fn harmonic(m: f64, s: f64) -> f64 {
    const DIRECT: f64 = 32.0;
    let first = (m.min(DIRECT) as u32 + u32::from(m < DIRECT)).max(1);
    let direct: f64 = (1..first).map(|k| pow(f64::from(k), -s)).sum();
    if m < DIRECT {
        return direct;
    }
    let corrections = |x: f64| {
        let f = pow(x, -s);
        let d1 = -s * f / x;
        let d3 = d1 * (s + 1.0) * (s + 2.0) / (x * x);
        let d5 = d3 * (s + 3.0) * (s + 4.0) / (x * x);
        let d7 = d5 * (s + 5.0) * (s + 6.0) / (x * x);
        (0.5 * f, d1 / 12.0 - d3 / 720.0 + d5 / 30_240.0 - d7 / 1_209_600.0)
    };
    let ((half_low, low), (half_high, high)) = (corrections(DIRECT), corrections(m));
    direct + (area(m, s) - area(DIRECT, s)) + half_low + half_high + (high - low)
}

impl Distribution for Zipf {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        loop {
            let a = self.area_high + unit(rng) * (self.area_low - self.area_high);
            let x = area_inverse(a, self.s);
            let rank = (x + 0.5).floor().clamp(1.0, self.n);
            if rank - x <= self.near || a >= area(rank + 0.5, self.s) - pow(rank, -self.s) {
                return rank;
            }
        }
    }

    fn mean(&self) -> f64 {
        harmonic(self.n, self.s - 1.0) / harmonic(self.n, self.s)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        (harmonic(self.n, self.s - 2.0) / harmonic(self.n, self.s) - mean * mean).max(0.0)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x < 1.0 {
            0.0
        } else if x >= self.n {
            1.0
        } else {
            (harmonic(x.floor(), self.s) / harmonic(self.n, self.s)).min(1.0)
        }
    }

    fn support(&self) -> (f64, f64) {
        (1.0, self.n)
    }
}
