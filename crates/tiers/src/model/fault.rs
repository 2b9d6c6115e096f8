//! What goes wrong with a tier, on a schedule.

use super::TierId;
use brownout_units::{Ratio, Span};

/// Something goes wrong at one instant and is over at another.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Since the start of the run.
    pub at: Span,
    /// For how long.
    pub lasts: Span,
    /// Where.
    pub tier: TierId,
    /// Which part of its replicas, rounded up: the first ones.
    pub share: Ratio,
    /// What.
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FaultKind {
    /// Nothing moves: work in service stands still and resumes afterwards; calls still queue.
    Hang,
    /// Everything takes `factor` times as long (a gray failure).
    Slow {
        /// At least 1.
        factor: f64,
    },
    /// Calls inside are lost (503) and new ones refused until it is over; queues come back empty.
    Crash,
    /// A share of calls fail with 500 when their service ends.
    Errors {
        /// How many.
        ratio: Ratio,
    },
}
