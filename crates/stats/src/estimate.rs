//! A mean and its confidence interval.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::Moments;
use std::sync::OnceLock;

/// A mean over replications with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// The interval of the mean at the confidence asked for (95 % unless another was); none with fewer than two values.
    pub ci95: Option<(f64, f64)>,
    /// The number of values.
    pub n: usize,
}

impl Estimate {
    /// The same with an interval that does not leave what is possible: no time is negative, whatever few values say.
    #[must_use]
    pub fn within(self, least: f64, most: f64) -> Self {
        let clamp = |value: f64| value.clamp(least, most);
        Estimate { ci95: self.ci95.map(|(low, high)| (clamp(low), clamp(high))), ..self }
    }

    /// The mean of independent values and its interval by Student's t.
    ///
    /// No values have the mean 0 and no interval; equal values have an interval of no width.
    ///
    /// # Panics
    /// When a value is not finite, or the confidence is not between 0 and 1.
    pub fn of(values: &[f64], confidence: f64) -> Self {
        Estimate::of_moments(&values.iter().copied().collect(), confidence)
    }

    /// The same of values that were added one by one.
    ///
    /// # Panics
    /// When the confidence is not between 0 and 1.
    pub fn of_moments(moments: &Moments, confidence: f64) -> Self {
        check_confidence(confidence);
        let n = moments.count() as usize;
        let mean = moments.mean().unwrap_or(0.0);
        let ci95 = moments.variance().map(|variance| {
            let half = t_quantile(confidence, n - 1) * (variance / n as f64).sqrt();
            (mean - half, mean + half)
        });
        Self { mean, ci95, n }
    }

    /// The mean of shares, one of each replication, and an interval that stays in 0…1.
    ///
    /// The interval is Wilson's (1927) with Student's quantile, for the number of independent trials that would spread
    /// as much between replications: p(1 − p)/(s²/r), the effective size of Korn and Graubard (1998). All trials
    /// together, where they are known, are a bound of it: with no spread at all, r replications without a failure have
    /// an upper end that is above 0. Where trials are not known and nothing spreads, the interval has no width.
    ///
    /// No values have the mean 0 and no interval, one value has none.
    ///
    /// # Panics
    /// When a value is not between 0 and 1, or the confidence is not.
    pub fn of_shares(values: &[f64], trials: Option<f64>, confidence: f64) -> Self {
        assert!(values.iter().all(|value| (0.0..=1.0).contains(value)), "a share outside of 0…1: {values:?}");
        Estimate::of_moments_of_shares(&values.iter().copied().collect(), trials, confidence)
    }

    /// The same of shares that were added one by one.
    ///
    /// # Panics
    /// When their mean is not between 0 and 1, as far as rounding goes, or the confidence is not.
    pub fn of_moments_of_shares(moments: &Moments, trials: Option<f64>, confidence: f64) -> Self {
        check_confidence(confidence);
        let n = moments.count() as usize;
        let mean = moments.mean().unwrap_or(0.0);
        assert!((-1e-9..=1.0 + 1e-9).contains(&mean), "shares with a mean of {mean}");
        let mean = mean.clamp(0.0, 1.0);
        let ci95 = moments.variance().and_then(|variance| {
            let of_mean = variance / n as f64;
            let by_spread = if of_mean <= 0.0 { f64::INFINITY } else { mean * (1.0 - mean) / of_mean };
            let size = trials.map_or(by_spread, |trials| by_spread.min(trials));
            if size.is_infinite() {
                return Some((mean, mean));
            }
            (0.0 < size).then(|| wilson_of(mean, size, t_quantile(confidence, n - 1)))
        });
        Self { mean, ci95, n }
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> Option<f64> {
        self.ci95.map(|(low, high)| (high - low) / 2.0)
    }

    /// Whether the interval does not contain zero: of a difference, whether it is one.
    pub fn differs_from_zero(&self) -> bool {
        self.ci95.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

/// The mean of one long series and its interval from the means of `batches` equal parts.
///
/// Neighbours in a series resemble each other, so an interval from the values themselves would be far too narrow; the
/// means of long parts hardly do. 10 to 30 parts are usual (Schmeiser 1982). A remainder that does not fill the parts
/// is dropped at the front, where the warm-up is. None with fewer than two batches, or fewer values than batches.
///
/// # Panics
/// When a value is not finite, or the confidence is not between 0 and 1.
pub fn batch_means(series: &[f64], batches: usize, confidence: f64) -> Option<Estimate> {
    check_confidence(confidence);
    if batches < 2 || series.len() < batches {
        return None;
    }
    let size = series.len() / batches;
    let kept = &series[series.len() - size * batches..];
    let means: Vec<f64> =
        kept.chunks_exact(size).map(|part| part.iter().sum::<f64>() / size as f64).collect();
    Some(Estimate::of(&means, confidence))
}

/// The mean of `after - before`, pair by pair, and its interval.
///
/// With common random numbers the two runs of a pair see the same arrivals, whose effect cancels: the
/// interval of the difference is often ten times narrower than those of the two. `n` counts pairs; no pairs have the
/// mean 0 and no interval.
///
/// # Panics
/// When there are more of one than of the other, a difference is not finite, or the confidence is not between 0 and 1.
pub fn paired(before: &[f64], after: &[f64], confidence: f64) -> Estimate {
    assert_eq!(before.len(), after.len(), "every value before needs its partner after");
    let differences: Vec<f64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
    Estimate::of(&differences, confidence)
}

/// Half the width of the interval of the difference of two means of independent values, by Welch (1947); none where one
/// of them has fewer than two values.
///
/// # Panics
/// When a value is not finite, or the confidence is not between 0 and 1.
pub fn welch(before: &[f64], after: &[f64], confidence: f64) -> Option<f64> {
    check_confidence(confidence);
    let of = |values: &[f64]| {
        let moments: Moments = values.iter().copied().collect();
        Some((moments.variance()? / values.len() as f64, values.len() as f64 - 1.0))
    };
    let ((a, a_freedom), (b, b_freedom)) = (of(before)?, of(after)?);
    if a + b <= 0.0 {
        return Some(0.0);
    }
    let freedom = (a + b).powi(2) / (a * a / a_freedom + b * b / b_freedom);
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some(t.inverse_cdf(f64::midpoint(1.0, confidence)) * (a + b).sqrt())
}

pub(crate) fn check_confidence(confidence: f64) {
    assert!(confidence > 0.0 && confidence < 1.0, "a confidence lies between 0 and 1, not at {confidence}");
}

/// Wilson's interval of a share of `trials` trials, by a quantile.
pub(crate) fn wilson_of(share: f64, trials: f64, quantile: f64) -> (f64, f64) {
    let square = quantile * quantile;
    let middle = (share + square / (2.0 * trials)) / (1.0 + square / trials);
    let spread = share * (1.0 - share) / trials + square / (4.0 * trials * trials);
    let half = quantile / (1.0 + square / trials) * spread.sqrt();
    // With no successes the lower end is exactly zero, which rounding would miss.
    let low = if share <= 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if 1.0 <= share { 1.0 } else { (middle + half).min(1.0) };
    (low, high)
}

/// The quantile of Student's t that bounds both sides with this confidence, for a number of degrees of freedom.
///
/// It takes microseconds and is needed for each point of each line of a chart, so that of 95 % is cached for common
/// numbers of replications.
///
/// # Panics
/// When there are no degrees of freedom.
pub fn t_quantile(confidence: f64, freedom: usize) -> f64 {
    const USUALLY: f64 = 0.95;
    static USUAL: [OnceLock<f64>; 256] = [const { OnceLock::new() }; 256];
    match USUAL.get(freedom) {
        Some(kept) if (confidence - USUALLY).abs() < f64::EPSILON => {
            *kept.get_or_init(|| work_out_t_quantile(confidence, freedom))
        }
        _ => work_out_t_quantile(confidence, freedom),
    }
}

fn work_out_t_quantile(confidence: f64, freedom: usize) -> f64 {
    let t = StudentsT::new(0.0, 1.0, freedom as f64).expect("a positive number of degrees of freedom");
    t.inverse_cdf(f64::midpoint(1.0, confidence))
}
