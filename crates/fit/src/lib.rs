//! Measurements in, model parameters out.
//!
//! Measured steps of a language model become the six terms of a profile, with their error; a trace becomes its
//! statistics and a load with the same statistics, so that operators can share the shape of their traffic without the
//! traffic itself.
//!
//! **Invariant:** pure: text in, numbers and text out. No file, no clock, no randomness but that of one
//! seed, so the same text gives the same numbers; no text makes it panic.

#![forbid(unsafe_code)]

mod instant;
mod least_squares;
mod number;
mod points;
mod profile;
mod records;
mod steps;
mod table;
mod trace;

pub use instant::{Stamp, TimeUnit, looks_finer, stamp};
pub use points::{Point, points};
pub use profile::{Naming, profile};
pub use records::{Record, Records};
pub use steps::{Accuracy, Fit, Worst, fit};
pub use table::{Mistake, Mistakes};
pub use trace::{
    Arrivals, Block, Bursts, Chosen, Columns, Judged, Lengths, Process, Rate, State, Statistics, TraceRow,
    Wait, block, rows,
};
