//! The bootstrap: an interval of any statistic, by resampling.

use rand::Rng;

use crate::estimate::check_confidence;

/// The percentile interval (Efron 1979) of `statistic` over `resamples` samples drawn with replacement from `values`.
///
/// For statistics without a formula: a median, a ratio of percentiles. It is too narrow for fewer than about 20 values,
/// and cannot cover unobserved values. None with fewer than two values, or where the statistic is not finite.
///
/// # Panics
/// When there are fewer than 100 resamples, or the confidence is not between 0 and 1.
pub fn bootstrap<R: Rng + ?Sized>(
    values: &[f64],
    resamples: usize,
    confidence: f64,
    rng: &mut R,
    mut statistic: impl FnMut(&[f64]) -> f64,
) -> Option<(f64, f64)> {
    assert!(resamples >= 100, "{resamples} resamples are too few for percentiles");
    check_confidence(confidence);
    if values.len() < 2 {
        return None;
    }
    let mut sample = vec![0.0; values.len()];
    let mut outcomes = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        sample.fill_with(|| values[index(rng, values.len())]);
        let outcome = statistic(&sample);
        if !outcome.is_finite() {
            return None;
        }
        outcomes.push(outcome);
    }
    outcomes.sort_by(f64::total_cmp);
    let side = 0.5 * (1.0 - confidence);
    let cut = (side * resamples as f64).floor() as usize;
    Some((outcomes[cut], outcomes[resamples - 1 - cut]))
}

/// A whole number below `n`, by the high half of a product: its bias, n / 2^64, is negligible.
fn index<R: Rng + ?Sized>(rng: &mut R, n: usize) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}
