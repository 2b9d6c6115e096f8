//! One sign of trouble at a tier, step by step, and when it departs from its normal range.

use brownout_observe::Strain;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// This many steps in a row make a departure: one bad step is chance.
const SUSTAINED: usize = 2;
/// A departure is this many times the highest value that is usual.
const TIMES: f64 = 3.0;
/// Without a trigger, this first part of the time after the warm-up is the baseline.
const BASELINE: f64 = 1.0 / 3.0;
/// Shares of fewer calls than this are chance.
const CALLS_MIN: f64 = 5.0;

/// What can be a sign of trouble at a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignKind {
    /// Attempts of clients failed by what it decided, not by what others told it. Share of its calls.
    Errors,
    /// It turned calls away at its door. Share of its calls.
    Refusals,
    /// Replicas were taken out of rotation. How many in a step.
    Ejections,
    /// Its cache had less than usual. Share of its calls.
    Misses,
    /// Calls waited for a worker or a connection. Seconds.
    Wait,
    /// Calls stayed inside much longer. Seconds.
    Stay,
    /// Calls to other tiers were given up. For each call of its own.
    Timeouts,
}

/// What departed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// What.
    pub kind: SignKind,
    /// When, in seconds since the start of the run.
    pub at: f64,
    /// Its highest value in the first steps of the departure, as the kind says.
    pub value: f64,
    /// The highest value that is usual.
    pub usual: f64,
}

/// What a tier went through, and what it is held against.
pub(crate) struct Course<'a> {
    pub(crate) run: &'a [Strain],
    /// The same without a trigger, if that was run.
    pub(crate) without: Option<&'a [Strain]>,
    /// The length of a step, in seconds.
    pub(crate) step: f64,
    pub(crate) warmup: f64,
    /// When the first trigger begins, in seconds; infinite without one.
    pub(crate) trigger: f64,
    /// When the rate of a load rises, in seconds, which the run without a trigger has as well; infinite without that.
    pub(crate) rise: f64,
    /// From when on an operator has it turn calls away, in seconds.
    pub(crate) shed: Option<f64>,
}

impl SignKind {
    /// All, those that say most of themselves first.
    pub(crate) const ALL: [SignKind; 7] = [
        SignKind::Errors,
        SignKind::Refusals,
        SignKind::Ejections,
        SignKind::Misses,
        SignKind::Wait,
        SignKind::Stay,
        SignKind::Timeouts,
    ];

    /// What no caller would notice, whatever is usual: one call in fifty, a tenth of a second in a queue.
    const fn least(self) -> f64 {
        match self {
            SignKind::Errors | SignKind::Refusals | SignKind::Timeouts => 0.02,
            SignKind::Misses => 0.2,
            SignKind::Wait => 0.1,
            SignKind::Ejections | SignKind::Stay => 0.5,
        }
    }

    /// Its value in one step; none where there is nothing to say.
    fn of(self, strain: &Strain, step: f64) -> Option<f64> {
        let (admitted, refused) = (f64::from(strain.admitted), f64::from(strain.refused));
        let calls = admitted + refused;
        let share = |part: u32| {
            let (part, whole) = (f64::from(part), calls.max(f64::from(part)));
            (CALLS_MIN <= whole).then(|| part / whole)
        };
        // By Little's law; where nothing was admitted, what is there has waited for the whole step at least.
        let time = |level: f32| {
            let calls = f64::from(level) * step;
            (0.0 < calls).then(|| calls / admitted.max(1.0)).or(Some(0.0))
        };
        match self {
            // A call that it turned away is a refusal, and one whose own call was not answered a timeout.
            SignKind::Errors => share(strain.blamed.saturating_sub(strain.refused + strain.timed_out)),
            SignKind::Refusals => share(strain.refused),
            SignKind::Timeouts => share(strain.timed_out),
            SignKind::Misses => share(strain.missed),
            SignKind::Ejections => Some(f64::from(strain.ejected)),
            SignKind::Wait => time(strain.waiting),
            SignKind::Stay => time(strain.inside),
        }
    }
}

/// When a sign of a tier departs from its normal range, if it does.
pub(crate) fn departure(course: &Course<'_>, kind: SignKind) -> Option<Sign> {
    let value = |of: &[Strain], at: usize| kind.of(&of[at], course.step);
    let index = |seconds: f64| ((seconds / course.step).floor() as usize).min(course.run.len());
    let first = index(course.warmup);
    let last = match course.trigger {
        trigger if trigger.is_finite() => index(trigger).max(first),
        _ => first + ((course.run.len() - first) as f64 * BASELINE) as usize,
    };
    let (of, over): (&[Strain], Range<usize>) = match course.without {
        // What a rise leads to is not usual, though it comes without a trigger, too.
        Some(without) => (without, first..index(course.rise).max(first + SUSTAINED).min(without.len())),
        None => (course.run, first..last),
    };
    let usual = over.filter_map(|at| value(of, at)).fold(0.0, f64::max);
    let threshold = (TIMES * usual).max(kind.least());
    let on_purpose = matches!(kind, SignKind::Errors | SignKind::Refusals);
    let until = course.shed.filter(|_| on_purpose).map_or(course.run.len(), index);
    let (mut above, mut begin, mut highest) = (0, first, 0.0_f64);
    let from = if course.without.is_some() { first } else { last };
    for at in from..until {
        match value(course.run, at) {
            Some(value) if threshold < value => {
                if above == 0 {
                    (begin, highest) = (at, 0.0);
                }
                (above, highest) = (above + 1, highest.max(value));
            }
            Some(_) => above = 0,
            // A step in which nothing can be said counts as the one before.
            None => (),
        }
        if above == SUSTAINED {
            return Some(Sign { kind, at: begin as f64 * course.step, value: highest, usual });
        }
    }
    None
}
