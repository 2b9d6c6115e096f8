//! What is kept of the records of one kind in one row.

use brownout_protocol::Kind;

/// One row: a cell for every kind.
pub(crate) type Row = [Cell; Kind::COUNT];

/// What happened of one kind in one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many records.
    pub count: u64,
    /// The sum of their values.
    pub sum: u128,
    /// The sum of their times, in nanoseconds since the start of the run.
    pub moment: u128,
}
