//! What the places and rows of a log stand for, as the protocol has it.

pub use brownout_protocol::{Books, Layout, Place};
