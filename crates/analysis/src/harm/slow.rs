//! Answers that take far too long where nothing was promised: by Little's law, how long those who are open would stay
//! at the present pace.

use super::block::{Block, FINE, cut};
use super::course::Course;
use super::{Reason, State};
use brownout_observe::{Counts, Tick};

/// A stay this many times the usual mean, …
const SLOWER: f64 = 3.0;
/// … this many times the longest usual one, …
const BEYOND: f64 = 2.0;
/// … and this many seconds longer is noticed, whether or not clients would wait.
const SLOWER_MIN: f64 = 10.0;
/// Fewer open intents than this are no backlog.
const OPEN_MIN: i64 = 10;
/// This many blocks in a row: one is chance.
const SUSTAINED: usize = 2;

/// Marks the steps in which open intents would stay for much longer than usual, among those without a mark.
pub(crate) fn mark(course: &Course<'_>, marks: &mut [Option<State>]) {
    let usual = stays_of(course.usual, course.step, course.open.1);
    let mean = usual.iter().sum::<f64>() / (usual.len() as f64).max(1.0);
    let longest = usual.iter().copied().fold(0.0, f64::max);
    let limit = (SLOWER * mean).max(BEYOND * longest).max(mean + SLOWER_MIN);
    let blocks = cut(course, 0..course.ticks.len(), FINE);
    let slow: Vec<bool> =
        stays(&blocks, course.step, course.open.0).iter().map(|stay| limit < *stay).collect();
    for (at, block) in blocks.iter().enumerate() {
        let row = |from: usize| slow.get(from..from + SUSTAINED).is_some_and(|row| !row.contains(&false));
        if ((at + 1).saturating_sub(SUSTAINED)..=at).any(row) {
            for mark in marks[block.steps.clone()].iter_mut().filter(|mark| mark.is_none()) {
                *mark = Some(State::Degraded(Reason::Late));
            }
        }
    }
}

/// How long those who are open at the end of each block would stay at its pace, in seconds; `open` were before it.
fn stays(blocks: &[Block], step: f64, mut open: i64) -> Vec<f64> {
    let stay = |block: &Block| {
        open += block.counts.open();
        let pace = block.counts.ended() as f64 / (step * block.steps.len() as f64);
        if open < OPEN_MIN || pace <= 0.0 { 0.0 } else { open as f64 / pace }
    };
    blocks.iter().map(stay).collect()
}

/// The same of steps, in blocks of as many intents.
fn stays_of(ticks: &[Tick], step: f64, open: i64) -> Vec<f64> {
    let (mut blocks, mut counts, mut from) = (Vec::new(), Counts::default(), 0);
    for (at, tick) in ticks.iter().enumerate() {
        counts += (*tick).into();
        if FINE <= counts.began as f64 {
            blocks.push(Block { steps: from..at + 1, counts: std::mem::take(&mut counts), expected: 0.0 });
            from = at + 1;
        }
    }
    stays(&blocks, step, open)
}
