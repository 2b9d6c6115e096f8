//! Extremes that are followed while a run goes on: the worst five minutes, the busiest ten seconds.
//!
//! Parts and wholes of a share add up, so a stretch is the difference of two sums since the start of the run; they are
//! kept for every [`step`] of the longest stretch that is asked for.

use crate::keep::Stretch;
use crate::kinds::Kinds;
use crate::legend::Legend;
use crate::summary::{PEAKS, columns_of, has_workers};
use crate::tally::Tally;
use brownout_kernel::Instant;
use brownout_metrics::{Ask, End, How, Latency, Level, Metric, Parts, Source, Subject, Which, step};
use brownout_protocol::{Kind, Layout};
use brownout_stats::SparseHistogram;
use brownout_units::Span;
use std::borrow::Cow;
use std::collections::VecDeque;

/// The extremes of one run.
pub(crate) struct Extremes {
    /// Those that differ: a class with one operation, and one load of it, have the same rows of the log.
    followed: Vec<One>,
    /// By place in the legend: which of those it is.
    places: Vec<usize>,
    /// The stretches that are asked for.
    stretches: Vec<Stretch>,
    /// The length of a step.
    length: Span,
}

struct One {
    /// Its place in the legend, the first of those that are the same.
    at: usize,
    end: End,
    /// Its length in steps.
    steps: usize,
    /// What it came to at the end of each of the last steps, the latest last.
    sums: VecDeque<Parts>,
    /// By stretch: the extreme so far.
    found: Vec<Option<f64>>,
}

impl Extremes {
    pub(crate) fn new(legend: &Legend, stretches: &[Stretch]) -> Self {
        let length = step(legend.layout.duration);
        let one = |at: usize| {
            let How::Extreme { over, end, .. } = legend.followed[at].metric.how else {
                unreachable!("only extremes are followed")
            };
            let steps = over.nanos().div_ceil(length.nanos()) as usize;
            let sums = VecDeque::from([Parts { part: 0.0, whole: 0.0 }]);
            One { at, end, steps, sums, found: vec![None; stretches.len()] }
        };
        let mut extremes =
            Extremes { followed: Vec::new(), places: Vec::new(), stretches: stretches.to_vec(), length };
        for (at, asked) in legend.followed.iter().enumerate() {
            let same = |one: &One| {
                let other = &legend.followed[one.at];
                other.metric == asked.metric && other.who == asked.who
            };
            let place = extremes.followed.iter().position(same).unwrap_or(extremes.followed.len());
            if place == extremes.followed.len() {
                extremes.followed.push(one(at));
            }
            extremes.places.push(place);
        }
        extremes
    }

    /// A step ends at `at`: samples of this instant are in the tally.
    pub(crate) fn step(&mut self, legend: &Legend, tally: &Tally, at: Instant) {
        let source = SoFar { legend, tally, at };
        for one in &mut self.followed {
            let followed = &legend.followed[one.at];
            let How::Extreme { of, .. } = followed.metric.how else { continue };
            let ask = Ask { source: &source, subject: &followed.subject, who: &followed.who };
            let sum = of.parts(&ask).unwrap_or(Parts { part: 0.0, whole: 0.0 });
            one.sums.push_back(sum);
            if one.sums.len() <= one.steps {
                continue;
            }
            let before = one.sums.pop_front().expect("it has more than that");
            let (part, whole) = (sum.part - before.part, sum.whole - before.whole);
            if whole <= 0.0 {
                continue;
            }
            let (from, to) = (at.nanos() - one.steps as u64 * self.length.nanos(), at.nanos());
            for (stretch, found) in self.stretches.iter().zip(&mut one.found) {
                if stretch.from.nanos() <= from && to <= stretch.to.nanos() {
                    one.end.keep(found, (part / whole).clamp(0.0, 1.0));
                }
            }
        }
    }

    /// Those of one of the stretches.
    pub(crate) fn of(&self, stretch: usize) -> Vec<Option<f64>> {
        self.places.iter().map(|&place| self.followed[place].found[stretch]).collect()
    }
}

trait Keep {
    fn keep(self, found: &mut Option<f64>, value: f64);
}

impl Keep for End {
    fn keep(self, found: &mut Option<f64>, value: f64) {
        *found = Some(match (self, *found) {
            (_, None) => value,
            (End::Highest, Some(old)) => old.max(value),
            (End::Lowest, Some(old)) => old.min(value),
        });
    }
}

/// All that has happened since the start of the run. It has no distributions, of which no extreme is made.
struct SoFar<'a> {
    legend: &'a Legend,
    tally: &'a Tally,
    at: Instant,
}

impl SoFar<'_> {
    /// The rows of a place that are meant.
    fn rows(&self, place: usize, which: Which) -> impl Iterator<Item = usize> {
        let columns = self.legend.layout.columns();
        columns_of(which, columns).map(move |column| place * columns + column)
    }
}

impl Source for SoFar<'_> {
    fn layout(&self) -> &Layout {
        &self.legend.layout
    }

    fn seconds(&self) -> f64 {
        self.at.nanos() as f64 / 1e9
    }

    fn count(&self, place: usize, which: Which, kinds: &[Kind]) -> f64 {
        // One by one: a set of kinds takes longer to make than to use.
        let count = |row| kinds.iter().map(|&kind| self.tally.count_of(row, kind)).sum::<u64>();
        self.rows(place, which).filter(|&row| self.tally.has_any(row)).map(count).sum::<u64>() as f64
    }

    fn sum(&self, place: usize, which: Which, kinds: &[Kind]) -> f64 {
        let kinds = Kinds::of(kinds);
        let of_row = |row| {
            let sums = self.tally.seen(row, kinds).filter_map(move |kind| self.tally.sum_so_far(row, kind));
            sums.map(|sum| sum as f64)
        };
        self.rows(place, which).flat_map(of_row).sum()
    }

    fn level(&self, place: usize, level: Level) -> f64 {
        if level == Level::Serving && !has_workers(self.legend.layout.places[place].books) {
            return 0.0;
        }
        to_float(self.tally.level_so_far(place, level, self.at.nanos())) / 1e9
    }

    fn gauge(&self, place: usize, kind: Kind) -> Option<f64> {
        assert!(!PEAKS.contains(&kind), "no extreme of a peak");
        let sum = self.tally.sum_so_far(place * self.legend.layout.columns(), kind as usize)?;
        Some(to_float(sum as i128))
    }

    fn sent(&self, _place: usize) -> &[u64] {
        &[]
    }

    fn histogram(&self, _: usize, _: u8, _: Latency) -> Option<Cow<'_, SparseHistogram>> {
        None
    }

    fn extreme(&self, _: &Metric, _: &Subject) -> Option<f64> {
        None
    }
}

/// The nearest float: one instruction instead of fifty where 64 bits hold the sum, as they do in most runs.
#[inline]
fn to_float(sum: i128) -> f64 {
    i64::try_from(sum).map_or_else(|_| long_to_float(sum), |sum| sum as f64)
}

/// Out of line, or else both would be computed and one of them chosen.
#[cold]
#[inline(never)]
fn long_to_float(sum: i128) -> f64 {
    sum as f64
}
