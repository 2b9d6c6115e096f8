//! Observations in, findings out: intervals, onset, verdict, expectations.
#![forbid(unsafe_code)]

pub mod findings;

pub use findings::Findings;
