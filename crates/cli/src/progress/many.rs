//! Thousands of runs under one bar.

use super::INTERRUPTED;
use crate::broken;
use brownout::units::Span;
use brownout::words::screen::Running;
use brownout::{Begun, Watch};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Runs on their way.
pub(crate) struct Many {
    drawn: ProgressBar,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    done: AtomicU64,
    reused: AtomicU64,
    events: AtomicU64,
}

impl Many {
    /// About so many runs; hidden if quiet, or if standard error is no terminal.
    pub(crate) fn new(label: &str, runs: u64, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let drawn = ProgressBar::with_draw_target(Some(runs), target);
        let counts = Arc::new(Counts::default());
        drawn.set_style(style(&counts));
        drawn.set_message(label.to_owned());
        Many { drawn, counts }
    }

    /// How many runs have ended, and how many of them the store had.
    pub(crate) fn so_far(&self) -> (u64, u64) {
        (self.counts.done.load(Ordering::Relaxed), self.counts.reused.load(Ordering::Relaxed))
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.drawn.finish_and_clear();
    }
}

impl Watch for Many {
    fn goes_on(&self) -> bool {
        !INTERRUPTED.load(Ordering::Relaxed)
    }

    fn begins(&self, run: &Begun<'_>) {
        broken::begins(Running {
            scenario: run.case.scenario.hash,
            variant: run.case.name().to_owned(),
            seed: run.case.scenario.seed,
            replication: run.replication,
            at: Span::ZERO,
        });
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
