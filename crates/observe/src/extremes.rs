//! Extremes that are followed while a run goes on: the worst five minutes, the busiest ten seconds.
//!
//! Parts and wholes of a share add up, so a stretch is the difference of two sums since the start of the run; they are
//! kept for every [`STEP`] of the longest stretch that is asked for.

use crate::effect::stepping;
use crate::keep::Stretch;
use crate::legend::Legend;
use crate::summary::{PEAKS, behind, columns_of, has_workers};
use crate::tally::Tally;
use brownout_kernel::Instant;
use brownout_metrics::{Ask, End, How, Latency, Level, Metric, Parts, STEP, Source, Subject, Which};
use brownout_protocol::{Kind, Layout};
use brownout_stats::SparseHistogram;
use std::borrow::Cow;
use std::collections::VecDeque;

/// The extremes of one run.
pub(crate) struct Extremes {
    /// By place in the legend.
    followed: Vec<One>,
    /// The stretches that are asked for.
    stretches: Vec<Stretch>,
}

struct One {
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
        let one = |followed: &brownout_metrics::Followed| {
            let How::Extreme { over, end, .. } = followed.metric.how else {
                unreachable!("only extremes are followed")
            };
            let steps = (over.nanos() / STEP.nanos()) as usize;
            let sums = VecDeque::from([Parts { part: 0.0, whole: 0.0 }]);
            One { end, steps, sums, found: vec![None; stretches.len()] }
        };
        Extremes { followed: legend.followed.iter().map(one).collect(), stretches: stretches.to_vec() }
    }

    /// A step ends at `at`: samples of this instant are in the tally.
    pub(crate) fn step(&mut self, legend: &Legend, tally: &Tally, at: Instant) {
        let source = SoFar { legend, tally, at };
        for (one, followed) in self.followed.iter_mut().zip(&legend.followed) {
            let How::Extreme { of, over, .. } = followed.metric.how else { continue };
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
            let (from, to) = (at.nanos() - over.nanos(), at.nanos());
            for (stretch, found) in self.stretches.iter().zip(&mut one.found) {
                if stretch.from.nanos() <= from && to <= stretch.to.nanos() {
                    one.end.keep(found, (part / whole).clamp(0.0, 1.0));
                }
            }
        }
    }

    /// Those of one of the stretches.
    pub(crate) fn of(&self, stretch: usize) -> Vec<Option<f64>> {
        self.followed.iter().map(|one| one.found[stretch]).collect()
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
    fn fold(
        &self,
        place: usize,
        which: Which,
        kinds: &[Kind],
        value: impl Fn(crate::cell::Cell) -> f64,
    ) -> f64 {
        let columns = self.legend.layout.columns();
        let mut sum = 0.0;
        for column in columns_of(which, columns) {
            for &kind in kinds {
                sum += value(self.tally.so_far(place * columns + column, kind as usize));
            }
        }
        sum
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
        self.fold(place, which, kinds, |cell| cell.count as f64)
    }

    fn sum(&self, place: usize, which: Which, kinds: &[Kind]) -> f64 {
        self.fold(place, which, kinds, |cell| cell.sum as f64)
    }

    fn level(&self, place: usize, level: Level) -> f64 {
        let columns = self.legend.layout.columns();
        if level == Level::Serving && !has_workers(self.legend.layout.places[place].books) {
            return 0.0;
        }
        let mut nanos = 0;
        for row in place * columns..(place + 1) * columns {
            for kind in stepping(level) {
                let cell = self.tally.so_far(row, kind);
                nanos += behind(kind, level as usize, cell.count, cell.moment, self.at.nanos());
            }
        }
        nanos as f64 / 1e9
    }

    fn gauge(&self, place: usize, kind: Kind) -> Option<f64> {
        assert!(!PEAKS.contains(&kind), "no extreme of a peak");
        let cell = self.tally.so_far(place * self.legend.layout.columns(), kind as usize);
        (0 < cell.count).then_some(cell.sum as f64)
    }

    fn histogram(&self, _: usize, _: u8, _: Latency) -> Option<Cow<'_, SparseHistogram>> {
        None
    }

    fn extreme(&self, _: &Metric, _: &Subject) -> Option<f64> {
        None
    }
}
