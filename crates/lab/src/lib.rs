//! A model and a seed in, digests out; many of them in parallel. The only crate that knows threads.
//!
//! Replication `n` of a model is the run with replication number `n` under the seed: its draws depend on nothing else,
//! so the result is the same on one thread or sixty-four.
#![forbid(unsafe_code)]

mod beside;
mod jobs;
mod pool;
mod run;

pub use beside::{Beside, fold_beside, run_beside};
/// The simulation itself, as a number that is raised whenever a fingerprint or what a digest has changes: what was run
/// before it is not reused. `tests/swarm/same.rs` asks for that.
pub const SIMULATION: u32 = 2;

pub use brownout_model::layout;
pub use jobs::{Point, run_all};
pub use pool::{map, overlap};
pub use run::{Error, Of, Progress, Run, Silent, run, run_whole};
