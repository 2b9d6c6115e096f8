//! Episodes: from the first bad step to the first of enough good ones.

use super::block::{FINE, first};
use super::course::Course;
use super::{Reason, State, block, border, rare, slow, starved};
use brownout_observe::Counts;
use brownout_stats::wilson_at;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Good blocks in a row that end an episode …
const GOOD_BLOCKS: usize = 2;
/// … if they last for this many seconds: a service that fails again within a minute was not back.
const GOOD_SECONDS: f64 = 60.0;
/// Their pooled share reaches this part of the usual one for sure, as much as is not degraded …
const BACK_FOR_SURE: f64 = 0.95;
/// … or this part of it as counted.
const BACK: f64 = 0.97;
const BACK_Z: f64 = 3.1;
/// Below this part of it a short time between two bad ones was not good.
const WELL: f64 = 0.985;
/// … and no more of the expected answers are missing than within this many standard errors: where few get through, all
/// of those may be answered.
const MISSING_Z: f64 = 2.5;
/// So many minutes after the last one of hardly any answers are looked at for the beginning of enough.
const STARTS_MAX: usize = 60;
/// A spell shorter than this part of its episode, and than this many seconds, is joined with a neighbour.
const SPELL_PART: f64 = 0.05;
const SPELL_SECONDS: f64 = 30.0;
/// The next episode within this many seconds, or the length of the last one if that is shorter, is a relapse.
const RELAPSE: f64 = 600.0;

/// A stretch of time in which an operation was harmed, in one replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// Seconds since the start of the run.
    pub from: f64,
    /// Seconds since the start of the run; if it was still open at the end of the run, when something was last asked.
    pub to: f64,
    /// It was not over when the run ended.
    pub open: bool,
    /// It began soon after another one had ended.
    pub relapse: bool,
    /// What it was like, in order of time and without gaps.
    pub spans: Vec<Spell>,
}

/// A part of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spell {
    /// Seconds since the start of the run.
    pub from: f64,
    /// Seconds since the start of the run.
    pub to: f64,
    /// What it was like.
    pub state: State,
}

impl Episode {
    /// Its length in seconds.
    pub fn seconds(&self) -> f64 {
        self.to - self.from
    }

    /// How long it was down, in seconds.
    pub fn down_seconds(&self) -> f64 {
        let down = self.spans.iter().filter(|span| span.state.is_down());
        down.map(|span| span.to - span.from).sum()
    }
}

/// All episodes of one path in one replication, in order of time.
pub(crate) fn episodes(course: &Course<'_>) -> Vec<Episode> {
    let mut marks = vec![None; course.ticks.len()];
    if rare::is_rare(course) {
        rare::mark(course, &mut marks);
    }
    block::mark(course, &mut marks);
    starved::mark(course, &mut marks);
    if !course.promised {
        slow::mark(course, &mut marks);
    }
    border::sharpen(course, &mut marks);
    let mut all: Vec<Episode> = Vec::new();
    let mut at = 0;
    while let Some(from) = (at..marks.len()).find(|&at| marks[at].is_some()) {
        let (to, open) = end(course, &marks, from);
        // Once nothing is asked any more nothing is down: what is still open then is counted as unserved.
        let to = if open { to.min(course.asked_until()).max(from + 1) } else { to };
        let mut episode = episode(course, &marks, from..to, open);
        episode.relapse = all.last().is_some_and(|last| episode.from - last.to < RELAPSE.min(last.seconds()));
        all.push(episode);
        at = if open { marks.len() } else { to.max(from + 1) };
    }
    all
}

/// Where an episode that begins at a step ends, and whether it is still open there.
fn end(course: &Course<'_>, marks: &[Option<State>], from: usize) -> (usize, bool) {
    let mut at = from;
    loop {
        let Some(good) = (at..marks.len()).find(|&at| marks[at].is_none()) else {
            return (marks.len(), true);
        };
        let bad = (good..marks.len()).find(|&at| marks[at].is_some());
        let good = good..bad.unwrap_or(marks.len());
        // A block may reach over the end of the trouble, so its way back begins behind any intent that failed.
        let failed = good.clone().filter(|&at| 0 < course.ticks[at].failed + course.ticks[at].late);
        let mut starts = [good.start].into_iter().chain(failed.map(|at| at + 1));
        let is_back = |start: usize| is_back(course, start..good.end, bad.is_none());
        let back = match starved::level(course, marks, from..good.start) {
            // A moment in which more get through than before is likely among many: it has to be known that they do.
            Some(level) => {
                let minute = ((GOOD_SECONDS / course.step).ceil() as usize).max(1);
                let is_over = |start: usize| starved::is_over(course, start..good.end, level, bad.is_none());
                good.clone().step_by(minute).take(STARTS_MAX).find(|&start| is_over(start) && is_back(start))
            }
            None => starts.find(|&start| is_back(start)),
        };
        let short = (good.end - good.start) as f64 * course.step < RELAPSE;
        if let Some(back) = back.filter(|_| bad.is_none() || !short || !is_dented(course, good.clone())) {
            return (back, false);
        }
        match bad {
            None => return (marks.len(), true),
            Some(bad) => at = bad,
        }
    }
}

/// Whether surely fewer than usual are answered, though too many for trouble: between two spells of it the level of the
/// trouble lies at the limit, and chance decides which minute is on which side.
fn is_dented(course: &Course<'_>, steps: Range<usize>) -> bool {
    let counts = course.sum(steps);
    let share = counts.answered() as f64 / counts.ended().max(1) as f64;
    wilson_at(share, counts.ended() as f64, MISSING_Z).1 < WELL * course.success
}

/// Whether enough good blocks begin here. Where the run ends before they do, what is left decides as far as it goes.
fn is_back(course: &Course<'_>, steps: Range<usize>, to_end: bool) -> bool {
    let (mut blocks, mut from, mut pooled) = (0, steps.start, Counts::default());
    while blocks < GOOD_BLOCKS || (from - steps.start) as f64 * course.step < GOOD_SECONDS {
        let Some(block) = first(course, from..steps.end, FINE) else { break };
        pooled += block.counts;
        (blocks, from) = (blocks + 1, block.steps.end);
    }
    let (answered, ended) = (pooled.answered(), pooled.ended());
    let share = answered as f64 / ended.max(1) as f64;
    let good = BACK_FOR_SURE * course.success <= wilson_at(share, ended as f64, BACK_Z).0
        || BACK * course.success <= share;
    let long = GOOD_SECONDS <= (from - steps.start) as f64 * course.step;
    let good = good && !starved::lacks(course, steps.start..from, MISSING_Z);
    good && 0 < ended && (GOOD_BLOCKS <= blocks && long || to_end)
}

fn episode(course: &Course<'_>, marks: &[Option<State>], steps: Range<usize>, open: bool) -> Episode {
    let mut spans: Vec<Spell> = Vec::new();
    let mut at = steps.start;
    while at < steps.end {
        let end = (at..steps.end).find(|&other| marks[other] != marks[at]).unwrap_or(steps.end);
        let state = match marks[at] {
            Some(State::Degraded(Reason::Failing)) => failing(course, at..end),
            Some(state) => state,
            None => between(course, at..end, marks[at - 1]),
        };
        let (from, to) = (course.seconds(at), course.seconds(end));
        match spans.last_mut().filter(|last| last.state == state) {
            Some(last) => last.to = to,
            None => spans.push(Spell { from, to, state }),
        }
        at = end;
    }
    let spans = smooth(starved::joined(course, spans));
    Episode { from: course.seconds(steps.start), to: course.seconds(steps.end), open, relapse: false, spans }
}

/// Spells without those that are too short to be told from their neighbours: a second without an answer among minutes
/// of failures says nothing by itself. Each becomes a part of the longer one beside it, the shortest first.
fn smooth(mut spans: Vec<Spell>) -> Vec<Spell> {
    let length = |spell: &Spell| spell.to - spell.from;
    let whole = spans.iter().map(length).sum::<f64>();
    let least = (SPELL_PART * whole).min(SPELL_SECONDS);
    loop {
        let short = spans.iter().enumerate().filter(|(_, spell)| length(spell) < least);
        let shortest = short.min_by(|a, b| length(a.1).total_cmp(&length(b.1))).map(|(at, _)| at);
        let Some(at) = shortest.filter(|_| 1 < spans.len()) else { return spans };
        let beside = |at: Option<usize>| at.and_then(|at| spans.get(at)).map_or(0.0, length);
        let before = at.checked_sub(1).filter(|_| beside(Some(at + 1)) <= beside(at.checked_sub(1)));
        spans[at].state = spans[before.unwrap_or(at + 1)].state;
        let (mut joined, all): (Vec<Spell>, _) = (Vec::with_capacity(spans.len()), spans);
        for spell in all {
            match joined.last_mut().filter(|last| last.state == spell.state) {
                Some(last) => last.to = spell.to,
                None => joined.push(spell),
            }
        }
        spans = joined;
    }
}

/// What steps between two bad ones are like, which are not good enough to end the episode: like those before unless
/// most intents were answered, or most of those that were expected where answers were missing.
fn between(course: &Course<'_>, steps: Range<usize>, before: Option<State>) -> State {
    if let Some(State::Down(Reason::Starved) | State::Degraded(Reason::Starved)) = before {
        return starved::state(course, steps);
    }
    let counts = course.sum(steps);
    let most = 0 < counts.ended() && counts.ended() < 2 * counts.answered();
    before.filter(|before| !before.is_down() || !most).unwrap_or(State::LEAST)
}

/// What steps are like that are known to fail more than usual: where most intents failed it was down, though no block
/// by itself is beyond chance.
fn failing(course: &Course<'_>, steps: Range<usize>) -> State {
    let counts = course.sum(steps);
    let most = counts.answered() < counts.failed;
    if most { State::Down(Reason::Failing) } else { State::Degraded(Reason::Failing) }
}
