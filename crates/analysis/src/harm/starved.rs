//! Answers that are missing: an operation is starved where fewer are answered than were to be expected, though those
//! that get through are served well.
//!
//! Counts of two runs are compared, of blocks pooled until they can decide: short pools first, and what a short pool
//! has marked is left out of longer ones, so that a deep hole does not colour the hour around it.

use super::block::{Block, FINE, cut, unmarked};
use super::course::Course;
use super::episode::Spell;
use super::{Reason, State};
use std::ops::Range;

/// A pool is starved beyond 5 standard errors: many pools of many lengths are looked at.
const Z: f64 = 5.0;
/// What had this part of the expected answers is hardly told from what has all of them.
const MILD: f64 = 0.8;
/// How many standard errors the end of a lack is known by where it lasts for so many seconds.
const OVER_Z: f64 = 2.5;
const OVER_SECONDS: f64 = 300.0;
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

/// The part of the expected answers that came in the starved steps of an episode so far, where these are its last ones
/// and no mild lack; none otherwise.
pub(super) fn level(course: &Course<'_>, marks: &[Option<State>], so_far: Range<usize>) -> Option<f64> {
    let is_starved = |at: usize| marks[at].is_some_and(State::is_starved);
    is_starved(so_far.end - 1).then_some(())?;
    let (mut came, mut expected) = (0.0, 0.0);
    for at in so_far.filter(|&at| is_starved(at)) {
        came += answered(course, at);
        expected += course.expected[at];
    }
    let level = came / expected;
    (level < MILD).then_some(level)
}

/// Whether answers in some steps are surely more than at the level before, and not surely fewer than usual: known as
/// well as the lack was, or less well of minutes, since in many a gap a few seconds have more. Where the run ends
/// before that is known, they are nearer to all than to the level.
pub(super) fn is_over(course: &Course<'_>, steps: Range<usize>, level: f64, to_end: bool) -> bool {
    let (mut came, mut expected) = (0.0, 0.0);
    let is_more = |came: f64, expected: f64, z: f64| {
        let error = (course.dispersion * (came + level * level * expected)).sqrt();
        z * error < came - level * expected && !is_less(course, came, expected, DEGRADED, OVER_Z)
    };
    let surely = steps.clone().any(|at| {
        came += answered(course, at);
        expected += course.expected[at];
        let minutes = OVER_SECONDS <= (at + 1 - steps.start) as f64 * course.step;
        is_more(came, expected, if minutes { OVER_Z } else { Z })
    });
    surely || to_end && f64::midpoint(level, 1.0) * expected <= came
}

/// Spells in order, of which one with somewhat more answers between two of hardly any is like those, if all three
/// together had less than half.
pub(super) fn joined(course: &Course<'_>, spans: Vec<Spell>) -> Vec<Spell> {
    let down = State::Down(Reason::Starved);
    let mut kept: Vec<Spell> = Vec::new();
    for span in spans {
        kept.push(span);
        while let [.., a, b, c] = &kept[..] {
            let between = b.state == State::Degraded(Reason::Starved) && a.state == down && c.state == down;
            let steps = course.steps(a.from, c.to);
            if !between || state(course, steps) != down {
                break;
            }
            let whole = Spell { from: a.from, to: c.to, state: down };
            kept.truncate(kept.len() - 3);
            kept.push(whole);
        }
    }
    kept
}

fn answered(course: &Course<'_>, step: usize) -> f64 {
    f64::from(course.ticks[step].good) + f64::from(course.ticks[step].late)
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
