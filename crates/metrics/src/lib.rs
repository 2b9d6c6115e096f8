//! Every number of a result by name: the one table that expectations, laws, results, pages and files are built from.
//!
//! A [`Metric`] is a row: its key, the subjects it can have ([`Scope`]), its [`Unit`] with the bounds that follow,
//! whether more is better, one sentence of meaning, and the function that computes it over a [`Source`]: counts, sums,
//! integrals and distributions of one stretch of one run. [`Metric::combine`] makes one number with its interval of
//! those of several replications. Rows are in one file for each kind of subject; [`all`] is the table.
//!
//! **Invariant:** no other crate lists metrics by name, and none clamps, converts or rounds by a name of its own.
//! Nothing here knows how records are kept.
#![forbid(unsafe_code)]

mod badge;
pub mod clients;
mod combine;
mod expect;
pub mod harm;
mod kinds;
mod metric;
mod reference;
pub mod replicas;
mod rows;
mod source;
mod subject;
mod table;
pub mod tiers;
pub mod tokens;
mod unit;
mod waits;

pub use badge::Badge;
pub use brownout_protocol::Status;
pub use combine::{Pooled, Sample};
pub use expect::{Asked, Expect, LawRow, Op, Operand};
pub use harm::Harm;
pub use metric::{Better, End, How, Metric, Of, Parts, Place, Shown};
pub use reference::reference;
pub use rows::{Family, MEAN, P50, P90, P95, P99, P999};
pub use source::{Ask, Latency, Level, Source, Which};
pub use subject::{Scope, Subject, Who};
pub use table::{Followed, all, extend, find, followed, of};
pub use unit::Unit;

use brownout_units::Span;

/// Extremes are followed in steps of this length, from the start of a run; see [`step`].
pub const STEP: Span = Span::from_secs(10);
/// A run has at most this many of them.
const STEPS_MAX: u64 = 20_000;

/// The length of a step of a run that lasts that long: [`STEP`], and beyond 55 hours the multiple of it that keeps the
/// number of steps bounded, so that a run of years pays for what happens in it and not for the time that passes.
pub fn step(duration: Span) -> Span {
    let least = duration.nanos().div_ceil(STEPS_MAX);
    Span::from_nanos(least.div_ceil(STEP.nanos()).max(1) * STEP.nanos())
}
