//! The log turned into numbers.
//!
//! A [`Recorder`] watches a run and closes its books; [`Observations`] are what analysis asks. Memory depends on the
//! number of windows and of places, never on how many requests have passed.
#![forbid(unsafe_code)]

mod books;
mod cell;
mod fingerprint;
mod frame;
mod happening;
mod layout;
mod observations;
mod recorder;
mod tally;

pub use cell::Cell;
pub use happening::{HAPPENINGS_MAX, Happening, Happenings};
pub use layout::{Books, Layout, Place};
pub use observations::{Latency, Level, Observations};
pub use recorder::Recorder;

/// Takes one more fingerprint into the fingerprint of several runs.
pub fn fold(all: u64, one: u64) -> u64 {
    brownout_kernel::mix(all, [one])
}
