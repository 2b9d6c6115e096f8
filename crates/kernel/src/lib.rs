//! A discrete-event kernel: time, messages, streams, the log. It does not know what a request is.
#![forbid(unsafe_code)]

mod assembly;
pub mod calendar;
mod fingerprint;
mod log;
mod node;
mod sim;
mod stream;
mod time;

pub use assembly::Assembly;
pub use calendar::{LANES_MAX, LaneId, TimerId};
pub use fingerprint::mix;
pub use log::{Entry, Ignore, Keep, Observer};
pub use node::{Cx, NODES_MAX, Node, NodeId, World};
pub use sim::{INSTANT_MESSAGES_MAX, Sim};
pub use stream::Stream;
pub use time::Instant;
