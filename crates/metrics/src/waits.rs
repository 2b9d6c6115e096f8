//! Means and quantiles of latencies, in seconds.

use crate::Ask;
use crate::source::ratio;
use brownout_protocol::Kind;
use brownout_stats::SparseHistogram;

/// The sum of the lengths of some records over how many of others there were.
pub(crate) fn mean(ask: &Ask<'_>, lengths: &[Kind], of: &[Kind]) -> Option<f64> {
    ratio(ask.sum_seconds(lengths), ask.count(of))
}

/// A quantile of nanoseconds, in seconds; none of nothing.
pub(crate) fn quantile(histogram: &SparseHistogram, q: f64) -> Option<f64> {
    (0 < histogram.count()).then(|| histogram.quantile(q) * 1e-9)
}
