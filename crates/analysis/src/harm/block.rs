//! Blocks of steps that are long enough to judge, and the tests of one block.
//!
//! A block has a number of expected answers, not a length of time: the same rule serves a thousand intents a second and
//! one in ten seconds. A test fails only beyond what chance explains, by Wilson's bounds; how many standard errors
//! these reach, and why, stands beside each.

use super::course::{Course, Noise};
use super::{Reason, State};
use brownout_observe::Counts;
use brownout_stats::wilson_at;
use std::ops::Range;

/// Expected answers of a fine block: all of ten failed is under one half beyond chance.
pub(crate) const FINE: f64 = 10.0;
/// Expected answers of a coarse block: fewer cannot tell 95 % from all.
const COARSE: f64 = 30.0;
/// A fine block is down beyond 3.1 standard errors: one of a thousand blocks at exactly one half would be.
const DOWN_Z: f64 = 3.1;
/// A coarse block is degraded beyond 4: thousands of them are looked at.
const DEGRADED_Z: f64 = 4.0;
/// Fewer independent trials than this are one queue that had a bad moment.
const TRIALS_MIN: f64 = 4.0;
/// Intents that are late within so many seconds of each other have met one queue, and are one trial at most.
const QUEUE_SECONDS: f64 = 15.0;
/// Where fewer answers than this share are in time when all is well, how lateness clusters is known.
const LATE_KNOWN: f64 = 0.95;
/// Under this share of answered intents an operation is down.
const DOWN: f64 = 0.5;
/// Under this part of its usual share it is degraded.
const DEGRADED: f64 = 0.95;
/// A block this large makes an episode by itself; a smaller one only with its neighbour.
const ALONE: f64 = 50.0;
/// Half of as many intents that began and as many expected answers, with hardly one that ended, are stuck: a block has
/// ten of one of them.
const SILENT_BEGAN: u64 = 10;
const SILENT_ENDED: u64 = 3;

/// Steps that are judged together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    /// Which.
    pub(crate) steps: Range<usize>,
    /// What became of their intents.
    pub(crate) counts: Counts,
    /// The answers that were to be expected.
    pub(crate) expected: f64,
}

/// Cuts some steps into blocks of at least `least` expected answers, or intents that began if those are more. What is
/// left at the end belongs to the last block. Steps in which nothing happens belong to none at either end of a block.
pub(crate) fn cut(course: &Course<'_>, steps: Range<usize>, least: f64) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut from = steps.start;
    while let Some(block) = first(course, from..steps.end, least) {
        from = block.steps.end;
        blocks.push(block);
    }
    // Before and after all that happens there is nothing to judge.
    let end = (from..steps.end).rfind(|&at| !course.is_idle(at)).map_or(from, |last| last + 1);
    from = (from..end).find(|&at| !course.is_idle(at)).unwrap_or(end);
    if from < end {
        let rest = rest(course, from..end);
        match blocks.last_mut() {
            Some(last) => {
                last.steps.end = rest.steps.end;
                last.counts += rest.counts;
                last.expected += rest.expected;
            }
            None => blocks.push(rest),
        }
    }
    blocks
}

/// The first of such blocks; none where the steps have too few answers for one.
pub(crate) fn first(course: &Course<'_>, steps: Range<usize>, least: f64) -> Option<Block> {
    let from = steps.clone().find(|&at| !course.is_idle(at))?;
    let (mut counts, mut expected) = (Counts::default(), 0.0);
    for at in from..steps.end {
        counts += course.ticks[at].into();
        expected += course.expected[at];
        if least <= expected.max(counts.began as f64) {
            return Some(Block { steps: from..at + 1, counts, expected });
        }
    }
    None
}

fn rest(course: &Course<'_>, steps: Range<usize>) -> Block {
    let (counts, expected) = (course.sum(steps.clone()), course.expected[steps.clone()].iter().sum());
    Block { steps, counts, expected }
}

/// Marks the steps of blocks that are down or late, and, among the others, of those that are degraded: short ones
/// first, then longer ones among what is left. The milder the trouble, and the more a service varies by itself, the
/// more intents it takes to tell it from chance.
pub(crate) fn mark(course: &Course<'_>, marks: &mut [Option<State>]) {
    for (least, judge) in [(FINE, Test::down as Judge), (COARSE, Test::degraded as Judge)] {
        let mut test = Test { noise: course.noise(least), judge };
        let mut least = least;
        loop {
            let mut most = 0;
            for steps in unmarked(marks) {
                let blocks = cut(course, steps, least);
                most = most.max(blocks.len());
                mark_in(course, &blocks, &test, marks);
            }
            if most < 2 {
                break;
            }
            least *= 2.0;
            // Where the usual time is too short for blocks of this length, those of the last one serve.
            let longer = course.noise(least);
            test.noise.success = test.noise.success.max(longer.success);
            test.noise.in_time = test.noise.in_time.max(longer.in_time);
        }
    }
}

fn mark_in(course: &Course<'_>, blocks: &[Block], test: &Test, marks: &mut [Option<State>]) {
    let found: Vec<Option<State>> = blocks.iter().map(|block| (test.judge)(test, course, block)).collect();
    for (at, block) in blocks.iter().enumerate() {
        let beside = |other: Option<usize>| other.and_then(|at| found.get(at)).is_some_and(Option::is_some);
        let kept = ALONE <= block.size() || beside(at.checked_sub(1)) || beside(Some(at + 1));
        if let Some(state) = found[at].filter(|_| kept) {
            marks[trimmed(course, block, state)].fill(Some(state));
        }
    }
}

/// The steps of a block without fine blocks at its ends that are well.
fn trimmed(course: &Course<'_>, block: &Block, state: State) -> Range<usize> {
    let fine = cut(course, block.steps.clone(), FINE);
    let least = if state.is_down() { DOWN } else { DEGRADED };
    let share = |block: &Block| match state {
        State::Down(Reason::Late) | State::Degraded(Reason::Late) => {
            share(block.counts.good, block.counts.answered()) / course.in_time.max(DOWN)
        }
        _ => share(block.counts.answered(), block.counts.ended()) / course.success.max(DOWN),
    };
    let bad = |block: &Block| block.counts.ended() == 0 || share(block) < least;
    match (fine.iter().position(bad), fine.iter().rposition(bad)) {
        (Some(first), Some(last)) => fine[first].steps.start..fine[last].steps.end,
        _ => block.steps.clone(),
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

impl Block {
    fn size(&self) -> f64 {
        self.expected.max(self.counts.ended() as f64)
    }

    /// Independent trials of lateness. A usual time with hardly any says nothing about how it clusters; one with much
    /// of it does, by its noise.
    fn late_trials(&self, course: &Course<'_>, noise: f64) -> f64 {
        let seconds = self.steps.len() as f64 * course.step;
        let trials = self.counts.answered() as f64 / noise;
        if course.in_time < LATE_KNOWN { trials } else { trials.min(seconds / QUEUE_SECONDS) }
    }
}

/// What blocks of some length are judged by.
struct Test {
    noise: Noise,
    judge: Judge,
}

type Judge = fn(&Test, &Course<'_>, &Block) -> Option<State>;

impl Test {
    /// Whether most intents of a block failed, none ended, or most were late.
    fn down(&self, course: &Course<'_>, block: &Block) -> Option<State> {
        let Counts { began, good, .. } = block.counts;
        let (answered, ended) = (block.counts.answered(), block.counts.ended());
        let failing = ended as f64 / self.noise.success;
        if under(answered, ended, failing, DOWN_Z, DOWN) {
            return Some(State::Down(Reason::Failing));
        }
        let is_asked = SILENT_BEGAN <= 2 * began && SILENT_BEGAN as f64 <= 2.0 * block.expected;
        if is_asked && ended < SILENT_ENDED && answered == 0 {
            return Some(State::Down(Reason::Silent));
        }
        let late = block.late_trials(course, self.noise.in_time);
        under(good, answered, late, DOWN_Z, DOWN).then_some(State::Degraded(Reason::Late))
    }

    /// Whether noticeably more than usual failed, or were late.
    fn degraded(&self, course: &Course<'_>, block: &Block) -> Option<State> {
        let Counts { good, .. } = block.counts;
        let (answered, ended) = (block.counts.answered(), block.counts.ended());
        let failing = ended as f64 / self.noise.success;
        if under(answered, ended, failing, DEGRADED_Z, DEGRADED * course.success) {
            return Some(State::Degraded(Reason::Failing));
        }
        let late = block.late_trials(course, self.noise.in_time);
        under(good, answered, late, DEGRADED_Z, DEGRADED * course.in_time)
            .then_some(State::Degraded(Reason::Late))
    }
}

/// Whether a share is under a limit beyond chance, of as many independent trials.
fn under(part: u64, whole: u64, trials: f64, z: f64, limit: f64) -> bool {
    TRIALS_MIN <= trials && wilson_at(share(part, whole), trials, z).1 < limit
}

/// Maximal stretches of steps without a mark.
pub(crate) fn unmarked(marks: &[Option<State>]) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for (at, _) in marks.iter().enumerate().filter(|(_, mark)| mark.is_none()) {
        match all.last_mut().filter(|last| last.end == at) {
            Some(last) => last.end = at + 1,
            None => all.push(at..at + 1),
        }
    }
    all
}
