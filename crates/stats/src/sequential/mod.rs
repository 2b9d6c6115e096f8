//! Tests that may look after every outcome, and say when there have been enough.

mod mean;
mod ranks;
mod share;
mod width;

pub use mean::{MeanTest, log_evidence};
pub use ranks::{Ranks, median_ranks, quantile_ranks};
pub use share::{ShareTest, ShareTrial};
pub use width::{Width, half_width, narrow_enough};

/// What a sequential test says of the outcomes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The claim holds, with the confidence of the test.
    Accepted,
    /// The claim does not hold, with the confidence of the test.
    Rejected,
    /// More outcomes are needed.
    Undecided,
}
