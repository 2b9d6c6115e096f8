//! A trace as its statistics, and as a load with the same statistics.

mod arrivals;
mod block;
mod bursts;
mod lengths;
mod queue;
mod read;
mod statistics;

pub use arrivals::{Arrivals, Rate};
pub use block::{Block, block};
pub use bursts::{Bursts, Judged, Process, State};
pub use lengths::{Chosen, Lengths};
pub use queue::Wait;
pub use read::{Columns, TraceRow, rows};
pub use statistics::Statistics;
