//! Runs of the points that a question asks about, each judged by the promises: a day is one run of the scenario.

use super::price::Price;
use super::{Asking, PlanError};
use crate::Case;
use crate::laid::{Laid, name, over};
use crate::runs::{Broken, Job, Means, Outcome, Ready, obtain};
use brownout_analysis::answer::{Averaged, Cost, Tried};
use brownout_analysis::{Judged, is_of_harm};
use brownout_lab::map;
use brownout_metrics::{Expect, Op};
use brownout_observe::Replication;
use brownout_scenario::{Level, On, Promise, Scenario};
use brownout_stats::{MeanTest, Moments, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Runs of a point that are the same, to the bit, mean that nothing in it is drawn by chance.
const ALIKE: usize = 8;
/// Runs of the first seeds that are taken for a sample: fewer may happen to be those that a search had to see.
const SAMPLE: usize = 8;

/// What one run says to each promise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Day {
    /// Whether each promise holds, in their order; none does in a run that broke.
    pub(crate) holds: Vec<bool>,
    /// The number of each and what it is held against; none if there is no such number.
    pub(crate) sides: Vec<Option<(f64, f64)>>,
    /// What it paid a month and lost by penalties, where only runs say that.
    pub(crate) money: (Option<f64>, Option<f64>),
    /// What happened in it; none in a run that broke.
    fingerprint: Option<u64>,
    /// It was not run: all runs of its point are the same.
    follows: bool,
}

impl Day {
    /// Whether all promises about single runs hold.
    pub(crate) fn keeps(&self, promises: &[Promise]) -> bool {
        let about_runs = promises.iter().zip(&self.holds).filter(|(promise, _)| promise.on == On::Runs);
        about_runs.into_iter().all(|(_, holds)| *holds)
    }

    /// Whether every promise has a number here, and another day says the same to each, to the bit; what it cost is
    /// another matter.
    pub(crate) fn says_as(&self, other: &Day) -> bool {
        let same = (&self.holds, &self.sides) == (&other.holds, &other.sides);
        same && self.fingerprint == other.fingerprint && self.sides.iter().all(Option::is_some)
    }

    /// How much the number of a promise is beyond its bound: negative where it is kept; none if there is no such
    /// number.
    pub(crate) fn beyond(&self, promises: &[Promise], at: usize) -> Option<f64> {
        let (left, right) = self.sides[at]?;
        Some(if wants_low(&promises[at].expect) { left - right } else { right - left })
    }
}

/// Whether a lower number keeps an expectation more easily.
pub(crate) fn wants_low(expect: &Expect) -> bool {
    matches!(expect.op, Op::Less | Op::AtMost)
}

/// The points of a question, and every day that was run for it.
pub(crate) struct Days<'a> {
    asking: Asking<'a>,
    means: Means<'a>,
    points: Vec<Laid>,
    cases: BTreeMap<usize, Result<Case, String>>,
    known: BTreeMap<Job, Day>,
    /// Two runs of one point were seen to differ.
    varies: bool,
}

impl<'a> Days<'a> {
    pub(crate) fn new(asking: Asking<'a>, means: Means<'a>, points: Vec<Laid>) -> Self {
        Days { asking, means, points, cases: BTreeMap::new(), known: BTreeMap::new(), varies: false }
    }

    /// How many runs were looked at so far, stored ones among them.
    pub(crate) fn runs(&self) -> usize {
        self.known.values().filter(|day| !day.follows).count()
    }

    /// Nothing is drawn by chance: enough runs of a point were the same, and no two runs of one point were not.
    pub(crate) fn is_fixed(&self) -> bool {
        !self.varies && (0..self.points()).any(|point| self.is_alike(point))
    }

    /// Whether all runs of a point are the same, whatever their seed.
    fn is_alike(&self, point: usize) -> bool {
        let runs: Vec<Option<u64>> = self.runs_of(point).map(|(_, day)| day.fingerprint).collect();
        ALIKE <= runs.len() && runs[0].is_some() && runs.iter().all(|one| *one == runs[0])
    }

    /// The days of a point that were run, by their seeds.
    pub(crate) fn runs_of(&self, point: usize) -> impl Iterator<Item = (u64, &Day)> {
        self.of(point).filter(|(_, day)| !day.follows)
    }

    /// How many points there are.
    pub(crate) fn points(&self) -> usize {
        self.points.len()
    }

    /// The days that are known of a point, by their seeds; some of them follow from others.
    pub(crate) fn of(&self, point: usize) -> impl Iterator<Item = (u64, &Day)> {
        self.known.range((point, 0)..=(point, u64::MAX)).map(|((_, seed), day)| (*seed, day))
    }

    /// Whether the first run says the same at the first point and at this one, to the bit.
    pub(crate) fn is_idle(&self, last: usize) -> bool {
        let first = |point: usize| self.known.get(&(point, 1));
        0 < last && first(0).zip(first(last)).is_some_and(|(one, other)| one.says_as(other))
    }

    /// The case of a point.
    ///
    /// # Errors
    /// The first problem that its values make.
    pub(crate) fn case(&mut self, point: usize) -> Result<&Case, PlanError> {
        self.compile(&[point])?;
        self.cases[&point].as_ref().map_err(|why| PlanError::Point(name(&self.points[point]), why.clone()))
    }

    /// Runs days that are not known yet, unless they follow from others. Seeds count from 1: the replication before it.
    ///
    /// # Errors
    /// If a point is no valid scenario, or runs stop.
    pub(crate) fn run(&mut self, wanted: &[Job]) -> Result<(), PlanError> {
        let mut wanted: BTreeSet<Job> =
            wanted.iter().filter(|job| !self.known.contains_key(job)).copied().collect();
        if !self.varies {
            let first = self.first(&wanted);
            self.perform(&first)?;
            wanted.retain(|job| !first.contains(job));
        }
        let (follow, run): (BTreeSet<Job>, BTreeSet<Job>) =
            wanted.into_iter().partition(|(point, _)| self.is_alike(*point));
        for (point, seed) in follow {
            let (_, like) = self.runs_of(point).next().expect("some are alike");
            let day = Day { follows: true, ..like.clone() };
            self.known.insert((point, seed), day);
        }
        self.perform(&run)
    }

    /// Of each point as many as it takes to know whether its runs are all the same.
    fn first(&self, wanted: &BTreeSet<Job>) -> BTreeSet<Job> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        let is_first = |(point, _): &&Job| {
            let count = counts.entry(*point).or_insert_with(|| self.runs_of(*point).count());
            *count += 1;
            *count <= ALIKE
        };
        wanted.iter().filter(is_first).copied().collect()
    }

    fn perform(&mut self, wanted: &BTreeSet<Job>) -> Result<(), PlanError> {
        if wanted.is_empty() {
            return Ok(());
        }
        let points: Vec<usize> =
            wanted.iter().map(|(point, _)| *point).collect::<BTreeSet<_>>().into_iter().collect();
        self.compile(&points)?;
        let mut cases: Vec<&Case> = Vec::new();
        for point in &points {
            match &self.cases[point] {
                Ok(case) => cases.push(case),
                Err(why) => {
                    return Err(PlanError::Point(name(&self.points[*point]), why.clone()));
                }
            }
        }
        let ready: Vec<Ready<'_>> = cases.iter().map(|case| ready(case)).collect();
        let place = |point: usize| points.binary_search(&point).expect("each point is among them");
        let jobs: Vec<Job> = wanted.iter().map(|(point, seed)| (place(*point), seed - 1)).collect();
        let outcomes = obtain(&ready, &jobs, self.means)?;
        let pairs: Vec<(&Job, Outcome)> = jobs.iter().zip(outcomes).collect();
        let days = map(self.means.threads, &pairs, |((at, _), outcome)| day(cases[*at], outcome))?;
        self.known.extend(wanted.iter().copied().zip(days));
        let differ = |point: &usize| {
            let mut prints = self.runs_of(*point).map(|(_, day)| day.fingerprint);
            let first = prints.next();
            prints.any(|print| Some(print) != first)
        };
        self.varies = self.varies || points.iter().any(differ);
        Ok(())
    }

    /// A day that was run.
    ///
    /// # Panics
    /// If it was not.
    pub(crate) fn day(&self, job: Job) -> &Day {
        &self.known[&job]
    }

    /// What the first runs of a point left, for an account of what breaks there.
    ///
    /// # Errors
    /// As [`Days::run`].
    pub(crate) fn replications(&mut self, point: usize, count: u64) -> Result<Vec<Replication>, PlanError> {
        let means = self.means;
        let case = self.case(point)?;
        let ready = [Ready::new(case, case.keep(false), true)];
        let jobs: Vec<Job> = (0..count).map(|replication| (0, replication)).collect();
        let outcomes = obtain(&ready, &jobs, means)?;
        Ok(outcomes.into_iter().flatten().collect())
    }

    /// What was run at a point, which is that value of a knob; none if nothing was.
    ///
    /// # Errors
    /// If the point is no valid scenario.
    pub(crate) fn row(
        &mut self,
        point: usize,
        promises: &[Promise],
        value: &Level,
        (verdict, test): (Verdict, MeanTest),
    ) -> Result<Option<Tried>, PlanError> {
        let days: Vec<(u64, &Day)> = self.runs_of(point).collect();
        let runs = days.len();
        if runs == 0 {
            return Ok(None);
        }
        let row = Tried {
            value: value.shown.clone(),
            number: value.number,
            runs,
            kept: days.iter().filter(|(_, day)| day.keeps(promises)).count(),
            is_sample: SAMPLE <= runs && (1..).zip(&days).all(|(seed, (has, _))| seed == *has),
            each: (0..promises.len())
                .map(|at| days.iter().filter(|(_, day)| day.holds[at]).count())
                .collect(),
            averages: self.averages(point, promises, test),
            verdict,
            is_fixed: self.is_alike(point),
            cost: None,
            accelerators: 0,
        };
        let of_runs = Price::of(self.case(point)?).is_of_runs();
        // Runs that a search had to see are chosen by what happened in them, and so is what that cost.
        let cost = if row.is_sample || !of_runs { self.cost(point)? } else { None };
        let accelerators = Price::of(self.case(point)?).accelerators;
        Ok(Some(Tried { cost, accelerators, ..row }))
    }

    /// What a point costs a month, by its runs as far as they are needed for that; none if nothing has a price.
    ///
    /// # Errors
    /// If the point is no valid scenario.
    pub(crate) fn cost(&mut self, point: usize) -> Result<Option<Cost>, PlanError> {
        let still = Price::of(self.case(point)?).dollars;
        let money: Vec<_> = self.runs_of(point).map(|(_, day)| day.money).collect();
        Ok(Cost::of(still, &money))
    }

    /// What the runs of a point say of each promise on average.
    pub(crate) fn averages(
        &self,
        point: usize,
        promises: &[Promise],
        test: MeanTest,
    ) -> Vec<Option<Averaged>> {
        let of = |(at, promise): (usize, &Promise)| {
            if promise.on != On::Average {
                return None;
            }
            let sides: Vec<(f64, f64)> = self.runs_of(point).filter_map(|(_, day)| day.sides[at]).collect();
            averaged(&sides, test)
        };
        promises.iter().enumerate().map(of).collect()
    }

    fn compile(&mut self, points: &[usize]) -> Result<(), PlanError> {
        let new: Vec<usize> =
            points.iter().filter(|point| !self.cases.contains_key(point)).copied().collect();
        let (asking, all) = (self.asking, &self.points);
        let cases = map(self.means.threads, &new, |point| compile(asking, &all[*point]))?;
        self.cases.extend(new.into_iter().zip(cases));
        Ok(())
    }
}

/// A point as a case whose expectations are the promises.
fn compile(asking: Asking<'_>, laid: &Laid) -> Result<Case, String> {
    let mut case = Case::at(asking.document, &over(asking.overrides, laid.clone()))?;
    let promises = promises(&case.scenario);
    case.scenario.expectations = promises.iter().map(|promise| promise.expect.clone()).collect();
    case.scenario.plan.promises = promises;
    Ok(case)
}

/// The mean of some numbers, with the interval of what they are held against around the mean of that: of a bound that
/// is a number of each run, it is the difference that is tested.
fn averaged(sides: &[(f64, f64)], test: MeanTest) -> Option<Averaged> {
    let moments = |of: fn(&(f64, f64)) -> f64| sides.iter().map(of).collect::<Moments>();
    let bound = moments(|(_, right)| *right).mean()?;
    let ends = test.interval(&moments(|(left, right)| left - right));
    let ends = ends.map(|(low, high)| (bound + low, bound + high));
    Some(Averaged { mean: moments(|(left, _)| *left).mean()?, ends, bound })
}

/// The promises of a scenario: those of its plan, or else its expectations, each of single runs.
fn promises(scenario: &Scenario) -> Vec<Promise> {
    if scenario.plan.promises.is_empty() {
        let of_runs = |expect: &Expect| Promise { expect: expect.clone(), on: On::Runs };
        return scenario.expectations.iter().map(of_runs).collect();
    }
    scenario.plan.promises.clone()
}

/// Harm is counted against the runs beside each seed, and so is what it costs; other numbers need none.
fn ready(case: &Case) -> Ready<'_> {
    let beside = case.scenario.expectations.iter().any(is_of_harm) || Price::of(case).has_penalty;
    Ready::new(case, case.keep(false), beside)
}

fn day(case: &Case, outcome: &Outcome) -> Day {
    let expectations = &case.scenario.expectations;
    let replication = match outcome {
        Ok(replication) => replication,
        Err(Broken::Limit(_) | Broken::Invariant(_)) => {
            return Day {
                holds: vec![false; expectations.len()],
                sides: vec![None; expectations.len()],
                money: (None, None),
                fingerprint: None,
                follows: false,
            };
        }
    };
    // What it cost is read together with the promises: harm is found once.
    let price = Price::of(case);
    let asks = expectations.iter().cloned().chain(price.asks());
    let mut judged = case.judge(&asks.collect::<Vec<_>>(), replication);
    let money = price.of_run(&judged.split_off(expectations.len()));
    let sides = |judged: &Judged| judged.left.zip(judged.right);
    Day {
        holds: judged.iter().map(|judged| judged.holds).collect(),
        sides: judged.iter().map(sides).collect(),
        money,
        fingerprint: Some(replication.run.fingerprint),
        follows: false,
    }
}
