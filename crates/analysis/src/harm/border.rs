//! Borders of trouble, to the intent: a block is judged as a whole, and the change may be anywhere inside of it.
//!
//! Around each border the step is taken at which "all was well before, and down after" is likeliest.

use super::State;
use super::block::{FINE, first};
use super::course::Course;
use super::rare::Ratios;
use std::ops::Range;

/// Moves each border of steps that are marked for their failures.
pub(crate) fn sharpen(course: &Course<'_>, marks: &mut [Option<State>]) {
    let ratios = Ratios::of_failures(course);
    let score = |at: usize| ratios.of(course.ticks[at].failed, course.ticks[at].good + course.ticks[at].late);
    let mut at = 0;
    while let Some(troubled) = next(marks, at) {
        let before = (0..troubled.start).rev().take_while(|&at| marks[at].is_none()).last();
        let after = (troubled.end..marks.len()).take_while(|&at| marks[at].is_none()).last();
        let (from, to) = (before.unwrap_or(troubled.start), after.map_or(troubled.end, |last| last + 1));
        let state = marks[troubled.start];
        // Two blocks to the outside, since the one at the border may have been judged with its neighbour.
        let outside = 2.0 * FINE;
        let from = back(course, from..troubled.start, outside);
        let inside = first(course, troubled.clone(), FINE).map_or(troubled.end, |block| block.steps.end);
        let begin = likeliest((from..inside).rev(), &score).unwrap_or(inside);
        let to = first(course, troubled.end..to, outside).map_or(to, |block| block.steps.end);
        let inside = back(course, troubled.clone(), FINE).max(begin);
        let end = likeliest(inside..to, &score).map_or(inside, |last| last + 1);
        // A border moves only within what is likeliest; trouble that would vanish stays as it was found.
        if begin < end {
            marks[from.min(begin)..to.max(end)].fill(None);
            marks[begin..end].fill(state);
        }
        at = end.max(troubled.end);
    }
}

/// The next steps that are all marked in the same way, for their failures.
fn next(marks: &[Option<State>], from: usize) -> Option<Range<usize>> {
    let begin = (from..marks.len()).find(|&at| marks[at].is_some_and(State::is_of_failures))?;
    let end = (begin..marks.len()).find(|&at| marks[at] != marks[begin]).unwrap_or(marks.len());
    Some(begin..end)
}

/// Where the last steps of a stretch begin that have that many expected answers.
fn back(course: &Course<'_>, steps: Range<usize>, answers: f64) -> usize {
    let mut expected = 0.0;
    for at in steps.clone().rev() {
        expected += course.expected[at].max(course.ticks[at].began.into());
        if answers <= expected {
            return at;
        }
    }
    steps.start
}

/// The last of some steps, in their order, up to which their scores add up to most; none where no sum is above 0.
fn likeliest(steps: impl Iterator<Item = usize>, score: &dyn Fn(usize) -> f64) -> Option<usize> {
    let (mut sum, mut best, mut found) = (0.0, 0.0, None);
    for at in steps {
        sum += score(at);
        if best < sum {
            (best, found) = (sum, Some(at));
        }
    }
    found
}
