//! Whether a mean is known narrowly enough to stop replicating.

use crate::Moments;
use crate::estimate::t_quantile;

/// Below this number of values a width is too uncertain itself to stop by it.
const LEAST: usize = 10;
/// Values more skewed than this are warned of while there are fewer than [`SKEWED_UNTIL`] of them: an interval of the
/// mean then held it in 92 % instead of 95 %.
const SKEWED: f64 = 2.0;
const SKEWED_UNTIL: usize = 200;

/// How well the mean of some values is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Width {
    /// The number of values.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Half the width of the interval of the mean, widened for having been stopped by its width: t·s/√n·(1 + 3/n).
    pub half: f64,
    /// Whether there are enough values: at least 10, and the half width is at most what was asked for.
    pub enough: bool,
    /// Whether values are so skewed for their number that the interval may hold the mean in only 92 % instead of 95 %;
    /// longer runs help.
    pub skewed: bool,
}

/// Whether half the width of the interval of the mean is at most `relative` of the mean, or at most `absolute`.
///
/// Stopping at the first n at which an interval happens to be narrow makes it hold the mean less often than promised
/// (Chow and Robbins 1965 prove it right only in the limit); the factor 1 + 3/n repairs that for few values. A mean
/// near 0 needs an absolute width; 0 is none.
///
/// None with fewer than two values.
///
/// # Panics
/// When a value is not finite, or the confidence is not between 0 and 1.
pub fn narrow_enough(values: &[f64], relative: f64, absolute: f64, confidence: f64) -> Option<Width> {
    let n = values.len();
    let moments: Moments = values.iter().copied().collect();
    let (mean, deviation) = (moments.mean()?, moments.deviation()?);
    let half = half_width(&moments, confidence)?;
    let enough = n >= LEAST && half <= (relative * mean.abs()).max(absolute);
    let skewed = n < SKEWED_UNTIL && skewness(values, mean, deviation).abs() > SKEWED;
    Some(Width { n, mean, half, enough, skewed })
}

/// Half the width of the interval of a mean, widened for having been stopped by its width: t·s/√n·(1 + 3/n). None with
/// fewer than two values.
///
/// # Panics
/// When the confidence is not between 0 and 1.
pub fn half_width(values: &Moments, confidence: f64) -> Option<f64> {
    let (deviation, n) = (values.deviation()?, values.count());
    let many = n as f64;
    Some(t_quantile(confidence, n as usize - 1) * deviation / many.sqrt() * (1.0 + 3.0 / many))
}

/// The third standardised moment; 0 of values without spread.
fn skewness(values: &[f64], mean: f64, deviation: f64) -> f64 {
    if deviation <= 0.0 {
        return 0.0;
    }
    values.iter().map(|value| ((value - mean) / deviation).powi(3)).sum::<f64>() / values.len() as f64
}
