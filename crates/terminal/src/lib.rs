//! The terminal that a program on `brownout` runs at: what it says while it works, and how it is stopped.
//!
//! The two streams, bars, Ctrl-C, the paragraph of a broken invariant and the command that repeats it are the same for
//! every command, and know none of them.
//!
//! **Invariant:** all that is written goes through [`data`] and [`say`], which let no control character reach a
//! terminal but colours.
#![forbid(unsafe_code)]

mod again;
pub mod broken;
pub mod lab;
pub mod progress;
mod streams;

pub use again::{again, point_of, run_of};
pub use streams::{Unwritten, data, placed, say};
