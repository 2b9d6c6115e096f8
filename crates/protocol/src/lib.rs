//! The messages between the nodes of a service, and the records of its log.
//!
//! [`Msg`] is how a call, an answer or a cancellation travels; [`Wake`] is a node's message to itself; [`Record`] is
//! one line of the log. All three are small and flat, because they are copied millions of times a second.
#![forbid(unsafe_code)]

mod deadline;
pub mod explain;
mod kind;
mod layout;
mod message;
mod record;
mod sizes;
mod status;

pub use deadline::Deadline;
pub use explain::Reason;
pub use kind::Kind;
pub use layout::{Books, Layout, Place};
pub use message::{Call, Leave, Msg, Sample, Say, Token, Wake};
pub use record::{Record, Row};
pub use sizes::Sizes;
pub use status::Status;

use brownout_kernel::World;

/// The family of nodes that make up a service.
#[derive(Clone, Copy, Debug)]
pub struct Service;

impl World for Service {
    type Msg = Msg;
    type Wake = Wake;
    /// Nothing is shared: nodes communicate only by messages, as a parallel run would require.
    type Shared = ();
    type Record = Record;
}
