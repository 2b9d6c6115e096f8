//! Who lives in the service: loads, tiers, links, balancers, and what goes wrong with them.
//!
//! [`model`] is the plain data that a scenario compiles to; [`build`] turns it into nodes on a kernel. Decisions are
//! pure state machines (`pure`, `control`), nodes act on them (`node`).
#![forbid(unsafe_code)]

mod build;
mod control;
pub mod model;
mod node;
mod pure;

pub use build::build;
