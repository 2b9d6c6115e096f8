//! The behaviour of a service: loads, tiers, links, balancers, and their faults.
//!
//! [`brownout_model`] is the plain data that a scenario compiles to; [`build`] turns it into nodes on a kernel.
//! Decisions are pure state machines (`pure`, `control`, and [`policy`] for what keeps a service up), nodes act on them
//! (`node`).
#![forbid(unsafe_code)]

mod build;
mod control;
mod node;
pub mod policy;
mod pure;

pub use build::{build, build_explained, build_general};
pub use node::resident::Resident;
