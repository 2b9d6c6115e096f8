//! The log turned into what one replication leaves.
//!
//! A [`Recorder`] watches a run and closes its books; a [`Digest`] is what it leaves: a [`Summary`] of each stretch of
//! time that was asked for, from which every metric of the table can be computed, and, where windows are asked for, a
//! [`Series`]. Its size depends on places, metrics and windows, never on how many requests have passed, and no number
//! of a summary depends on where windows end.
#![forbid(unsafe_code)]

mod books;
mod cell;
mod digest;
mod effect;
mod extremes;
mod fingerprint;
mod happening;
mod keep;
mod kinds;
mod legend;
mod pace;
mod provenance;
mod recorder;
mod replicas;
mod replication;
mod series;
mod strain;
mod summary;
mod tally;

pub use digest::Digest;
pub use happening::{HAPPENINGS_MAX, Happening, Happenings};
pub use keep::{Keep, Stretch};
pub use legend::{Legend, Line};
pub use pace::{Counts, Pace, TIER_STEPS, Tick};
pub use provenance::{Because, Ended, Outcome, Provenance, WORK, Why, Work};
pub use recorder::Recorder;
pub use replication::Replication;
pub use series::{Column, Pulse, Series};
pub use strain::Strain;
pub use summary::{Summary, View};

// Types of the public interface, re-exported so that a caller needs no second crate for them.
pub use brownout_metrics::{Latency, Level};
pub use brownout_protocol::{Books, Layout, Place};

/// Takes one more fingerprint into the fingerprint of several runs.
pub fn fold(all: u64, one: u64) -> u64 {
    brownout_kernel::mix(all, [one])
}
