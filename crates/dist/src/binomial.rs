//! Successes among independent trials.

use rand::Rng;

use crate::error::{Error, within};
use crate::fixed::{exp, ln, ln_1p};
use crate::law::Distribution;
use crate::special::{beta_inc, ln_gamma};
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// The binomial law on 0..=n: P(X = k) = C(n, k) p^k (1 - p)^(n-k).
///
/// How many of n shards, members or lines of a batch take part, each with probability p. With p of 0 or 1 it is
/// constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Binomial {
    n: f64,
    p: f64,
}

/// Up to this expected number a draw sums up the probabilities, from there on it rejects.
const SMALL: f64 = 10.0;

impl Binomial {
    /// Binomial with `n` trials, each with success probability `p`.
    ///
    /// # Errors
    /// When n is not a whole number from 1 to 1e6, or p is not in 0..=1.
    pub fn new(n: f64, p: f64) -> Result<Self, Error> {
        let allowed = "a whole number from 1 to 1e6";
        within("n", n, (1.0, 1e6), allowed)?;
        if n.fract() > 0.0 {
            return Err(Error::Param { param: "n", given: n, allowed });
        }
        Ok(Self { n, p: within("p", p, (0.0, 1.0), "from 0 to 1")? })
    }

    /// Inversion: the first k at which the sum of the probabilities passes a uniform draw.
    fn by_sum<R: Rng + ?Sized>(&self, p: f64, rng: &mut R) -> f64 {
        let odds = p / (1.0 - p);
        let mut left = unit(rng);
        let (mut k, mut weight) = (0.0, exp(self.n * ln_1p(-p)));
        while left >= weight && k < self.n {
            left -= weight;
            k += 1.0;
            weight *= odds * (self.n - k + 1.0) / k;
        }
        k
    }

    /// Transformed rejection with a squeeze (Hörmann 1993, "BTRS"), for n p from 10 on and p up to one half.
    fn by_rejection<R: Rng + ?Sized>(&self, p: f64, rng: &mut R) -> f64 {
        let (n, root) = (self.n, (self.n * p * (1.0 - p)).sqrt());
        let b = 1.15 + 2.53 * root;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let alpha = (2.83 + 5.1 / b) * root;
        let squeeze = 0.92 - 4.2 / b;
        let log_odds = ln(p / (1.0 - p));
        let mode = ((n + 1.0) * p).floor();
        let ways = |k: f64| ln_gamma(k + 1.0) + ln_gamma(n - k + 1.0);
        let at_mode = ways(mode);
        loop {
            let (u, v) = (unit(rng) - 0.5, unit(rng));
            let inside = 0.5 - u.abs();
            let k = ((2.0 * a / inside + b) * u + n * p + 0.5).floor();
            if inside >= 0.07 && v <= squeeze {
                return k;
            }
            if !(0.0..=n).contains(&k) {
                continue;
            }
            let hat = ln(v * alpha / (a / (inside * inside) + b));
            if hat <= at_mode - ways(k) + (k - mode) * log_odds {
                return k;
            }
        }
    }
}

impl Distribution for Binomial {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        // Both ways want the rarer outcome, the other one is its complement.
        let p = self.p.min(1.0 - self.p);
        let rare = if self.n * p < SMALL { self.by_sum(p, rng) } else { self.by_rejection(p, rng) };
        if self.p > 0.5 { self.n - rare } else { rare }
    }

    fn mean(&self) -> f64 {
        self.n * self.p
    }

    fn variance(&self) -> f64 {
        self.n * self.p * (1.0 - self.p)
    }

    fn cdf(&self, x: f64) -> f64 {
        let (low, high) = self.support();
        if x < low {
            0.0
        } else if x >= high {
            1.0
        } else {
            beta_inc(self.n - x.floor(), x.floor() + 1.0, 1.0 - self.p)
        }
    }

    fn support(&self) -> (f64, f64) {
        match self.p {
            0.0 => (0.0, 0.0),
            1.0 => (self.n, self.n),
            _ => (0.0, self.n),
        }
    }
}
