//! Requests to a replica, and its answers.

use std::error::Error;
use std::fmt;

/// A request for tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The caller's name for it; comes back with each event.
    pub tag: u64,
    /// Tokens of the prompt, at least 1.
    pub prompt: u32,
    /// Tokens that it will generate, at least 1; cut where the context reaches the length of the model.
    pub output: u32,
    /// The lower, the more urgent. Ignored under [`Scheduling::Fcfs`](crate::Scheduling::Fcfs).
    pub priority: u8,
    /// What the start of its prompt has in common with other requests.
    pub prefix: Prefix,
    /// Tokens at the start of the prompt whose KV comes with the request, from a replica that only prefills; 0 in
    /// the ordinary case. Once preempted it must compute them itself.
    pub delivered: u32,
}

/// What the start of a prompt has in common with other prompts: first the shared part, then the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// A part that many conversations share, such as a system prompt.
    pub shared: Option<Shared>,
    /// The conversation it is a turn of.
    pub conversation: Option<Conversation>,
}

impl Prefix {
    /// Nothing in common with any other request.
    pub const NONE: Self = Self { shared: None, conversation: None };
}

/// A text that starts many prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The same for the same text.
    pub id: u64,
    /// Its tokens, counted from the start of the prompt.
    pub tokens: u32,
}

/// A conversation of several turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The same for all its turns.
    pub id: u64,
    /// Tokens of this prompt that were prompt or output of earlier turns, counted from the start of the prompt; they
    /// include the shared part.
    pub history: u32,
}

/// What was evicted from a prefix cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// A shared prefix, by its id.
    Shared(u64),
    /// A conversation, by its id.
    Conversation(u64),
}

/// Names a request inside the replica that accepted it.
///
/// It may outlive the request: calls with the ticket of an ended request are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

/// Why a request was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Without a prompt, or without a token to generate.
    Empty,
    /// The prompt leaves no room for an output in the length of the model.
    PromptTooLong,
    /// Prompt and output do not fit into the KV cache, were it empty.
    LargerThanCache,
    /// The replica takes no new requests.
    Draining,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a request needs at least one token of prompt and one of output",
            Self::PromptTooLong => "the prompt leaves no room for an output in the length of the model",
            Self::LargerThanCache => "prompt and output together are larger than the whole KV cache",
            Self::Draining => "the replica drains and takes no new requests",
        })
    }
}

impl Error for Rejection {}
