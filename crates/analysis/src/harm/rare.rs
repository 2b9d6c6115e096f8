//! Operations that are asked for too rarely for blocks: a cumulative sum over single intents (Page, 1954).
//!
//! Each intent that ends moves a sum by its likelihood ratio between "usual" and "down"; a sum beyond the limit is an
//! alarm, and the change was where the sum last was 0. The way back is the same test with the roles exchanged.

use super::course::Course;
use super::{Reason, State};
use brownout_observe::Tick;

/// Intents as rare as this, per second, or rarer are judged one by one.
const RATE: f64 = 0.1;
/// Of an operation that is down, this part fails.
const DOWN: f64 = 0.5;
/// No operation is so good that fewer fail than this: otherwise the second failure would be an alarm.
const USUAL_MIN: f64 = 0.01;
/// Nor so bad that it could not be told from one that is down.
const USUAL_MAX: f64 = 0.25;
/// A likelihood ratio of ten thousand to one: a false alarm in some ten thousand intents.
const ALARM: f64 = 9.2;
/// Of an end: a hundred to one, since an episode is known to be there.
const CLEAR: f64 = 4.6;

/// Whether it is so rare.
pub(crate) fn is_rare(course: &Course<'_>) -> bool {
    course.intents() <= RATE * course.step * course.ticks.len() as f64
}

/// Marks the steps in which it was down, and those in which it was late.
pub(crate) fn mark(course: &Course<'_>, marks: &mut [Option<State>]) {
    let failed = |tick: &Tick| (tick.failed, tick.good + tick.late);
    let late = |tick: &Tick| (tick.failed + tick.late, tick.good);
    follow(course, &failed, 1.0 - course.success, State::Down(Reason::Failing), marks);
    follow(course, &late, 1.0 - course.success * course.in_time, State::Degraded(Reason::Late), marks);
}

/// Follows one kind of trouble; `split` says how many intents of a step were in it and how many not.
fn follow(
    course: &Course<'_>,
    split: &dyn Fn(&Tick) -> (u32, u32),
    usual: f64,
    state: State,
    marks: &mut [Option<State>],
) {
    let usual = usual.clamp(USUAL_MIN, USUAL_MAX);
    let (bad, good) = ((DOWN / usual).ln(), ((1.0 - DOWN) / (1.0 - usual)).ln());
    let (mut sum, mut turned, mut began) = (0.0_f64, 0, None);
    for (at, tick) in course.ticks.iter().enumerate() {
        let (troubled, well) = split(tick);
        let step = f64::from(troubled) * bad + f64::from(well) * good;
        let step = if began.is_some() { -step } else { step };
        if sum <= 0.0 && 0.0 < step {
            turned = at;
        }
        sum = (sum + step).max(0.0);
        match began {
            None if ALARM < sum => (began, sum) = (Some(turned), 0.0),
            Some(from) if CLEAR < sum => {
                fill(&mut marks[from..turned], state);
                (began, sum) = (None, 0.0);
            }
            _ => (),
        }
    }
    if let Some(from) = began {
        fill(&mut marks[from..], state);
    }
}

fn fill(marks: &mut [Option<State>], state: State) {
    for mark in marks.iter_mut().filter(|mark| mark.is_none()) {
        *mark = Some(state);
    }
}
