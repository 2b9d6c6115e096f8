//! Operations that are asked for too rarely for blocks alone: a cumulative sum over single intents (Page, 1954).
//!
//! Each intent that ends moves a sum by its likelihood ratio between "usual" and "down"; a sum beyond the limit is an
//! alarm, and the change was where the sum last was 0. The way back is the same test with the roles exchanged.

use super::course::Course;
use super::{Reason, State};
use brownout_observe::Tick;
use std::ops::Range;

/// Intents as rare as this, per second, or rarer are judged one by one. Blocks of ten are long then, and one in which
/// nine of ten fail is not beyond chance by itself.
const RATE: f64 = 3.0;
/// Of an operation that is down, this part fails.
const DOWN: f64 = 0.5;
/// No operation is so good that fewer fail than this: otherwise the second failure would be an alarm.
const USUAL_MIN: f64 = 0.01;
/// Nor so bad that it could not be told from one that is down.
const USUAL_MAX: f64 = 0.25;
/// A likelihood ratio of three million to one: a false alarm in some millions of intents.
const ALARM: f64 = 15.0;
/// Of an end: a hundred to one, since an episode is known to be there.
const CLEAR: f64 = 4.6;

/// The logarithm of how much likelier an intent is while an operation is down than while all is well.
pub(crate) struct Ratios {
    bad: f64,
    good: f64,
}

impl Ratios {
    /// Where this share is in trouble when all is well.
    fn new(usual: f64) -> Self {
        let usual = usual.clamp(USUAL_MIN, USUAL_MAX);
        Ratios { bad: (DOWN / usual).ln(), good: ((1.0 - DOWN) / (1.0 - usual)).ln() }
    }

    /// Of failures.
    pub(crate) fn of_failures(course: &Course<'_>) -> Self {
        Ratios::new(1.0 - course.success)
    }

    /// Of some intents in trouble, and some that are well.
    pub(crate) fn of(&self, troubled: u32, well: u32) -> f64 {
        f64::from(troubled) * self.bad + f64::from(well) * self.good
    }
}

/// Whether it is so rare.
pub(crate) fn is_rare(course: &Course<'_>) -> bool {
    course.intents() <= RATE * course.step * course.ticks.len() as f64
}

/// Marks the steps in which it was down, and those in which it was late.
pub(crate) fn mark(course: &Course<'_>, marks: &mut [Option<State>]) {
    let failed = |tick: &Tick| (tick.failed, tick.good + tick.late);
    let late = |tick: &Tick| (tick.failed + tick.late, tick.good);
    follow(course, &failed, 1.0 - course.success, Reason::Failing, marks);
    follow(course, &late, 1.0 - course.success * course.in_time, Reason::Late, marks);
}

/// Follows one kind of trouble; `split` says how many intents of a step were in it and how many not.
fn follow(
    course: &Course<'_>,
    split: &dyn Fn(&Tick) -> (u32, u32),
    usual: f64,
    reason: Reason,
    marks: &mut [Option<State>],
) {
    let ratios = Ratios::new(usual);
    let (mut sum, mut turned, mut began) = (0.0_f64, 0, None);
    for (at, tick) in course.ticks.iter().enumerate() {
        let (troubled, well) = split(tick);
        let step = ratios.of(troubled, well);
        let step = if began.is_some() { -step } else { step };
        if sum <= 0.0 && 0.0 < step {
            turned = at;
        }
        sum = (sum + step).max(0.0);
        match began {
            None if ALARM < sum => (began, sum) = (Some(turned), 0.0),
            Some(from) if CLEAR < sum => {
                fill(course, from..turned, reason, marks);
                (began, sum) = (None, 0.0);
            }
            _ => (),
        }
    }
    if let Some(from) = began {
        fill(course, from..marks.len(), reason, marks);
    }
}

/// Marks what is not marked yet: as down if most intents there failed.
fn fill(course: &Course<'_>, steps: Range<usize>, reason: Reason, marks: &mut [Option<State>]) {
    let counts = course.sum(steps.clone());
    let down = reason == Reason::Failing && counts.answered() < counts.failed;
    let state = if down { State::Down(reason) } else { State::Degraded(reason) };
    for mark in marks[steps].iter_mut().filter(|mark| mark.is_none()) {
        *mark = Some(state);
    }
}
