//! How far the runs are: a bar on standard error, and the place where Ctrl-C is noticed.

pub mod many;
pub mod memory;

use crate::broken;
use brownout::units::Span;
use brownout::words::number::grouped;
use brownout::words::screen::Running;
use brownout::{Case, Progress};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// No run looks whether there was a Ctrl-C, and nothing is lost by stopping.
static DEAF: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C asks the runs to stop, and the second one stops the program.
pub fn watch_for_interrupts() {
    // Without a handler the first Ctrl-C stops the program, as it would anyway.
    let _ = ctrlc::set_handler(|| {
        let deaf = DEAF.load(Ordering::Relaxed);
        if INTERRUPTED.swap(true, Ordering::Relaxed) || deaf {
            if deaf {
                crate::say("interrupted while the numbers were worked out. Nothing was written.\n");
            }
            std::process::exit(130);
        }
    });
}

/// Whether nothing asks runs to stop: neither Ctrl-C nor memory that runs out.
fn goes_on() -> bool {
    !(INTERRUPTED.load(Ordering::Relaxed) || memory::is_full())
}

/// Does something that cannot ask whether it shall stop: meanwhile the first Ctrl-C stops the program.
pub fn without_asking<T>(work: impl FnOnce() -> T) -> T {
    DEAF.store(true, Ordering::Relaxed);
    let done = work();
    DEAF.store(false, Ordering::Relaxed);
    done
}

/// Real time: how long the machine takes is the one thing here that two runs may differ in.
#[allow(clippy::disallowed_methods, reason = "the command line measures the machine, not the model")]
pub fn now() -> Instant {
    Instant::now()
}

/// The day, by the clock and zone of the machine: from which a plan counts its months.
pub fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// How many runs the machine takes at a time.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Replications of several cases on their way, under one bar.
pub struct Bars {
    drawn: ProgressBar,
    events: Arc<AtomicU64>,
    done: Arc<AtomicU64>,
    cases: Vec<Bar>,
}

/// Those of one case.
pub struct Bar {
    drawn: ProgressBar,
    /// Simulated nanoseconds and events of each replication.
    replications: Vec<[AtomicU64; 2]>,
    /// The number of the first of them.
    first: u64,
    duration: Span,
    /// What a broken invariant says of its runs.
    of: Running,
    events: Arc<AtomicU64>,
    done: Arc<AtomicU64>,
}

impl Bars {
    /// A bar for all replications of some cases; hidden if quiet, or if standard error is no terminal.
    pub fn new(label: &str, cases: &[Case], quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let (events, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let replications = |case: &Case| u64::from(case.scenario.replications);
        let total =
            cases.iter().map(|case| case.scenario.model.duration.nanos() / MILLI * replications(case)).sum();
        let drawn = ProgressBar::with_draw_target(Some(total), target);
        let all = cases.iter().map(replications).sum();
        drawn.set_style(style(Arc::clone(&events), Arc::clone(&done), all));
        drawn.set_message(label.to_owned());
        let bar = |case: &Case| Bar {
            drawn: drawn.clone(),
            replications: (0..replications(case)).map(|_| [const { AtomicU64::new(0) }; 2]).collect(),
            first: case.first,
            duration: case.scenario.model.duration,
            of: Running {
                scenario: case.scenario.hash,
                variant: case.name().to_owned(),
                seed: case.scenario.seed,
                replication: 0,
                at: Span::ZERO,
            },
            events: Arc::clone(&events),
            done: Arc::clone(&done),
        };
        Bars { cases: cases.iter().map(bar).collect(), drawn, events, done }
    }

    /// What each case reports to.
    pub fn cases(&self) -> &[Bar] {
        &self.cases
    }

    /// What was done when they were interrupted; of runs that were not all done nothing is kept.
    pub fn interrupted(&self) -> String {
        let all: usize = self.cases.iter().map(|case| case.replications.len()).sum();
        format!(
            "interrupted: {} of {all} replications were done, after {} events. Nothing was written.",
            self.done.load(Ordering::Relaxed),
            grouped(self.events.load(Ordering::Relaxed)),
        )
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.drawn.finish_and_clear();
    }
}

const MILLI: u64 = 1_000_000;

impl Progress for Bar {
    fn begins(&self, replication: u64) {
        broken::begins(Running { replication, ..self.of.clone() });
    }

    fn at(&self, replication: u64, at: Span, events: u64) -> bool {
        broken::reaches(at);
        let Some([time_before, events_before]) = self.replications.get((replication - self.first) as usize)
        else {
            return true;
        };
        let millis = at.nanos() / MILLI;
        // Each replication is on one thread, so no other one moves these two.
        self.drawn.inc(millis.saturating_sub(time_before.swap(millis, Ordering::Relaxed)));
        let more = events.saturating_sub(events_before.swap(events, Ordering::Relaxed));
        self.events.fetch_add(more, Ordering::Relaxed);
        if self.duration <= at {
            self.done.fetch_add(1, Ordering::Relaxed);
        }
        goes_on()
    }

    fn beside(&self) -> bool {
        goes_on()
    }
}

fn style(events: Arc<AtomicU64>, done: Arc<AtomicU64>, replications: u64) -> ProgressStyle {
    let speed = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let rate = events.load(Ordering::Relaxed) as f64 / state.elapsed().as_secs_f64().max(1e-3);
        let _ = write!(out, "{:.1} M events/s", rate / 1e6);
    };
    let runs = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = write!(out, "{} of {replications} runs", done.load(Ordering::Relaxed));
    };
    let left = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = match state.elapsed().as_secs() {
            0 => write!(out, "…"),
            _ => write!(out, "{} left", HumanDuration(state.eta())),
        };
    };
    ProgressStyle::with_template("{msg} {bar:16} {percent:>3} %  {runs}  {speed}  {left}")
        .expect("the template is right")
        .progress_chars("━╸─")
        .with_key("speed", speed)
        .with_key("runs", runs)
        .with_key("left", left)
}
