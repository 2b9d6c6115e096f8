//! How far the runs are: a bar on standard error, and the place where Ctrl-C is noticed.

use brownout_lab::Progress;
use brownout_units::Span;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// Nobody looks whether there was a Ctrl-C, and nothing is lost by stopping.
static DEAF: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C asks the runs to stop, and the second one stops the program.
pub(crate) fn watch_for_interrupts() {
    // Without a handler the first Ctrl-C stops the program, as it would anyway.
    let _ = ctrlc::set_handler(|| {
        let deaf = DEAF.load(Ordering::Relaxed);
        if INTERRUPTED.swap(true, Ordering::Relaxed) || deaf {
            if deaf {
                crate::terminal::say("interrupted while the numbers were worked out. Nothing was written.\n");
            }
            std::process::exit(130);
        }
    });
}

/// Does something that cannot ask whether it shall stop: meanwhile the first Ctrl-C stops the program.
pub(crate) fn without_asking<T>(work: impl FnOnce() -> T) -> T {
    DEAF.store(true, Ordering::Relaxed);
    let done = work();
    DEAF.store(false, Ordering::Relaxed);
    done
}

/// Draws nothing, and stops at Ctrl-C.
pub(crate) struct Unseen;

impl Progress for Unseen {
    fn at(&self, _: u64, _: Span, _: u64) -> bool {
        !INTERRUPTED.load(Ordering::Relaxed)
    }
}

/// Real time: how long the machine takes is the one thing here that two runs may differ in.
#[allow(clippy::disallowed_methods, reason = "the command line measures the machine, not the model")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Several replications of one model on their way.
pub(crate) struct Bar {
    drawn: ProgressBar,
    /// Simulated nanoseconds and events of each replication.
    replications: Vec<[AtomicU64; 2]>,
    duration: Span,
    events: Arc<AtomicU64>,
    done: AtomicU64,
}

impl Bar {
    /// A bar for so many replications of so much time; hidden if quiet, or if standard error is no terminal.
    pub(crate) fn new(label: &str, replications: u32, duration: Span, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let events = Arc::new(AtomicU64::new(0));
        let total = duration.nanos() / MILLI * u64::from(replications);
        let drawn = ProgressBar::with_draw_target(Some(total), target);
        drawn.set_style(style(Arc::clone(&events), duration, replications));
        drawn.set_message(label.to_owned());
        let replications = (0..replications).map(|_| [const { AtomicU64::new(0) }; 2]).collect();
        Bar { drawn, replications, duration, events, done: AtomicU64::new(0) }
    }

    /// How many replications have ended, and how many events there were in all.
    pub(crate) fn so_far(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.events.load(Ordering::Relaxed))
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.drawn.finish_and_clear();
    }
}

const MILLI: u64 = 1_000_000;

impl Progress for Bar {
    fn at(&self, replication: u64, at: Span, events: u64) -> bool {
        let Some([time_before, events_before]) = self.replications.get(replication as usize) else {
            return true;
        };
        let millis = at.nanos() / MILLI;
        // Each replication is on one thread, so nobody else moves these two.
        self.drawn.inc(millis.saturating_sub(time_before.swap(millis, Ordering::Relaxed)));
        let more = events.saturating_sub(events_before.swap(events, Ordering::Relaxed));
        self.events.fetch_add(more, Ordering::Relaxed);
        if self.duration <= at {
            self.done.fetch_add(1, Ordering::Relaxed);
        }
        !INTERRUPTED.load(Ordering::Relaxed)
    }
}

fn style(events: Arc<AtomicU64>, duration: Span, replications: u32) -> ProgressStyle {
    let speed = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let rate = events.load(Ordering::Relaxed) as f64 / state.elapsed().as_secs_f64().max(1e-3);
        let _ = write!(out, "{:.1} M events/s", rate / 1e6);
    };
    let time = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let all = brownout_report::number::clock(duration.as_secs_f64());
        let mean = state.pos() as f64 * 1e-3 / f64::from(replications);
        let _ = write!(out, "{} of {all}", brownout_report::number::clock(mean));
    };
    let left = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = match state.elapsed().as_secs() {
            0 => write!(out, "…"),
            _ => write!(out, "{} left", HumanDuration(state.eta())),
        };
    };
    ProgressStyle::with_template("{msg} {bar:16} {percent:>3} %  {time}  {speed}  {left}")
        .expect("the template is right")
        .progress_chars("━╸─")
        .with_key("speed", speed)
        .with_key("time", time)
        .with_key("left", left)
}
