//! Histograms, intervals, warm-up, paired comparison.
#![forbid(unsafe_code)]

mod estimate;
mod histogram;

pub use estimate::Estimate;
pub use histogram::{Histogram, SparseHistogram};
