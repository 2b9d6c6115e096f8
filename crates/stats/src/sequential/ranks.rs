//! Which of some sorted values bound a quantile of the law that they come from, whatever that law is.

use statrs::distribution::{Binomial, DiscreteCDF};

use crate::estimate::check_confidence;

/// Below this number of values no interval is given.
const LEAST: usize = 12;

/// Ranks among sorted values, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranks {
    /// The value that estimates the quantile: the least with at least that share of the values at or below it.
    pub at: usize,
    /// The lower end of the interval; none where even the least value is not low enough.
    pub low: Option<usize>,
    /// The upper end of the interval; none where even the largest value is not high enough.
    pub high: Option<usize>,
}

/// The ranks that bound the median of a law by `n` independent values; none for fewer than 12.
///
/// # Panics
/// When the confidence is not between 0 and 1.
pub fn median_ranks(n: usize, confidence: f64) -> Option<Ranks> {
    quantile_ranks(n, 0.5, confidence)
}

/// The ranks that bound a quantile of a law by `n` independent values; none for fewer than 12.
///
/// The number of values at or below the quantile is binomial, so that the interval from the l-th to the u-th value
/// holds it with at least the confidence if at most half of the rest is in each tail (Conover 1999, on quantile tests;
/// Hahn and Meeker 1991).
///
/// # Panics
/// When the share or the confidence is not between 0 and 1.
pub fn quantile_ranks(n: usize, share: f64, confidence: f64) -> Option<Ranks> {
    assert!(share > 0.0 && share < 1.0, "a quantile between 0 and 1, not {share}");
    check_confidence(confidence);
    if n < LEAST {
        return None;
    }
    let side = 0.5 * (1.0 - confidence);
    let count = Binomial::new(share, n as u64).expect("a share between 0 and 1");
    // The l-th value is above the quantile if fewer than l are at or below it.
    let low = (1..=n).rev().find(|l| count.cdf(*l as u64 - 1) <= side);
    // The u-th value is below the quantile if at least u are below it.
    let high = (1..=n).find(|u| count.sf(*u as u64 - 1) <= side);
    let at = ((n as f64 * share).ceil() as usize).clamp(1, n);
    Some(Ranks { at, low, high })
}
