//! One path of one replication, step by step, with what it is held against.

use brownout_observe::{Counts, Pace, Replication, Tick};
use std::ops::Range;

/// An own baseline below this part of the ideal share is that of a service that is already ill: the ideal serves
/// instead.
const WELL: f64 = 0.95;
/// Without a trigger, this first part of the measured time is the baseline.
const BASELINE: f64 = 1.0 / 3.0;
/// The dispersion of counts is learned from bins of at least this many, so that a bin is not mostly empty.
const BIN: f64 = 10.0;

/// One path of one replication after the warm-up.
#[derive(Clone, Debug)]
pub(crate) struct Course<'a> {
    /// What became of its intents.
    pub(crate) ticks: &'a [Tick],
    /// The answers that were to be expected, by step.
    pub(crate) expected: Vec<f64>,
    /// The variance of expected counts by their mean; at least that of a Poisson process.
    pub(crate) dispersion: f64,
    /// The steps in which all is usual: of the run without a trigger, or its own first ones.
    pub(crate) usual: &'a [Tick],
    /// Intents that were open when the ticks begin: of the run, and of what is usual.
    pub(crate) open: (i64, i64),
    /// The share of ended intents that is answered when all is well.
    pub(crate) success: f64,
    /// The share of answers that keep their promise when all is well.
    pub(crate) in_time: f64,
    /// Whether a promise says when an answer is late.
    pub(crate) promised: bool,
    /// The length of a step, in seconds.
    pub(crate) step: f64,
    /// The first of these steps among those of the run.
    pub(crate) first: usize,
}

/// Variances of shares by those of independent draws; at least 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noise {
    pub(crate) success: f64,
    pub(crate) in_time: f64,
}

/// The dispersion of shares (part, whole) around their mean (Pearson's χ² by its degrees of freedom).
fn variation(shares: impl Iterator<Item = (u64, u64)> + Clone) -> f64 {
    let (part, whole) = shares.clone().fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
    let mean = part as f64 / (whole as f64).max(1.0);
    let one = mean * (1.0 - mean);
    let blocks = shares.clone().filter(|share| 0 < share.1).count();
    if one <= 0.0 || blocks < 3 {
        return 1.0;
    }
    let square =
        |(part, whole): (u64, u64)| (part as f64 - mean * whole as f64).powi(2) / (whole as f64 * one);
    let sum: f64 = shares.filter(|share| 0 < share.1).map(square).sum();
    (sum / (blocks - 1) as f64).max(1.0)
}

/// A path of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whose {
    /// Its place in the layout.
    pub(crate) path: usize,
    /// Its users begin again when they are done, so that a faster service is asked for more.
    pub(crate) closed: bool,
    /// A promise says when an answer is late.
    pub(crate) promised: bool,
}

impl<'a> Course<'a> {
    /// That of a path in the measured steps of a replication.
    pub(crate) fn new(of: &'a Replication, whose: Whose, measured: &Range<usize>) -> Self {
        let ticks = &of.run.pace.paths[whose.path][measured.clone()];
        let beside = |digest: &'a Option<brownout_observe::Digest>| {
            digest.as_ref().map(|digest| &digest.pace.paths[whose.path][measured.clone()])
        };
        let (ideal, counterfactual) = (beside(&of.ideal), beside(&of.counterfactual));
        let baseline = &ticks[..(ticks.len() as f64 * BASELINE).ceil() as usize];
        let usual = counterfactual.unwrap_or(baseline);
        let open = |digest: &brownout_observe::Digest| digest.pace.sum(whose.path, 0..measured.start).open();
        let open = (open(&of.run), open(of.counterfactual.as_ref().unwrap_or(&of.run)));
        let best = ideal.map(sum);
        let share = |of: fn(Counts) -> Option<f64>| {
            let (own, best) = (of(sum(usual)), best.and_then(of).unwrap_or(1.0));
            own.filter(|own| WELL * best <= *own).unwrap_or(best)
        };
        // Where not even the ideal answers anything, the run is held against what began.
        let answers = |of: &&[Tick]| 0 < sum(of).answered();
        let expected = match (counterfactual.filter(answers), ideal.filter(answers)) {
            (Some(without), _) => without.iter().map(|tick| answered(*tick)).collect(),
            (None, Some(ideal)) => scaled(ideal, ticks, baseline.len(), whose.closed),
            (None, None) => ticks.iter().map(|tick| f64::from(tick.began)).collect(),
        };
        Course {
            ticks,
            usual,
            open,
            dispersion: dispersion(counterfactual.or(ideal).unwrap_or(ticks)),
            success: share(success),
            in_time: share(in_time),
            expected,
            promised: whose.promised,
            step: of.run.pace.step.as_secs_f64(),
            first: measured.start,
        }
    }

    /// What became of intents in some of its steps.
    pub(crate) fn sum(&self, steps: Range<usize>) -> Counts {
        sum(&self.ticks[steps])
    }

    /// What became of intents between two instants, in seconds since the start of the run.
    pub(crate) fn between(&self, from: f64, to: f64) -> Counts {
        self.sum(self.steps(from, to))
    }

    /// The steps between two instants, in seconds since the start of the run.
    pub(crate) fn steps(&self, from: f64, to: f64) -> Range<usize> {
        let step = |seconds: f64| ((seconds / self.step).round() as usize).saturating_sub(self.first);
        let last = step(to).min(self.ticks.len());
        step(from).min(last)..last
    }

    /// Whether nothing happened in a step, and nothing was to be expected.
    pub(crate) fn is_idle(&self, step: usize) -> bool {
        self.ticks[step] == Tick::default() && self.expected[step] <= 0.0
    }

    /// Where the time ends in which anything was asked, or would have been.
    pub(crate) fn asked_until(&self) -> usize {
        let asked = |&at: &usize| 0 < self.ticks[at].began || 0.0 < self.expected[at];
        (0..self.ticks.len()).rev().find(asked).map_or(0, |last| last + 1)
    }

    /// When one of its steps begins, in seconds since the start of the run.
    pub(crate) fn seconds(&self, step: usize) -> f64 {
        (self.first + step) as f64 * self.step
    }

    /// How much more shares of blocks vary than draws that do not depend on each other, when all is usual: of those
    /// that are answered, and of answers in time. Intents that meet the same queue share its fate.
    pub(crate) fn noise(&self, least: f64) -> Noise {
        let mut blocks = Vec::new();
        let mut counts = Counts::default();
        for tick in self.usual {
            counts += (*tick).into();
            if least <= counts.ended() as f64 {
                blocks.push(std::mem::take(&mut counts));
            }
        }
        Noise {
            success: variation(blocks.iter().map(|block| (block.answered(), block.ended()))),
            in_time: variation(blocks.iter().map(|block| (block.good, block.answered()))),
        }
    }

    /// Intents that were to be expected, or that came if those were more.
    pub(crate) fn intents(&self) -> f64 {
        let began = self.sum(0..self.ticks.len()).began as f64;
        began.max(self.expected.iter().sum())
    }
}

/// Steps of a run as the measured ones.
pub(crate) fn measured(pace: &Pace, layout: &brownout_observe::Layout) -> Range<usize> {
    pace.range(layout.warmup, layout.duration)
}

fn sum(ticks: &[Tick]) -> Counts {
    ticks.iter().copied().map(Counts::from).sum()
}

fn answered(tick: Tick) -> f64 {
    f64::from(tick.good) + f64::from(tick.late)
}

fn success(counts: Counts) -> Option<f64> {
    (0 < counts.ended()).then(|| counts.answered() as f64 / counts.ended() as f64)
}

fn in_time(counts: Counts) -> Option<f64> {
    (0 < counts.answered()).then(|| counts.good as f64 / counts.answered() as f64)
}

/// The answers of the ideal run, scaled to what the run itself answers in its baseline where users of a closed load ask
/// more of a faster service.
fn scaled(ideal: &[Tick], run: &[Tick], baseline: usize, closed: bool) -> Vec<f64> {
    let (own, best) = (sum(&run[..baseline]).answered() as f64, sum(&ideal[..baseline]).answered() as f64);
    let ratio = if 0.0 < best { own / best } else { 1.0 };
    // Of an open load, an own baseline that answers less is already starved.
    let ratio = if closed || WELL <= ratio { ratio.min(1.0) } else { 1.0 };
    ideal.iter().map(|tick| ratio * answered(*tick)).collect()
}

/// How much more counts vary than those of a Poisson process, from differences of neighbours so that a slow rise or
/// fall of the load is not taken for chance.
fn dispersion(ticks: &[Tick]) -> f64 {
    let all: f64 = ticks.iter().map(|tick| answered(*tick)).sum();
    if all < 2.0 * BIN {
        return 1.0;
    }
    let length = (BIN * ticks.len() as f64 / all).ceil() as usize;
    let bins: Vec<f64> =
        ticks.chunks_exact(length).map(|bin| bin.iter().map(|tick| answered(*tick)).sum()).collect();
    let differences: f64 = bins.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    let counted: f64 = bins.windows(2).map(|pair| pair[0] + pair[1]).sum();
    if counted <= 0.0 { 1.0 } else { (differences / counted).max(1.0) }
}
