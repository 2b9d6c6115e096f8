//! The events of a replica: a method for each, all optional.

use brownout_units::Span;

use crate::request::Identity;

/// Receives the events of a replica. Methods that are not overridden compile away.
///
/// Times are nanoseconds since the origin that the caller chose, and do not decrease from call to call. All events but
/// [`evicted`](Self::evicted) and [`worked`](Self::worked) are told at the very wake at which they happen.
#[allow(unused_variables, reason = "the names of the arguments are the documentation of an empty method")]
pub trait Listener {
    /// A request joined the running ones; `hit` tokens of its prompt came from the prefix cache or with the request.
    /// After a preemption it is admitted again.
    fn admitted(&mut self, at: Span, tag: u64, hit: u32) {}

    /// A running request lost its blocks to others; it waits, and will compute its context again.
    fn preempted(&mut self, at: Span, tag: u64) {}

    /// The prompt is computed and the first token is out. Told once, also if it is preempted later.
    fn first_token(&mut self, at: Span, tag: u64) {}

    /// The last of its `tokens` tokens is out.
    fn finished(&mut self, at: Span, tag: u64, tokens: u32) {}

    /// It was cancelled, with `tokens` generated in vain.
    fn cancelled(&mut self, at: Span, tag: u64, tokens: u32) {}

    /// It went down with the replica, with `tokens` generated in vain.
    fn lost(&mut self, at: Span, tag: u64, tokens: u32) {}

    /// The last cached block of a shared prefix or a conversation was reused. May be told late, at the
    /// end of the flight in which it happened.
    fn evicted(&mut self, at: Span, what: Identity) {}

    /// Steps were completed. Told at the end of a flight.
    fn worked(&mut self, work: Work) {}
}

/// Ignores everything.
impl Listener for () {}

/// The work of one flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// When it ended.
    pub at: Span,
    /// Steps executed or jumped over.
    pub steps: u64,
    /// Sequences that decoded one token in each of the steps.
    pub decodes: u64,
    /// Tokens of prompts, and of contexts lost to preemption, that were computed.
    pub prefilled: u64,
    /// Time of its first step, in femtoseconds. From it to `last` the steps grow by equal amounts.
    pub first: u64,
    /// Time of its last step, in femtoseconds.
    pub last: u64,
}
