//! One line of the log: flat, so that observers index tables by it instead of branching on it.

use crate::Kind;

/// What happened, where, and to which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Record {
    /// The kind of event.
    pub kind: Kind,
    /// Which path, and whether it was a retry.
    pub row: Row,
    /// Which load or tier: loads come first, in the order of the model.
    pub place: u16,
    /// The row in that node's own table, or what [`Kind`] says.
    pub call: u32,
    /// What [`Kind`] says; lengths are in nanoseconds.
    pub value: u64,
}

const _: () = assert!(size_of::<Record>() == 16);

/// A path and whether the attempt was a first one: the column of the tables that observers keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(pub u8);

impl Row {
    /// The row of a path.
    #[inline(always)]
    pub const fn new(path: u8, retry: bool) -> Self {
        Row(path << 1 | retry as u8)
    }

    /// Which path.
    pub const fn path(self) -> u8 {
        self.0 >> 1
    }

    /// Whether it was a retry: of the client or of any tier on the way.
    pub const fn is_retry(self) -> bool {
        self.0 & 1 == 1
    }
}
