//! Intervals of a probability from successes among trials.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::beta_reg;

use crate::estimate::{check_confidence, wilson_of};

/// Wilson's interval (1927) of a probability: right on average over many, also near 0 and 1 and for few trials.
///
/// None without trials.
///
/// # Panics
/// When there are more successes than trials, or the confidence is not between 0 and 1.
pub fn wilson(successes: u64, trials: u64, confidence: f64) -> Option<(f64, f64)> {
    assert!(successes <= trials, "{successes} successes of {trials} trials");
    check_confidence(confidence);
    if trials == 0 {
        return None;
    }
    let (n, p) = (trials as f64, successes as f64 / trials as f64);
    let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence));
    Some(wilson_of(p, n, z))
}

/// Wilson's interval (1927) of a share that reaches `z` standard errors to both sides, for that many independent
/// trials, which need not be a whole number: for tests whose level is stated as `z`, and for trials that depend on each
/// other.
///
/// The whole of 0…1 without trials.
///
/// # Panics
/// When the share is not between 0 and 1.
pub fn wilson_at(share: f64, trials: f64, z: f64) -> (f64, f64) {
    assert!((0.0..=1.0).contains(&share), "a share of {share}");
    if trials <= 0.0 {
        return (0.0, 1.0);
    }
    wilson_of(share, trials, z)
}

/// The interval of Clopper and Pearson (1934): holds the probability at least as often as promised, and is wide.
///
/// For claims of the form "at most"; of 0 failures in n trials the upper end at 95 % is about 3.7 / n. None without
/// trials.
///
/// # Panics
/// When there are more successes than trials, or the confidence is not between 0 and 1.
pub fn clopper_pearson(successes: u64, trials: u64, confidence: f64) -> Option<(f64, f64)> {
    assert!(successes <= trials, "{successes} successes of {trials} trials");
    check_confidence(confidence);
    if trials == 0 {
        return None;
    }
    let (k, n) = (successes as f64, trials as f64);
    let side = 0.5 * (1.0 - confidence);
    let low = if successes == 0 { 0.0 } else { beta_quantile(k, n - k + 1.0, side) };
    let high = if successes == trials { 1.0 } else { beta_quantile(k + 1.0, n - k, 1.0 - side) };
    Some((low, high))
}

/// Bisection on the cdf, which is monotone; 60 halvings leave nothing of the interval from 0 to 1.
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if beta_reg(a, b, middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
