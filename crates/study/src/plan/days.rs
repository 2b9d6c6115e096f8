//! Runs of the points that a question asks about, each judged by the promises: a day is one run of the scenario.

use super::{Asking, PlanError};
use crate::Case;
use crate::laid::{Laid, name, over};
use crate::runs::{Broken, Job, Means, Outcome, Ready, obtain};
use brownout_analysis::answer::Tried;
use brownout_analysis::{Judged, is_of_harm};
use brownout_lab::map;
use brownout_metrics::{Expect, Op};
use brownout_observe::Replication;
use brownout_scenario::{Level, On, Promise, Scenario};
use brownout_stats::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// Runs of the first seeds that are taken for a sample: fewer may happen to be those that a search had to see.
const SAMPLE: usize = 8;

/// What one run says to each promise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Day {
    /// Whether each promise holds, in their order; none does in a run that broke.
    pub(crate) holds: Vec<bool>,
    /// How much the number of each is beyond its bound: negative where it is kept; none if there is no such number.
    pub(crate) beyond: Vec<Option<f64>>,
}

impl Day {
    /// Whether all promises about single runs hold.
    pub(crate) fn keeps(&self, promises: &[Promise]) -> bool {
        let about_runs = promises.iter().zip(&self.holds).filter(|(promise, _)| promise.on == On::Runs);
        about_runs.into_iter().all(|(_, holds)| *holds)
    }
}

/// The points of a question, and every day that was run for it.
pub(crate) struct Days<'a> {
    asking: Asking<'a>,
    means: Means<'a>,
    points: Vec<Laid>,
    cases: BTreeMap<usize, Result<Case, String>>,
    known: BTreeMap<Job, Day>,
}

impl<'a> Days<'a> {
    pub(crate) fn new(asking: Asking<'a>, means: Means<'a>, points: Vec<Laid>) -> Self {
        Days { asking, means, points, cases: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// How many runs were looked at so far, stored ones among them.
    pub(crate) fn runs(&self) -> usize {
        self.known.len()
    }

    /// How many points there are.
    pub(crate) fn points(&self) -> usize {
        self.points.len()
    }

    /// The days that are known of a point, by their seeds.
    pub(crate) fn of(&self, point: usize) -> impl Iterator<Item = (u64, &Day)> {
        self.known.range((point, 0)..=(point, u64::MAX)).map(|((_, seed), day)| (*seed, day))
    }

    /// The case of a point.
    ///
    /// # Errors
    /// The first problem that its values make.
    pub(crate) fn case(&mut self, point: usize) -> Result<&Case, PlanError> {
        self.compile(&[point])?;
        self.cases[&point].as_ref().map_err(|why| PlanError::Point(name(&self.points[point]), why.clone()))
    }

    /// Runs days that are not known yet. Seeds count from 1: the replication before it.
    ///
    /// # Errors
    /// If a point is no valid scenario, or runs stop.
    pub(crate) fn run(&mut self, wanted: &[Job]) -> Result<(), PlanError> {
        let wanted: BTreeSet<Job> =
            wanted.iter().filter(|job| !self.known.contains_key(job)).copied().collect();
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
        self.known.extend(wanted.into_iter().zip(days));
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
        verdict: Verdict,
    ) -> Result<Option<Tried>, PlanError> {
        let days: Vec<(u64, &Day)> = self.of(point).collect();
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
            verdict,
            dollars_a_month: None,
            accelerators: 0,
        };
        let (dollars_a_month, accelerators) = super::cost::of(self.case(point)?);
        Ok(Some(Tried { dollars_a_month, accelerators, ..row }))
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

/// The promises of a scenario: those of its plan, or else its expectations, each of single runs.
fn promises(scenario: &Scenario) -> Vec<Promise> {
    if scenario.plan.promises.is_empty() {
        let of_runs = |expect: &Expect| Promise { expect: expect.clone(), on: On::Runs };
        return scenario.expectations.iter().map(of_runs).collect();
    }
    scenario.plan.promises.clone()
}

/// Harm is counted against the runs beside each seed; other numbers need none.
fn ready(case: &Case) -> Ready<'_> {
    Ready::new(case, case.keep(false), case.scenario.expectations.iter().any(is_of_harm))
}

fn day(case: &Case, outcome: &Outcome) -> Day {
    let expectations = &case.scenario.expectations;
    let replication = match outcome {
        Ok(replication) => replication,
        Err(Broken::Limit(_) | Broken::Invariant(_)) => {
            return Day { holds: vec![false; expectations.len()], beyond: vec![None; expectations.len()] };
        }
    };
    let judged = case.judge(expectations, replication);
    let beyond = |(expect, judged): (&Expect, &Judged)| {
        let (left, right) = (judged.left?, judged.right?);
        Some(match expect.op {
            Op::Less | Op::AtMost => left - right,
            _ => right - left,
        })
    };
    Day {
        holds: judged.iter().map(|judged| judged.holds).collect(),
        beyond: expectations.iter().zip(&judged).map(beyond).collect(),
    }
}
