//! One replication: a simulation, its observer, and its advance from one requested instant to the next.

use crate::layout;
use brownout_kernel::{Instant, Sim};
use brownout_model::Model;
use brownout_observe::{Digest, Keep, Legend, Recorder};
use brownout_protocol::Service;
use brownout_tiers::{Resident, build, build_explained};
use brownout_units::Span;
use std::sync::Arc;

/// Progress of runs; it may ask to stop them.
pub trait Progress: Sync {
    /// Replication `replication` has simulated up to `at` with this many events; false asks to stop.
    fn at(&self, replication: u64, at: Span, events: u64) -> bool;

    /// The thread that calls this begins replication `replication`, or a run beside it.
    fn begins(&self, _replication: u64) {}

    /// A run beside a replication goes on; false asks to stop.
    fn beside(&self) -> bool {
        true
    }
}

/// Reports nothing, and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn at(&self, _: u64, _: Span, _: u64) -> bool {
        true
    }
}

/// Why there is no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Progress asked to stop.
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
/// A driver is asked whether to go on at least this often: a machine takes less than 100 ms for as many events.
const PART: u64 = 1 << 16;

/// How far an advance came.
enum Reached {
    /// [`PART`] events, and not yet the next instant at which something ends.
    Part,
    /// That instant, and whether it was the end of a window.
    Step(bool),
    /// The end of the run.
    End,
}

/// What is simulated: a model under one seed, and the number of the replication.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// The service.
    pub model: &'a Model,
    /// Of the first replication.
    pub seed: u64,
    /// Which one; its draws depend on nothing else.
    pub replication: u64,
}

/// The simulation, whose log explains only where that is asked for.
fn built(of: Of<'_>, keep: &Keep) -> Sim<Service, Resident> {
    let build = if keep.provenance { build_explained } else { build };
    build(of.model, of.seed, of.replication)
}

/// A replication under way.
///
/// It advances from one instant at which a requested item ends (a window, a stretch, a step of an extreme) to the next.
/// A run in pieces writes the same log as a run at once.
pub struct Run {
    sim: Sim<Service, Resident>,
    recorder: Recorder,
    replication: u64,
    at: Span,
    events: u64,
}

impl Run {
    /// One that has not begun. `legend` is that of the model, of which every replication shares one.
    pub fn new(of: Of<'_>, legend: &Arc<Legend>, keep: Keep) -> Self {
        let sim = built(of, &keep);
        Run::of(sim, Recorder::new(Arc::clone(legend), keep), of.replication)
    }

    fn of(sim: Sim<Service, Resident>, recorder: Recorder, replication: u64) -> Self {
        Run { sim, recorder, replication, at: Span::ZERO, events: 0 }
    }

    /// How far it is.
    pub fn at(&self) -> Span {
        self.at
    }

    /// Messages and timers so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// What has been recorded so far.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// On to the next instant at which something ends, and whether that was a window; none at the end of the run.
    ///
    /// # Errors
    /// If it has grown past its limit.
    ///
    /// # Panics
    /// If an invariant of the simulator is broken: a wrong number is worse than none.
    pub fn advance(&mut self) -> Result<Option<bool>, Error> {
        loop {
            match self.advance_part()? {
                Reached::Part => {}
                Reached::Step(window) => return Ok(Some(window)),
                Reached::End => return Ok(None),
            }
        }
    }

    /// The same in parts of at most [`PART`] events, which write the same log.
    fn advance_part(&mut self) -> Result<Reached, Error> {
        let Some(next) = self.recorder.next() else { return Ok(Reached::End) };
        let (events, done) = self.sim.run_part(Instant::ZERO + next, PART, &mut self.recorder);
        self.events += events;
        self.at = if done { next } else { self.sim.now() - Instant::ZERO };
        if EVENTS_MAX < self.events {
            let (replication, at) = (self.replication, self.at);
            return Err(Error::TooManyEvents { replication, at, limit: EVENTS_MAX });
        }
        if !done {
            return Ok(Reached::Part);
        }
        self.sim.sample(&mut self.recorder);
        Ok(Reached::Step(self.recorder.reach(next)))
    }

    /// Ends it where it is, and gives what it leaves.
    ///
    /// # Panics
    /// If the books do not balance.
    pub fn finish(mut self) -> Digest {
        self.sim.finish(&mut self.recorder);
        self.recorder.finish(self.events)
    }
}

/// One replication, from its beginning to its end.
///
/// # Errors
/// If it is interrupted or grows past its limit.
///
/// # Panics
/// If an invariant of the simulator is broken.
pub fn run(of: Of<'_>, legend: &Arc<Legend>, keep: &Keep, progress: &dyn Progress) -> Result<Digest, Error> {
    progress.begins(of.replication);
    let asks = |at, events| {
        let goes_on = progress.at(of.replication, at, events);
        if goes_on { Ok(()) } else { Err(Error::Interrupted { replication: of.replication, at }) }
    };
    // Of a service of 1,000 tiers, nodes and tables take some 50 ms each until they stand.
    asks(Span::ZERO, 0)?;
    let sim = built(of, keep);
    asks(Span::ZERO, 0)?;
    let mut run = Run::of(sim, Recorder::new(Arc::clone(legend), keep.clone()), of.replication);
    asks(Span::ZERO, 0)?;
    while !matches!(run.advance_part()?, Reached::End) {
        asks(run.at(), run.events())?;
    }
    Ok(run.finish())
}

/// One replication of a model of which nothing is asked but the time after the warm-up and, if `windows`, lines over
/// time; and its legend.
///
/// # Errors
/// As [`run`].
pub fn run_whole(of: Of<'_>, windows: bool, progress: &dyn Progress) -> Result<(Arc<Legend>, Digest), Error> {
    let legend = Arc::new(Legend::new(layout(of.model)));
    let keep = Keep::new(&legend.layout, [], windows);
    let digest = run(of, &legend, &keep, progress)?;
    Ok((legend, digest))
}
