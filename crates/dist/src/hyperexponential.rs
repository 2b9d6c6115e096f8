//! Mostly short, sometimes long.

use rand::Rng;

use crate::error::{Error, size, within};
use crate::fixed::exp_m1;
use crate::law::Distribution;
use crate::ziggurat::{exp1, unit};
use serde::{Deserialize, Serialize};

/// A mixture of exponentials: with probability `p_i` exponential with mean `m_i`.
///
/// The textbook law with cv of at least 1: hits and misses, small and large queries. With one phase it is exponential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hyperexponential {
    /// The probability of this phase or an earlier one, and the phase's mean; the last probability is 1.
    phases: Vec<(f64, f64)>,
}

/// The largest number of phases, which are searched linearly; a longer list is a histogram.
const PHASES_MAX: usize = 64;

impl Hyperexponential {
    /// One phase for each weight and mean; weights are taken relative to their sum.
    ///
    /// # Errors
    /// When there is no phase or more than 64, the numbers of weights and means differ, a weight is negative or all
    /// are 0, or a mean is not above 0.
    pub fn new(weights: &[f64], means: &[f64]) -> Result<Self, Error> {
        if weights.is_empty() || weights.len() > PHASES_MAX {
            let given = weights.len() as f64;
            return Err(Error::Param { param: "weights", given, allowed: "a list of 1 to 64 numbers" });
        }
        if weights.len() != means.len() {
            let given = means.len() as f64;
            return Err(Error::Param { param: "means", given, allowed: "a list as long as weights" });
        }
        let shares = cumulative("weights", weights)?;
        let means = means.iter().map(|mean| size("means", *mean)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { phases: shares.into_iter().zip(means).collect() })
    }

    /// Two phases with balanced means (p1 m1 = p2 m2), with this mean and coefficient of variation.
    ///
    /// p1 = (1 + √((cv² - 1) / (cv² + 1))) / 2, `m_i = mean / 2 p_i` (Whitt 1982).
    ///
    /// # Errors
    /// When the mean is not above 0, or the cv is outside 1..=1000.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, Error> {
        size("mean", mean)?;
        within("cv", cv, (1.0, 1e3), "from 1 to 1000; below 1, take gamma or lognormal")?;
        let square = cv * cv;
        let q = ((square - 1.0) / (square + 1.0)).sqrt();
        // (1 - q) / 2 without cancellation: 1 - q² = 2 / (cv² + 1).
        let rare = 1.0 / ((square + 1.0) * (1.0 + q));
        let often = 0.5 * (1.0 + q);
        Self::new(&[often, rare], &[0.5 * mean / often, 0.5 * mean / rare]).map_err(|_| Error::Param {
            param: "mean",
            given: mean,
            allowed: "from 1e-90 to 1e90",
        })
    }

    /// The phases as (probability, mean).
    fn weighted(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let mut before = 0.0;
        self.phases.iter().map(move |(share, mean)| {
            let weight = share - before;
            before = *share;
            (weight, *mean)
        })
    }
}

/// Turns weights into the probabilities of "this one or an earlier one", of which the last is exactly 1.
pub(crate) fn cumulative(param: &'static str, weights: &[f64]) -> Result<Vec<f64>, Error> {
    let mut sum = 0.0;
    let mut shares = Vec::with_capacity(weights.len());
    for weight in weights {
        sum += within(param, *weight, (0.0, 1e100), "0 or more (up to 1e100)")?;
        shares.push(sum);
    }
    if sum <= 0.0 {
        return Err(Error::Param { param, given: sum, allowed: "above 0 in sum" });
    }
    let last = weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
    for (index, share) in shares.iter_mut().enumerate() {
        *share = if index >= last { 1.0 } else { (*share / sum).min(1.0) };
    }
    Ok(shares)
}

impl Distribution for Hyperexponential {
    #[inline]
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let u = unit(rng);
        let (_, mean) =
            self.phases.iter().find(|(share, _)| u < *share).expect("the last share is 1 and u is below");
        exp1(rng) * mean
    }

    fn mean(&self) -> f64 {
        self.weighted().map(|(weight, mean)| weight * mean).sum()
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        // Σ p (2m² - M²) in a form that cannot turn negative by rounding.
        self.weighted()
            .map(|(weight, phase)| weight * (phase * phase + (phase - mean) * (phase - mean)))
            .sum()
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        self.weighted().map(|(weight, mean)| -weight * exp_m1(-x / mean)).sum::<f64>().min(1.0)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
