//! Designs: which points of several axes to run.
//!
//! A design gives each of its points by index, without keeping any: 10⁹ points need no memory. The same seed gives the
//! same points on every platform.

mod cube;
mod grid;
mod latin;
mod mix;
mod sobol;

pub use cube::Random;
pub use grid::{Factor, Grid};
pub use latin::LatinHypercube;
pub use sobol::Sobol;

pub(crate) use mix::{below, unit};
