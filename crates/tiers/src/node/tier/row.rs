//! The rows of a tier's tables: a call that is inside, and a call that it makes.

use crate::pure::slab::SlabRow;
use brownout_kernel::{Instant, NodeId, TimerId};
use brownout_protocol::{Row, Sizes, Status, Token};
use brownout_units::Span;

/// A call that is inside the tier: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Call {
    /// When it was admitted.
    pub(super) admitted: Instant,
    /// When this stage began.
    pub(super) since: Instant,
    /// The caller's token for it.
    pub(super) theirs: Token,
    /// The client's key; at a cache, the key it asked for.
    pub(super) key: u64,
    pub(super) sizes: Sizes,
    pub(super) stage: Stage,
    pub(super) generation: u32,
    pub(super) from: NodeId,
    pub(super) replica: u16,
    pub(super) path: u8,
    pub(super) attempt: u8,
    pub(super) flags: u8,
    /// Of the log.
    pub(super) row: Row,
}

/// What a call is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    /// It waits for a worker; the timer is that of its caller's patience.
    Waiting(TimerId),
    /// A worker is on it until the timer.
    Serving(TimerId),
    /// It shares the processors with others; the replica has the timer.
    Shared,
    /// Its service is suspended, with this much left, because the replica hangs.
    Frozen(Left),
    /// It was preempted and waits for a worker, with this much left.
    Preempted(Left),
    /// The calls that it makes are out.
    Out {
        /// The first of them, in the table of branches.
        branch: u32,
        /// How many are still to be answered.
        open: u16,
        /// Which of the tier's calls it is at.
        step: u8,
    },
}

/// A span in two halves, so that a stage stays at twelve bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left(u32, u32);

impl From<Span> for Left {
    fn from(span: Span) -> Self {
        Left(span.nanos() as u32, (span.nanos() >> 32) as u32)
    }
}

impl From<Left> for Span {
    fn from(left: Left) -> Self {
        Span::from_nanos(u64::from(left.0) | u64::from(left.1) << 32)
    }
}

const _: () = assert!(size_of::<Stage>() == 12 && size_of::<Call>() == 64);

/// The user's token has expired.
pub(super) const STALE: u8 = 1;
/// The caller has left; the work goes on and is counted.
pub(super) const ORPHAN: u8 = 2;
/// Its client wants to know when the first token is out.
pub(super) const STREAMS: u8 = 4;
/// A cache did not have it, and others may wait for its fill.
pub(super) const FETCHES: u8 = 8;
/// It is served in a cheaper way, without optional calls.
pub(super) const LITE: u8 = 16;
/// It came from another zone, and so its answer takes longer.
pub(super) const CROSSED: u8 = 32;
/// Its worker only writes a refusal or an error: status and `Retry-After` are in its key.
pub(super) const REFUSAL: u8 = 64;
/// Policies at the door do not count it as inside.
pub(super) const UNCOUNTED: u8 = 128;

/// In place of its caller's token: that caller has cancelled it, and it goes on for others.
pub(super) const UNANSWERED: Token = Token { index: u32::MAX, generation: u32::MAX };

impl Call {
    pub(super) fn new(call: &brownout_protocol::Call, replica: usize, now: Instant) -> Self {
        Call {
            admitted: now,
            since: now,
            theirs: call.token,
            key: call.key,
            sizes: call.sizes,
            stage: Stage::Waiting(TimerId::default()),
            generation: 0,
            from: call.from,
            replica: replica as u16,
            path: call.path,
            attempt: call.attempt,
            row: Row::new(call.path, 0 < call.attempt),
            flags: if call.stale { STALE } else { 0 }
                | if call.orphan { ORPHAN } else { 0 }
                | if call.streams { STREAMS } else { 0 },
        }
    }

    /// It has made a call directly, under its own token.
    #[inline]
    pub(super) fn message(&self, token: Token, tries: u8, me: NodeId) -> brownout_protocol::Call {
        brownout_protocol::Call {
            path: self.path,
            attempt: self.attempt.saturating_add(tries),
            stale: self.has(STALE),
            orphan: self.has(ORPHAN),
            streams: self.has(STREAMS),
            zone: 0,
            crossed: false,
            from: me,
            token,
            key: self.key,
            sizes: self.sizes,
            deadline: brownout_protocol::Deadline::NONE,
        }
    }

    /// It is in a queue.
    #[inline]
    pub(super) fn waits(&self) -> bool {
        matches!(self.stage, Stage::Waiting(_) | Stage::Preempted(_))
    }

    /// A worker is on it.
    #[inline]
    pub(super) fn served(&self) -> bool {
        matches!(self.stage, Stage::Serving(_) | Stage::Shared | Stage::Frozen(_))
    }

    #[inline]
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl SlabRow for Call {
    #[inline]
    fn generation(&self) -> u32 {
        self.generation
    }
    #[inline]
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}

/// One call that a call makes: the row whose token the callee answers to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    /// When this try began.
    pub(super) since: Instant,
    /// The wait before this try, for decorrelated jitter.
    pub(super) waited: Span,
    /// The call that makes it.
    pub(super) parent: Token,
    /// The timeout of this try, or the wait before the next.
    pub(super) timer: TimerId,
    generation: u32,
    /// The next one of the same parent, and the one before: a fork of ten thousand is joined one by one.
    pub(super) next: u32,
    pub(super) before: u32,
    pub(super) step: u8,
    /// How many tries came before this one.
    pub(super) tries: u8,
    /// A try is out now.
    pub(super) out: bool,
    /// The other one, where two tries of one call are out.
    pub(super) twin: u32,
    /// When it is late.
    pub(super) late: TimerId,
    /// It is the second of two.
    pub(super) hedge: bool,
    /// It is with the fallback of its call.
    pub(super) fell: bool,
    /// How the try before this one ended.
    pub(super) last: Status,
}

/// The end of a list of branches.
pub(super) const NONE: u32 = u32::MAX;

impl Branch {
    pub(super) fn new(parent: Token, step: usize, next: u32) -> Self {
        Branch {
            since: Instant::ZERO,
            waited: Span::ZERO,
            parent,
            timer: TimerId::default(),
            generation: 0,
            next,
            before: NONE,
            step: step as u8,
            tries: 0,
            out: false,
            twin: NONE,
            late: TimerId::default(),
            hedge: false,
            fell: false,
            last: Status::Ok,
        }
    }
}

impl SlabRow for Branch {
    #[inline]
    fn generation(&self) -> u32 {
        self.generation
    }
    #[inline]
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}
