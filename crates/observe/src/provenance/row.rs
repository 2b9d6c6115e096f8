//! What is followed of a call or an intent while it is open.

use super::found::Because;
use super::work::BUSY;
use brownout_protocol::Reason;

/// No place.
pub(super) const NOWHERE: u16 = u16::MAX;

/// Where a call is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Stage {
    /// The row is free.
    #[default]
    Free,
    /// It is about to be admitted, or to leave.
    Between,
    /// It is in the queue.
    Waiting,
    /// A worker is on it.
    Serving,
    /// The calls that it makes are out; of an intent: an attempt is.
    Out,
}

/// A call inside a tier, or an intent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    /// When its stage began.
    pub(super) since: u64,
    /// The longest service or way in it and in the calls made for it.
    pub(super) longest: Longest,
    /// Which use of its place it is.
    pub(super) mark: u8,
    /// The call or intent that it was made for; nowhere if that has left.
    pub(super) from: Name,
    /// The use of that place.
    pub(super) from_mark: u8,
    pub(super) stage: Stage,
    /// What its worker does, as long as it has one.
    pub(super) work: Option<u8>,
    pub(super) is_retry: bool,
    pub(super) is_orphan: bool,
    /// Whether its blame is of this use of the place.
    pub(super) blamed: bool,
    /// The newest call made for it.
    pub(super) child: Name,
    /// The next older call made for the same.
    pub(super) sibling: Name,
}

/// The longest service or way of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Longest {
    /// In microseconds.
    pub(super) micros: u32,
    /// Where it was; nowhere if there was none yet.
    pub(super) place: u16,
    /// Whether it was a way, not a service.
    pub(super) on_the_way: bool,
}

impl Default for Longest {
    fn default() -> Self {
        Longest { micros: 0, place: NOWHERE, on_the_way: false }
    }
}

impl Longest {
    /// The longer of two.
    #[inline(always)]
    pub(super) fn max(self, other: Self) -> Self {
        if self.micros < other.micros || self.place == NOWHERE { other } else { self }
    }
}

/// A place of the log and a row of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) index: u32,
    pub(super) place: u16,
}

impl Name {
    pub(super) const NONE: Name = Name { index: 0, place: NOWHERE };

    pub(super) fn is_none(self) -> bool {
        self.place == NOWHERE
    }

    /// The bit of its place.
    pub(super) fn bit(self) -> u64 {
        if self.place < 64 { 1 << self.place } else { 0 }
    }
}

impl Default for Name {
    fn default() -> Self {
        Name::NONE
    }
}

/// What decided a failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decided {
    pub(super) reason: Reason,
    pub(super) place: u16,
    pub(super) because: Because,
    /// The node that told the caller.
    pub(super) origin: u16,
    pub(super) via: u64,
    pub(super) wait: Wait,
}

/// A wait in a queue, and what servers did meanwhile.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wait {
    pub(super) nanos: u64,
    /// By kind of work, in workers times nanoseconds.
    pub(super) done: [u64; BUSY],
}

/// The longest wait of a call and of the calls made for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worst {
    pub(super) wait: Wait,
    pub(super) place: u16,
    pub(super) because: Because,
    pub(super) via: u64,
}

/// Of a call that waited or met a failure.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Blame {
    /// All waits in it and in the calls made for it, in nanoseconds.
    pub(super) waited: u64,
    pub(super) worst: Option<Worst>,
    pub(super) decided: Option<Decided>,
}
