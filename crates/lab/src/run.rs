//! One replication after another, or all at once.

use crate::layout;
use crate::pool::map_jobs;
use brownout_kernel::Instant;
use brownout_observe::{Observations, Recorder};
use brownout_tiers::{build, model::Model};
use brownout_units::Span;

/// Told about runs while they go; it may be asked to stop them.
pub trait Progress: Sync {
    /// Replication `replication` has simulated up to `at` with so many events; false asks to stop.
    fn at(&self, replication: u64, at: Span, events: u64) -> bool;
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn at(&self, _: u64, _: Span, _: u64) -> bool {
        true
    }
}

/// Why there are no observations.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Progress said so.
    #[error("interrupted at {at} of replication {replication}")]
    Interrupted {
        /// Which.
        replication: u64,
        /// Simulated time.
        at: Span,
    },
    /// A run grew past its limit.
    #[error(
        "replication {replication} passed {limit} events at {at}: shorten the run, thin the load, or raise the limit"
    )]
    TooManyEvents {
        /// Which.
        replication: u64,
        /// Simulated time.
        at: Span,
        /// How many are allowed.
        limit: u64,
    },
    /// The machine gives no threads.
    #[error("no threads: {0}")]
    Threads(String),
}

/// A run that delivers more is stopped: about a day of one core.
const EVENTS_MAX: u64 = 1_000_000_000_000;

/// One replication.
///
/// # Errors
/// If it is interrupted or grows past its limit.
///
/// # Panics
/// If an invariant of the simulator is broken: a wrong number is worse than none.
pub fn run(
    model: &Model,
    seed: u64,
    replication: u64,
    progress: &dyn Progress,
) -> Result<Observations, Error> {
    let layout = layout(model);
    let mut sim = build(model, seed, replication);
    let windows = layout.windows();
    let ends: Vec<Span> = (0..windows).map(|at| layout.bounds(at).1).collect();
    let mut recorder = Recorder::new(layout);
    let mut events = 0;
    for end in ends {
        let at = Instant::ZERO + end;
        events += sim.run_until(at, &mut recorder);
        sim.sample(&mut recorder);
        recorder.close_window(at);
        if EVENTS_MAX < events {
            return Err(Error::TooManyEvents { replication, at: end, limit: EVENTS_MAX });
        }
        if !progress.at(replication, end, events) {
            return Err(Error::Interrupted { replication, at: end });
        }
    }
    sim.finish(&mut recorder);
    Ok(recorder.finish(Instant::ZERO + model.duration, events))
}

/// Replications 0, 1, … in their order, on so many threads (0: as many as there are cores).
///
/// # Errors
/// As [`run`]: the first of the replications that failed.
pub fn replicate(
    model: &Model,
    seed: u64,
    replications: u32,
    threads: usize,
    progress: &dyn Progress,
) -> Result<Vec<Observations>, Error> {
    let all: Vec<u64> = (0..u64::from(replications)).collect();
    map_jobs(threads, &all, |&replication| run(model, seed, replication, progress))
}
