//! A mean and how sure of it we are.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::Moments;

/// A mean over replications with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// The interval of the mean at the confidence asked for (95 % unless another was); none with fewer than two values.
    pub ci95: Option<(f64, f64)>,
    /// Of how many values.
    #[serde(skip)]
    pub n: usize,
}

impl Estimate {
    /// The mean of independent values and its interval by Student's t.
    ///
    /// No values have the mean 0 and no interval; equal values have an interval of no width.
    ///
    /// # Panics
    /// When a value is not finite, or the confidence is not between 0 and 1.
    pub fn of(values: &[f64], confidence: f64) -> Self {
        check_confidence(confidence);
        let n = values.len();
        let moments: Moments = values.iter().copied().collect();
        let mean = moments.mean().unwrap_or(0.0);
        let ci95 = moments.variance().map(|variance| {
            let half = t_quantile(confidence, n - 1) * (variance / n as f64).sqrt();
            (mean - half, mean + half)
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
/// means of long parts hardly do. 10 to 30 parts are usual (Schmeiser 1982). What does not fill the parts is left out
/// at the front, where the warm-up is. None with fewer than two batches, or fewer values than batches.
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
/// With common random numbers the two of a pair see the same arrivals and the same bad luck, which cancels: the
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

pub(crate) fn check_confidence(confidence: f64) {
    assert!(confidence > 0.0 && confidence < 1.0, "a confidence lies between 0 and 1, not at {confidence}");
}

/// The two-sided quantile of Student's t.
fn t_quantile(confidence: f64, freedom: usize) -> f64 {
    let t = StudentsT::new(0.0, 1.0, freedom as f64).expect("a positive number of degrees of freedom");
    t.inverse_cdf(f64::midpoint(1.0, confidence))
}
