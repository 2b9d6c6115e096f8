//! Observations in, findings out: intervals, onset, verdict, expectations.
//!
//! [`analyse`] makes [`Findings`], which a report draws; [`value`] is any single number of a run by name.
#![forbid(unsafe_code)]

mod analyse;
mod excursions;
mod expect;
pub mod findings;
mod goodput;
mod happened;
mod laws;
mod marks;
mod metric;
mod onset;
mod series;
mod tokens;
mod usual;
mod verdict;
mod words;

pub use analyse::{Origin, analyse};
pub use findings::Findings;
pub use laws::{Law, laws};
pub use metric::value;
