//! What came out of the search for the least level.

use std::ops::Range;

use brownout_stats::Verdict;

/// What came out of the search for the least level.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The least level that is shown to keep the promise; none if none was.
    pub answer: Option<usize>,
    /// The highest level that is shown not to keep it, and all below with it; none if none was.
    pub not_enough: Option<usize>,
    /// The levels between, about which the runs do not suffice.
    pub undecided: Range<usize>,
    /// Even the highest level is shown not to keep the promise.
    pub none_holds: bool,
    /// The knob works the other way: the lowest level passes where the highest fails. Nothing else was tried.
    pub backwards: bool,
    /// How the share of passes changes around the answer; none without an answer or without a level below it.
    pub shape: Option<Shape>,
    /// The runs that prove the answer: that level itself under the seeds 1, 2, 3 … in order. None without an answer.
    pub proof: Option<Tried>,
    /// Every level that was run, ascending.
    pub tried: Vec<Tried>,
    /// The number of runs that the search used.
    pub runs: usize,
}

/// The runs at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The level.
    pub level: usize,
    /// How many of its runs kept the promise; on average, how many were below the bound.
    pub passes: usize,
    /// Its runs.
    pub runs: usize,
    /// What is known of the level, from its own runs and from what they imply together with those at other levels.
    pub verdict: Verdict,
}

/// How the share of passes changes around the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Over half of the seeds change between the two levels.
    pub cliff: bool,
    /// The level below: the highest that is not enough.
    pub lower: usize,
    /// The share of seeds that pass there.
    pub share_lower: f64,
    /// The share of seeds that pass at the answer.
    pub share_answer: f64,
}
