//! Designs and sequential procedures: which (point, seed) to run next, and what follows from the outcomes.
//!
//! A procedure is a plain function over [`Known`] outcomes. It asks for those that it needs; where one is missing it
//! ends with [`Pending`], and is executed again when more are known. What it asks for and what it answers depend on the
//! outcomes alone, so that the answer is the same on any number of threads, in any order, killed and resumed. [`drive`]
//! is that loop.
//!
//! | question | procedure |
//! |---|---|
//! | the least level that keeps its promise in a share of runs | [`least`] |
//! | the least level that keeps its promise on average | [`least_average`] |
//! | where it tips over, and how that spreads over days | [`tipping`] |
//! | the cheapest point of several knobs and switches | [`cheapest`] |
//! | the best of a few variants | [`best`] |
//! | a mean that is known well enough | [`narrow`] |
//!
//! **Invariant:** nothing here knows a simulator, a thread, a file or a clock, or draws without a given seed.

#![forbid(unsafe_code)]

mod known;
mod least;
mod seeds;

pub use known::{Known, Pending, drive, together};
pub use least::{Found, Least, LeastAverage, Shape, Tried, least, least_average};

/// Runs that are asked for at once where one would do, so that cores are busy. It does not depend on how many there
/// are: the answer would.
pub const BATCH: usize = 8;
