//! A law between bounds.

use rand::Rng;

use crate::error::Error;
use crate::law::{Distribution, Law, probability};
use crate::solve;
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// A law on the condition that it stays within [min, max]; one of the bounds may be infinite.
///
/// A draw is repeated until it falls inside, at most 16 times; then it is made by numeric inversion of the cdf, which
/// has the same law, takes some microseconds and always ends. So a draw takes a varying number of words from its
/// stream, as rejection does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truncated {
    law: Box<Law>,
    #[serde(with = "crate::bound")]
    min: f64,
    #[serde(with = "crate::bound")]
    max: f64,
    /// The probability of the untruncated law below min, and within the bounds.
    below: f64,
    mass: f64,
}

/// With half of the mass inside, one draw in 65,536 goes on to the inversion.
const TRIES_MAX: u32 = 16;
/// With less inside, the digits of the cdf do not suffice to invert it.
const MASS_MIN: f64 = 1e-6;
/// An upper bound that cuts off less than this is left out of the moments: the cdf has no digits left to tell.
const CUT_MIN: f64 = 1e-12;

impl Truncated {
    /// `law` on the condition that it lies in `min..=max`; infinite bounds mean none.
    ///
    /// # Errors
    /// When max is below min, or the law falls inside with probability below 1e-6.
    pub fn new(law: Law, min: f64, max: f64) -> Result<Self, Error> {
        if min.is_nan() || min == f64::INFINITY {
            return Err(Error::Param { param: "min", given: min, allowed: "a number" });
        }
        if max.is_nan() || max < min {
            return Err(Error::Param { param: "max", given: max, allowed: "at least min" });
        }
        // Bounds beyond the support say nothing, and an infinite one would spoil the arithmetic.
        let (low, high) = law.support();
        let (min_given, max_given) = (min, max);
        let (min, max) = (min.max(low) + 0.0, max.min(high) + 0.0);
        let below = law.cdf(min.next_down());
        let mass = law.cdf(max) - below;
        if mass < MASS_MIN || min > max {
            let allowed = "where the law has values: less than 1 in 1,000,000 lies between min and max";
            let (param, given) = if min_given > low { ("min", min_given) } else { ("max", max_given) };
            return Err(Error::Param { param, given, allowed });
        }
        Ok(Self { law: Box::new(law), min, max, below, mass })
    }

    /// The part of E[X] or, with `square`, of E[X²] that the untruncated law has up to `x`; `at` is its cdf there.
    ///
    /// By parts, with l the low end of the support: l F(x) and the integral of F(x) - F(t) over t from l to x, which
    /// is bounded and monotone whatever the density is.
    fn partial(&self, x: f64, at: f64, square: bool) -> f64 {
        if at >= 1.0 - CUT_MIN {
            let mean = self.law.mean();
            return if square { self.law.variance() + mean * mean } else { mean };
        }
        // Pieces between quantiles put the points where the law is, however far out x lies.
        let (low, _) = self.law.support();
        let mut cuts = vec![low];
        let steps = (1..64).map(|step| f64::from(step) / 64.0);
        let tail = (7..40).map(|power| 1.0 - 0.5_f64.powi(power));
        cuts.extend(steps.chain(tail).map(|p| self.law.quantile(p)).filter(|cut| *cut < x && *cut > low));
        cuts.push(x);
        if square {
            let noise = 1e-15 * x.abs().max(low.abs());
            low * low * at + solve::integral(&cuts, noise, &|t| 2.0 * t * (at - self.law.cdf(t)))
        } else {
            low * at + solve::integral(&cuts, 1e-15, &|t| at - self.law.cdf(t))
        }
    }

    fn moment(&self, square: bool) -> f64 {
        let upper = self.partial(self.max, self.below + self.mass, square);
        if self.below <= 0.0 || upper.is_infinite() {
            return upper / self.mass;
        }
        (upper - self.partial(self.min, self.below, square)) / self.mass
    }
}

impl Distribution for Truncated {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        for _ in 0..TRIES_MAX {
            let x = self.law.draw(rng);
            if x >= self.min && x <= self.max {
                return x;
            }
        }
        self.quantile(unit(rng))
    }

    /// Numeric, to about 1e-6 (1e-4 for laws of steps); an upper bound that cuts off less than 1e-12 does not count.
    fn mean(&self) -> f64 {
        self.moment(false)
    }

    /// Numeric like the mean.
    fn variance(&self) -> f64 {
        let mean = self.mean();
        if !mean.is_finite() {
            return f64::INFINITY;
        }
        (self.moment(true) - mean * mean).max(0.0)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x < self.min {
            0.0
        } else if x >= self.max {
            1.0
        } else {
            ((self.law.cdf(x) - self.below) / self.mass).clamp(0.0, 1.0)
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        self.law.quantile(self.below + probability(p) * self.mass).clamp(self.min, self.max)
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
}
