//! Lines that only explain: who made a call, why it was not admitted, which call a line without a name is of.
//!
//! They are written where a run is asked for its provenance, right before the line that they explain. No fingerprint
//! depends on them.

use crate::{Kind, Record, Row, Token};
use brownout_kernel::NodeId;
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// What decided that an intent failed, came too late or is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The tier's queue was full: it was refused.
    FullQueue = 0,
    /// No replica took calls: none was there, or all were ejected.
    NoReplica = 1,
    /// Its replica was down.
    Down = 2,
    /// No replica had a lease.
    Lease = 3,
    /// The name of the tier was not resolved.
    Name = 4,
    /// An operator let only a part of the calls in.
    Shed = 5,
    /// A policy of the tier turned it away.
    Policy = 6,
    /// Its deadline had passed.
    Deadline = 7,
    /// It got lost on the way: no answer came.
    Lost = 8,
    /// The accept queue was full, and it was dropped: no answer came.
    Dropped = 9,
    /// A policy of the caller held it back.
    Withheld = 10,
    /// No replica could ever serve it.
    TooLarge = 11,
    /// The session had expired.
    Session = 12,
    /// It was tried and failed.
    Error = 13,
    /// Its replica died while it was inside.
    Crashed = 14,
    /// It had waited for longer than the tier lets calls wait.
    Expired = 15,
    /// It waited in the queue.
    Waiting = 16,
    /// It was in service.
    Service = 17,
    /// It was on the way, or its answer was.
    Way = 18,
    /// Its tier waited before another try, or for an answer that another call fetches.
    Pause = 19,
}

impl Reason {
    /// All, in order of number.
    pub const ALL: [Reason; 20] = [
        Reason::FullQueue,
        Reason::NoReplica,
        Reason::Down,
        Reason::Lease,
        Reason::Name,
        Reason::Shed,
        Reason::Policy,
        Reason::Deadline,
        Reason::Lost,
        Reason::Dropped,
        Reason::Withheld,
        Reason::TooLarge,
        Reason::Session,
        Reason::Error,
        Reason::Crashed,
        Reason::Expired,
        Reason::Waiting,
        Reason::Service,
        Reason::Way,
        Reason::Pause,
    ];
}

/// Of a generation enough to tell a name from a stale one of the same place: its lowest seven bits, and its highest,
/// which tells branches from calls where a tier may have both.
#[inline(always)]
pub const fn mark(token: Token) -> u8 {
    token.generation as u8 & 0x7f | ((token.generation >> 31) as u8) << 7
}

/// Who made a call: the node, and its name for the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The node; loads and tiers have the numbers of their places.
    pub node: u16,
    /// The place in its table.
    pub index: u32,
    /// Which use of that place.
    pub mark: u8,
}

/// The line before that of an admission: `ours` is a call from `from`, which knows it as `theirs`.
#[inline(always)]
pub const fn came_from(place: u16, row: Row, ours: Token, from: NodeId, theirs: Token) -> Record {
    let who = (from.index() as u64 & 0xffff) << 40 | (mark(theirs) as u64) << 32 | theirs.index as u64;
    let value = who | (mark(ours) as u64) << 56;
    Record { kind: Kind::CameFrom, row, place, call: ours.index, value }
}

/// A try of the call in the place `parent` of the table goes out, and is known as `branch`.
#[inline(always)]
pub const fn went_out(place: u16, row: Row, branch: Token, parent: Token) -> Record {
    let value = parent.index as u64 | (mark(branch) as u64) << 32 | (mark(parent) as u64) << 40;
    Record { kind: Kind::WentOut, row, place, call: branch.index, value }
}

/// A call from `from`, which knows it as `theirs`, does not come in.
pub const fn not_admitted(place: u16, row: Row, from: NodeId, theirs: Token, reason: Reason) -> Record {
    let who = (from.index() as u64 & 0xffff) << 40 | (mark(theirs) as u64) << 32;
    Record { kind: Kind::NotAdmitted, row, place, call: theirs.index, value: who | reason as u64 }
}

/// The next line of this place is of the call, or at a load of the user, in this place of the table.
pub const fn is_of(place: u16, row: Row, index: u32) -> Record {
    Record { kind: Kind::IsOf, row, place, call: index, value: 0 }
}

/// The next line of this load is of an answer to the user in this place of its table that came too late; its SLO.
pub const fn is_late(place: u16, row: Row, index: u32, slo: Span) -> Record {
    Record { kind: Kind::IsOf, row, place, call: index, value: slo.nanos() }
}

/// A change begins or ends to act on a place.
pub const fn acts(place: u16, change: u32, area: Area, on: bool) -> Record {
    let value = (area as u64) << 1 | on as u64;
    Record { kind: Kind::Acts, row: Row(0), place, call: change, value }
}

/// What of a tier a change acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Area {
    /// Calls on their way to it.
    Door = 0,
    /// How many of its calls fail.
    Errors = 1,
    /// Whether its replicas are there.
    Replicas = 2,
    /// How fast it serves.
    Speed = 3,
    /// Anything else.
    Other = 4,
}

impl Area {
    const ALL: [Area; 5] = [Area::Door, Area::Errors, Area::Replicas, Area::Speed, Area::Other];
}

/// The opposite of [`came_from`]: the caller, and which use of its place the call is.
#[inline(always)]
pub const fn caller_of(record: &Record) -> (Caller, u8) {
    let value = record.value;
    let caller = Caller { node: (value >> 40) as u16, index: value as u32, mark: (value >> 32) as u8 };
    (caller, (value >> 56) as u8)
}

/// The opposite of [`went_out`]: the place of the parent, its mark, and that of the branch.
#[inline(always)]
pub const fn parent_of(record: &Record) -> (u32, u8, u8) {
    (record.value as u32, (record.value >> 40) as u8, (record.value >> 32) as u8)
}

/// The opposite of [`not_admitted`].
pub const fn refused_of(record: &Record) -> (Caller, Reason) {
    let value = record.value;
    let caller = Caller { node: (value >> 40) as u16, index: record.call, mark: (value >> 32) as u8 };
    (caller, Reason::ALL[value as u8 as usize])
}

/// The opposite of [`acts`]: what it acts on, and whether it begins.
pub const fn area_of(record: &Record) -> (Area, bool) {
    (Area::ALL[(record.value >> 1) as usize], record.value & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_opened_again() {
        let (ours, theirs) =
            (Token { index: 7, generation: 0x8000_0105 }, Token { index: u32::MAX, generation: 2 });
        let from = NodeId::from_index(0xfffe);
        let record = came_from(3, Row(1), ours, from, theirs);
        let caller = Caller { node: 0xfffe, index: u32::MAX, mark: 2 };
        assert_eq!((record.call, caller_of(&record)), (7, (caller, 0x85)));
        let record = went_out(3, Row(1), ours, theirs);
        assert_eq!((record.call, parent_of(&record)), (7, (u32::MAX, 2, 0x85)));
        for reason in Reason::ALL {
            let record = not_admitted(3, Row(1), from, theirs, reason);
            assert_eq!(refused_of(&record), (caller, reason));
        }
        for area in Area::ALL {
            for on in [false, true] {
                assert_eq!(area_of(&acts(3, 9, area, on)), (area, on));
            }
        }
    }
}
