//! What became of intents, step by step: the grid on which harm is found. Steps are those of the run, never its
//! windows, so no finding depends on `run.window`.

use crate::kinds::Kinds;
use crate::legend::Legend;
use crate::strain::{Strain, Strains};
use crate::tally::Tally;
use brownout_protocol::{Kind, Layout, Status};
use brownout_units::Span;
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{AddAssign, Range};

/// A run has at most this many steps: over five and a half hours they get longer than [`LEAST`], so that their number
/// stays bounded.
const STEPS_MAX: u64 = 20_000;
/// The shortest step.
const LEAST: Span = Span::from_secs(1);

/// What became of the intents of each path, and what tiers went through, in every step of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// The length of a step: a whole number of seconds.
    pub step: Span,
    /// By path, then by step.
    pub paths: Vec<Vec<Tick>>,
    /// By tier in the order of the layout, then by [`TIER_STEPS`] steps: what it went through.
    pub tiers: Vec<Vec<Strain>>,
}

/// Tiers are followed more coarsely than intents: there are more numbers of them.
pub const TIER_STEPS: usize = 5;

/// What became of the intents of one path in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// They began.
    pub began: u32,
    /// They were answered as promised.
    pub good: u32,
    /// They were answered, but not as promised.
    pub late: u32,
    /// They failed.
    pub failed: u32,
}

/// The same summed over a longer time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// They began.
    pub began: u64,
    /// They were answered as promised.
    pub good: u64,
    /// They were answered, but not as promised.
    pub late: u64,
    /// They failed.
    pub failed: u64,
}

impl Counts {
    /// Answered, as promised or not.
    pub fn answered(self) -> u64 {
        self.good + self.late
    }

    /// All that ended.
    pub fn ended(self) -> u64 {
        self.answered() + self.failed
    }

    /// How many more are open than were before; below 0 where more ended than began.
    pub fn open(self) -> i64 {
        self.began as i64 - self.ended() as i64
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.began += other.began;
        self.good += other.good;
        self.late += other.late;
        self.failed += other.failed;
    }
}

impl From<Tick> for Counts {
    fn from(tick: Tick) -> Counts {
        let Tick { began, good, late, failed } = tick;
        Counts { began: began.into(), good: good.into(), late: late.into(), failed: failed.into() }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), |mut sum, one| {
            sum += one;
            sum
        })
    }
}

impl Pace {
    /// The length of a step of tiers, in seconds.
    pub fn tier_step(&self) -> f64 {
        self.step.as_secs_f64() * TIER_STEPS as f64
    }

    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.paths.first().map_or(0, Vec::len)
    }

    /// The steps that begin at `from` or later and end at `to` or earlier, rounded outwards.
    pub fn range(&self, from: Span, to: Span) -> Range<usize> {
        let step = self.step.nanos().max(1);
        let first = (from.nanos() / step) as usize;
        let last = (to.nanos().div_ceil(step) as usize).min(self.steps());
        first.min(last)..last
    }

    /// When a step begins, in seconds since the start of the run.
    pub fn seconds(&self, at: usize) -> f64 {
        at as f64 * self.step.as_secs_f64()
    }

    /// What became of the intents of a path in some steps.
    pub fn sum(&self, path: usize, steps: Range<usize>) -> Counts {
        self.paths[path][steps].iter().copied().map(Counts::from).sum()
    }

    /// Bytes of memory that one of a whole run takes.
    pub fn bytes_of(layout: &Layout) -> usize {
        let steps = layout.duration.nanos().div_ceil(step(layout.duration).nanos()) as usize;
        let tiers = (layout.places.len() - layout.loads) * (steps / TIER_STEPS);
        steps * layout.paths.len() * size_of::<Tick>() + tiers * size_of::<Strain>()
    }

    /// Bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        let ticks: usize = self.paths.iter().map(Vec::capacity).sum();
        let tiers: usize = self.tiers.iter().map(Vec::capacity).sum();
        ticks * size_of::<Tick>() + tiers * size_of::<Strain>()
    }
}

/// Writes the pace of a run that goes on.
pub(crate) struct Stepper {
    pub(crate) pace: Pace,
    /// How many steps have ended.
    steps: u64,
    /// By path: totals at the end of the last step.
    seen: Vec<Counts>,
    strains: Strains,
}

impl Stepper {
    pub(crate) fn new(layout: &Layout) -> Self {
        let paths = layout.paths.len();
        let pace = Pace {
            step: step(layout.duration),
            paths: vec![Vec::new(); paths],
            tiers: vec![Vec::new(); layout.places.len() - layout.loads],
        };
        Stepper { pace, steps: 0, seen: vec![Counts::default(); paths], strains: Strains::new(layout) }
    }

    /// An attempt failed by what a place decided.
    pub(crate) fn blame(&mut self, place: u32) {
        self.strains.blame(place);
    }

    /// That many replicas of a place are out of rotation from now on.
    pub(crate) fn take_out(&mut self, place: usize, replicas: u64) {
        self.strains.take_out(place, replicas);
    }

    /// When the last step ended, in nanoseconds.
    pub(crate) fn reached(&self) -> u64 {
        self.steps * self.pace.step.nanos()
    }

    /// When the next step ends, in nanoseconds.
    pub(crate) fn next(&self) -> u64 {
        self.reached() + self.pace.step.nanos()
    }

    /// A step ends: everything before its end, and nothing after it, is in the tally.
    pub(crate) fn end_step(&mut self, legend: &Legend, tally: &Tally) {
        let layout = &legend.layout;
        self.steps += 1;
        if self.steps.is_multiple_of(TIER_STEPS as u64) {
            let step = self.pace.step.as_secs_f64() * TIER_STEPS as f64;
            self.strains.end_step(legend, tally, self.reached(), step, &mut self.pace.tiers);
        }
        for (path, ticks) in self.pace.paths.iter_mut().enumerate() {
            let now: Counts = layout.loads_of(path as u8).map(|load| counts(layout, tally, load, path)).sum();
            let before = std::mem::replace(&mut self.seen[path], now);
            ticks.push(Tick {
                began: (now.began - before.began) as u32,
                good: (now.good - before.good) as u32,
                late: (now.late - before.late) as u32,
                failed: (now.failed - before.failed) as u32,
            });
        }
    }
}

/// The length of a step of a run of that length.
fn step(duration: Span) -> Span {
    let least = duration.nanos().div_ceil(STEPS_MAX);
    Span::from_nanos(least.div_ceil(LEAST.nanos()).max(1) * LEAST.nanos())
}

/// Intents that failed, for any reason.
const FAILED: Kinds = {
    let mut failed = Kinds::of(&[]);
    let mut at = 0;
    while at < Status::COUNT {
        if !matches!(Status::ALL[at], Status::Ok) {
            failed.add(Kind::failed(Status::ALL[at]) as usize);
        }
        at += 1;
    }
    failed
};

fn counts(layout: &Layout, tally: &Tally, load: usize, path: usize) -> Counts {
    let row = load * layout.columns() + 2 * path;
    let counts = |row| Counts {
        began: tally.count_of(row, Kind::Arrived),
        good: tally.count_of(row, Kind::Succeeded),
        late: tally.count_of(row, Kind::SucceededLate),
        failed: tally.count_so_far(row, FAILED),
    };
    // Most runs have no retries for a long time.
    [row, row + 1].into_iter().filter(|&row| tally.has_any(row)).map(counts).sum()
}
