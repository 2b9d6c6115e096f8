//! Histograms, intervals, sequential tests, warm-up, paired comparison.
//!
//! Results of a run are uncertain; each function here gives an estimate with its interval, or none where the data do
//! not suffice: too few values have a mean but no interval.
//!
//! **Invariant:** nothing here knows what the numbers mean; nothing reads a clock or draws without a given generator.

#![forbid(unsafe_code)]

mod binomial;
mod bootstrap;
mod estimate;
mod histogram;
mod moments;
mod sequential;
mod warmup;

pub use binomial::{clopper_pearson, wilson, wilson_at};
pub use bootstrap::bootstrap;
pub use estimate::{Estimate, batch_means, paired, t_quantile, welch};
pub use histogram::{Histogram, SparseHistogram};
pub use moments::Moments;
pub use sequential::{
    MeanTest, Ranks, ShareTest, ShareTrial, Verdict, Width, half_width, log_evidence, median_ranks,
    narrow_enough, quantile_ranks,
};
pub use warmup::{Warmup, mser5};
