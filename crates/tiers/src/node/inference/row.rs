//! The row of a request that is inside a fleet.

use crate::pure::slab;
use brownout_inference::Ticket;
use brownout_kernel::{Instant, NodeId};
use brownout_protocol::{self as protocol, Row, Token};

/// A request that is inside: eighty bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// When it was admitted.
    pub(super) admitted: Instant,
    /// When this stage began.
    pub(super) since: Instant,
    /// When its first token was out; [`Instant::END`] before.
    pub(super) first: Instant,
    /// The caller's token for it.
    pub(super) theirs: Token,
    /// The user's key, which also identifies the conversation.
    pub(super) key: u64,
    /// The engine's ticket for it.
    pub(super) ticket: Option<Ticket>,
    /// Tokens of the prompt of this pass, and of the answer.
    pub(super) prompt: u32,
    pub(super) output: u32,
    /// Tokens of the prompt that were read or written before.
    pub(super) history: u32,
    generation: u32,
    pub(super) from: NodeId,
    pub(super) replica: u16,
    pub(super) path: u8,
    pub(super) attempt: u8,
    pub(super) flags: u8,
    pub(super) stage: Stage,
    /// Passes that follow this one.
    pub(super) passes: u8,
}

const _: () = assert!(size_of::<Call>() <= 80);

/// What a request is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It has just been offered to a replica.
    Offered,
    /// It waits to be admitted to a batch for the first time.
    Waiting,
    /// It waits again: it was preempted, or another pass or replica comes next.
    Again,
    /// It is in a batch.
    Running,
    /// Its KV cache is on the way to another replica.
    Moving,
}

/// The caller has left; the work goes on and is counted.
pub(super) const ORPHAN: u8 = 1;
/// The caller has cancelled it: no answer is wanted.
pub(super) const CANCELLED: u8 = 2;
/// The client wants to know when the first token is out.
pub(super) const STREAMS: u8 = 4;
/// Its prompt is counted.
pub(super) const COUNTED: u8 = 8;
/// It is at a replica that only prefills.
pub(super) const PREFILLS: u8 = 16;
/// Its KV cache came from such a replica, and with it the first token.
pub(super) const MOVED: u8 = 32;
/// It came from another zone, and so its answer takes longer.
pub(super) const CROSSED: u8 = 64;

impl Call {
    pub(super) fn new(call: &protocol::Call, replica: usize, now: Instant) -> Self {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        Call {
            admitted: now,
            since: now,
            first: Instant::END,
            theirs: call.token,
            key: call.key,
            ticket: None,
            prompt: call.sizes.prompt(),
            output: call.sizes.output(),
            history: call.sizes.history(),
            generation: 0,
            from: call.from,
            replica: replica as u16,
            path: call.path,
            attempt: call.attempt,
            flags: flag(call.orphan, ORPHAN) | flag(call.streams, STREAMS) | flag(call.crossed, CROSSED),
            stage: Stage::Offered,
            passes: 0,
        }
    }

    #[inline]
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// It is in a queue.
    #[inline]
    pub(super) fn waits(&self) -> bool {
        matches!(self.stage, Stage::Waiting | Stage::Again | Stage::Moving)
    }

    /// The row of the log for it.
    #[inline]
    pub(super) fn row(&self) -> Row {
        Row::new(self.path, 0 < self.attempt)
    }
}

impl slab::SlabRow for Call {
    #[inline]
    fn generation(&self) -> u32 {
        self.generation
    }
    #[inline]
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}
