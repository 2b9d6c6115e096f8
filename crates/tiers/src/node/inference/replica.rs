//! One replica of a fleet: an engine, the timer that wakes it, and whether it serves.
//!
//! An engine has a clock of its own. While a replica hangs, that clock stops, and afterwards it lags by that time, so
//! the engine needs no notion of a hang.

use super::events::{EngineEvent, EventSink};
use crate::node::growth::Growth;
use crate::node::partial::Partial;
use brownout_inference::{Engine, Options, Progress};
use brownout_kernel::{Instant, TimerId};
use brownout_units::Span;

const FS_PER_NS: u128 = 1_000_000;

/// Whether a replica that is there can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    /// It works.
    Well,
    /// It crashed, and the fault is over: it restarts.
    Restarting,
    /// A fault keeps it down.
    Down,
}

/// The blocks of a replica whose clock is stopped: its engine does not see that they stay in use.
#[derive(Debug, Default)]
struct StoppedBlocks {
    /// Since when it has this number of blocks in use, or its clock is stopped.
    at: Instant,
    blocks: u32,
    /// Blocks times nanoseconds before that, since the start of the run.
    held: u128,
    /// The most that lasted, since the last sample.
    peak: u32,
}

pub(super) struct Replica {
    pub(super) engine: Engine,
    pub(super) health: Health,
    /// Requests that were sent here since the last sample.
    pub(super) sent: u32,
    /// The number of its current start; timers of earlier ones are ignored.
    pub(super) starts: u32,
    /// The factor on step times while it is cold.
    pub(super) cold: f64,
    /// The active faults here, by their place in the model.
    pub(super) on: Vec<u32>,
    /// Whether a part of its answers are errors.
    pub(super) errors: f64,
    /// Faults of some paths only, if any are active.
    pub(super) partial: Option<Box<Partial>>,
    /// It is in another cloud: its messages arrive this much later.
    pub(super) away: Span,
    pub(super) timer: TimerId,
    /// When that timer fires.
    pub(super) armed: Option<Instant>,
    /// How much its clock lags, and since when it is stopped.
    late: Span,
    stands: Option<Instant>,
    /// Since when it has been computing, and how long it did before.
    computes: Option<Instant>,
    computed: Span,
    computed_told: Span,
    /// What earlier samples have recorded.
    pub(super) told: Progress,
    held_told: Growth,
    stopped: StoppedBlocks,
    /// When the KV cache that it hands over next can leave.
    pub(super) link_free: Instant,
}

impl StoppedBlocks {
    /// Accounts the stopped time until `now`.
    fn advance(&mut self, now: Instant) {
        if self.at < now {
            self.held += u128::from(self.blocks) * u128::from((now - self.at).nanos());
            self.peak = self.peak.max(self.blocks);
            self.at = now;
        }
    }
}

impl Replica {
    /// An idle replica with an empty cache.
    ///
    /// # Panics
    /// If the options contradict themselves: the scenario has checked them.
    pub(super) fn new(options: &Options) -> Self {
        Replica {
            engine: Engine::new(options.clone()).expect("the scenario has checked the engine"),
            health: Health::Well,
            sent: 0,
            starts: 0,
            cold: 1.0,
            away: Span::ZERO,
            on: Vec::new(),
            errors: 0.0,
            partial: None,
            timer: TimerId::default(),
            armed: None,
            late: Span::ZERO,
            stands: None,
            computes: None,
            computed: Span::ZERO,
            computed_told: Span::ZERO,
            told: Progress::default(),
            held_told: Growth::default(),
            stopped: StoppedBlocks::default(),
            link_free: Instant::ZERO,
        }
    }

    /// The time on its own clock.
    #[inline]
    pub(super) fn clock(&self, now: Instant) -> Span {
        let at = self.stands.unwrap_or(now);
        Span::from_nanos(at.nanos() - self.late.nanos())
    }

    /// When it has to be woken, by the clock of the world.
    #[inline]
    pub(super) fn wake(&self) -> Option<Instant> {
        if self.stands.is_some() {
            return None;
        }
        self.engine.next_wake().map(|wake| Instant::ZERO + wake + self.late)
    }

    /// Whether its clock is stopped.
    pub(super) fn hangs(&self) -> bool {
        self.stands.is_some()
    }

    /// Stops its clock, or lets it go on.
    pub(super) fn hang(&mut self, hangs: bool, now: Instant) {
        match (self.stands, hangs) {
            (None, true) => {
                self.stands = Some(now);
                let blocks = self.blocks_used(now);
                (self.stopped.at, self.stopped.blocks) = (now, blocks);
            }
            (Some(since), false) => {
                self.stopped.advance(now);
                self.late = self.late.saturating_add(now - since);
                self.stands = None;
            }
            _ => {}
        }
    }

    /// Runs what is due and collects its events.
    #[inline]
    pub(super) fn advance(&mut self, at: usize, now: Instant, heard: &mut Vec<EngineEvent>) {
        let clock = self.clock(now);
        self.engine.advance(clock, &mut EventSink { heard, replica: at as u16 });
    }

    /// Accounts for compute time, and for blocks while its clock is stopped.
    #[inline]
    pub(super) fn note_computing(&mut self, now: Instant) {
        if self.stands.is_some() {
            self.account_stopped(now);
        }
        let computes = self.stands.is_none() && self.engine.next_wake().is_some();
        match (self.computes, computes) {
            (None, true) => self.computes = Some(now),
            (Some(since), false) => {
                self.computed = self.computed.saturating_add(now - since);
                self.computes = None;
            }
            _ => {}
        }
    }

    /// How long it computed since the start of the run.
    pub(super) fn computed(&self, now: Instant) -> Span {
        let going = self.computes.map_or(Span::ZERO, |since| now - since);
        self.computed.saturating_add(going)
    }

    #[cold]
    fn account_stopped(&mut self, now: Instant) {
        self.stopped.advance(now);
        self.stopped.blocks = self.blocks_used(now);
    }

    fn blocks_used(&self, now: Instant) -> u32 {
        self.engine.options().blocks - self.engine.blocks_free(self.clock(now))
    }

    /// Blocks of its cache times nanoseconds that they were in use, since this was asked last.
    pub(super) fn take_blocks_held(&mut self, now: Instant) -> u128 {
        if self.stands.is_some() {
            self.stopped.advance(now);
        }
        let held = self.engine.blocks_held(self.clock(now)) / FS_PER_NS + self.stopped.held;
        self.held_told.more(held)
    }

    /// The most blocks in use at once since this was asked last. Asked after the time that they were in use.
    pub(super) fn take_blocks_peak(&mut self, now: Instant) -> u32 {
        let clock = self.clock(now);
        let still = std::mem::take(&mut self.stopped.peak);
        self.engine.take_blocks_peak(clock).max(still)
    }

    /// How long it computed since this was asked last.
    pub(super) fn take_computed(&mut self, now: Instant) -> Span {
        let computed = self.computed(now);
        let before = std::mem::replace(&mut self.computed_told, computed);
        computed - before
    }
}
