//! Who lives in the service: loads, tiers, links, balancers, and what goes wrong with them.
//!
//! [`model`] is the plain data that a scenario compiles to; [`build`] turns it into nodes on a kernel.
#![forbid(unsafe_code)]

pub mod model;
