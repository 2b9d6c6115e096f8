//! Thousands of runs under one bar.

use crate::broken;
use brownout::units::Span;
use brownout::words::screen::Running;
use brownout::{Address, Begun, Store as _, Watch};
use brownout_host::store::Folder;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Runs on their way.
pub struct Many {
    drawn: ProgressBar,
    counts: Arc<Counts>,
    /// Where it is looked up whether a simulation was run before, if that is asked.
    known: Option<Folder>,
    /// The first replications that were run here.
    begun: Mutex<BTreeSet<Address>>,
}

/// Runs that the store did not have.
#[derive(Clone, Copy, Debug, Default)]
pub struct New {
    /// All of them.
    pub runs: u64,
    /// Those of simulations of which it had another replication before.
    pub of_known: u64,
}

#[derive(Default)]
struct Counts {
    new: AtomicU64,
    of_known: AtomicU64,
    done: AtomicU64,
    reused: AtomicU64,
    events: AtomicU64,
}

impl Many {
    /// About so many runs; hidden if quiet, or if standard error is no terminal.
    pub fn new(label: &str, runs: u64, quiet: bool, known: Option<Folder>) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let drawn = ProgressBar::with_draw_target(Some(runs), target);
        let counts = Arc::new(Counts::default());
        drawn.set_style(style(&counts));
        drawn.set_message(label.to_owned());
        Many { drawn, counts, known, begun: Mutex::default() }
    }

    /// How many runs the store had.
    pub fn reused(&self) -> u64 {
        self.counts.reused.load(Ordering::Relaxed)
    }

    /// Runs that the store did not have.
    pub fn new_ones(&self) -> New {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        New { runs: of(&self.counts.new), of_known: of(&self.counts.of_known) }
    }

    /// Whether the store had another replication of this simulation before this process began.
    fn was_known(&self, run: &Begun<'_>) -> bool {
        let Some(store) = &self.known else { return false };
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if run.address == run.first {
            begun.insert(run.first);
            return false;
        }
        !begun.contains(&run.first) && store.get(run.first).is_some()
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.drawn.finish_and_clear();
    }
}

impl Watch for Many {
    fn goes_on(&self) -> bool {
        super::goes_on()
    }

    fn begins(&self, run: &Begun<'_>) {
        self.counts.new.fetch_add(1, Ordering::Relaxed);
        if self.was_known(run) {
            self.counts.of_known.fetch_add(1, Ordering::Relaxed);
        }
        let running = Running {
            scenario: run.case.scenario.hash,
            variant: run.case.name().to_owned(),
            seed: run.case.scenario.seed,
            replication: run.replication,
            at: Span::ZERO,
        };
        broken::begins_kept(running, run.address);
        #[cfg(debug_assertions)]
        break_for_a_test(run);
    }

    fn reaches(&self, at: Span) {
        broken::reaches(at);
    }

    fn ends(&self, events: Option<u64>) {
        let done = self.counts.done.fetch_add(1, Ordering::Relaxed) + 1;
        match events {
            Some(events) => self.counts.events.fetch_add(events, Ordering::Relaxed),
            None => self.counts.reused.fetch_add(1, Ordering::Relaxed),
        };
        if self.drawn.length().is_some_and(|length| length < done) {
            self.drawn.set_length(done);
        }
        self.drawn.inc(1);
    }
}

/// Nothing breaks by itself while it is tested what is done when it does: the run whose scenario and replication are
/// in the environment does.
#[cfg(debug_assertions)]
fn break_for_a_test(run: &Begun<'_>) {
    let asked = std::env::var("BROWNOUT_TEST_BREAKS").unwrap_or_default();
    let this = format!("{:016x}/{}", run.case.scenario.hash, run.replication);
    let any = format!("any/{}", run.replication);
    assert!(asked.is_empty() || (asked != this && asked != any), "asked for by a test");
}

fn style(counts: &Arc<Counts>) -> ProgressStyle {
    let of = Arc::clone(counts);
    let speed = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let rate = of.events.load(Ordering::Relaxed) as f64 / state.elapsed().as_secs_f64().max(1e-3);
        let _ = write!(out, "{:.1} M events/s", rate / 1e6);
    };
    let of = Arc::clone(counts);
    let reused = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
        let reused = of.reused.load(Ordering::Relaxed);
        let _ = if reused == 0 { Ok(()) } else { write!(out, "({reused} from the store)") };
    };
    let left = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = match state.elapsed().as_secs() {
            0 => write!(out, "…"),
            _ => write!(out, "{} left", HumanDuration(state.eta())),
        };
    };
    ProgressStyle::with_template("{msg} {bar:16} {pos} of {len} runs {reused}  {speed}  {left}")
        .expect("the template is right")
        .progress_chars("━╸─")
        .with_key("speed", speed)
        .with_key("reused", reused)
        .with_key("left", left)
}
