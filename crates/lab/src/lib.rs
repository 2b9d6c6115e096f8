//! A scenario and a seed in, observations out; many of them in parallel. The only crate that knows threads.
//!
//! Replication `n` of a scenario is the run with replication number `n` under the scenario's seed: its draws depend on
//! nothing else, so the result is the same on one thread or sixty-four.
#![forbid(unsafe_code)]

mod batch;
mod run;

pub use batch::replicate_all;
pub use brownout_model::layout;
pub use run::{Error, Progress, Silent, replicate, run};
