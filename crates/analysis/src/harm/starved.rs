//! Answers that are missing: an operation is starved where fewer are answered than were to be expected, though those
//! that get through are served well.
//!
//! Counts of two runs are compared, of blocks pooled until they can decide: short pools first, and what a short pool
//! has marked is left out of longer ones, so that a deep hole does not colour the hour around it.

use super::block::{Block, FINE, cut, unmarked};
use super::course::Course;
use super::{Reason, State};
use std::ops::Range;

/// A pool is starved beyond 5 standard errors: many pools of many lengths are looked at.
const Z: f64 = 5.0;
/// Below this part of the expected answers it is down.
const DOWN: f64 = 0.5;
/// Below this part it is degraded.
const DEGRADED: f64 = 0.95;

/// Marks the steps that are starved, among those without a mark.
pub(crate) fn mark(course: &Course<'_>, marks: &mut [Option<State>]) {
    for (part, state) in [(DOWN, State::Down(Reason::Starved)), (DEGRADED, State::Degraded(Reason::Starved))]
    {
        let mut length = 1;
        while length <= course.ticks.len() {
            let mut any = false;
            for steps in unmarked(marks) {
                let blocks = cut(course, steps, FINE);
                any |= length <= blocks.len();
                for pool in pools(&blocks, length) {
                    if let Some(starved) = starved(course, pool, part) {
                        marks[starved[0].steps.start..starved[starved.len() - 1].steps.end].fill(Some(state));
                    }
                }
            }
            if !any {
                break;
            }
            length *= 2;
        }
    }
}

/// Every pool of that many blocks, half of each overlapping the next.
fn pools(blocks: &[Block], length: usize) -> impl Iterator<Item = &[Block]> {
    let stride = (length / 2).max(1);
    (0..blocks.len()).step_by(stride).filter_map(move |from| blocks.get(from..from + length))
}

/// The blocks of a pool that are starved: without those at its ends that had their part.
fn starved<'a>(course: &Course<'_>, pool: &'a [Block], part: f64) -> Option<&'a [Block]> {
    let lacks = |block: &Block| (block.counts.answered() as f64) < part * block.expected;
    let from = pool.iter().position(lacks)?;
    let to = pool.iter().rposition(lacks)? + 1;
    let pool = &pool[from..to];
    beyond_chance(course, pool, part).then_some(pool)
}

/// Whether a pool has fewer answers than that part of the expected, beyond chance.
fn beyond_chance(course: &Course<'_>, pool: &[Block], part: f64) -> bool {
    let expected: f64 = pool.iter().map(|block| block.expected).sum();
    let came: f64 = pool.iter().map(|block| block.counts.answered() as f64).sum();
    is_less(course, came, expected, part, Z)
}

/// Whether that many answers are fewer than a part of the expected ones by more than so many standard errors.
fn is_less(course: &Course<'_>, came: f64, expected: f64, part: f64, z: f64) -> bool {
    let error = (course.dispersion * (came + part * part * expected)).sqrt();
    0.0 < error && z < (part * expected - came) / error
}

/// Whether answers are missing in some steps by more than so many standard errors.
pub(super) fn lacks(course: &Course<'_>, steps: Range<usize>, z: f64) -> bool {
    let (came, expected) = counts(course, steps);
    is_less(course, came, expected, DEGRADED, z)
}

/// What steps are like between starved ones.
pub(super) fn state(course: &Course<'_>, steps: Range<usize>) -> State {
    let (came, expected) = counts(course, steps);
    if came < DOWN * expected { State::Down(Reason::Starved) } else { State::Degraded(Reason::Starved) }
}

/// The answers of some steps, and those that were to be expected there.
fn counts(course: &Course<'_>, steps: Range<usize>) -> (f64, f64) {
    (course.sum(steps.clone()).answered() as f64, course.expected[steps].iter().sum())
}
