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
//! [`design`] says which points of several axes to run, [`sensitivity`] which axes matter.
//!
//! **Invariant:** nothing here knows a simulator, a thread, a file or a clock, or draws without a given seed.

#![forbid(unsafe_code)]

mod best;
mod cheapest;
mod criterion;
pub mod design;
mod known;
mod least;
mod narrow;
mod seeds;
pub mod sensitivity;
mod tipping;

pub use best::{Best, Ranking, Standing, best};
pub use cheapest::{Cheap, Cheapest, Lattice, cheapest};
pub use criterion::{Criterion, Promise, Promises};
pub use known::{Known, Pending, drive, together};
pub use least::{Found, Least, LeastAverage, Shape, Tried, least, least_average};
pub use narrow::{Narrow, Narrowed, narrow};
pub use tipping::{Tipped, Tipping, TippingQuantile, tipping};

/// Runs that are asked for at once where one would do, so that cores are busy. It does not depend on how many there
/// are: the answer would.
pub const BATCH: usize = 8;
