//! The least level at which a promise is kept, as a share of runs or on average.

mod average;
mod found;
mod proof;
mod share;

pub use average::{LeastAverage, least_average};
pub use found::{Found, Shape, Tried};
pub use share::{Least, least};
