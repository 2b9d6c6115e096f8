//! Runs of the points that a question asks about, each judged by the promises: a day is one run of the scenario.

use super::{Asking, PlanError, name};
use crate::Case;
use crate::runs::{Broken, Job, Means, Outcome, Ready, obtain};
use brownout_analysis::{Judged, is_of_harm, judge, stretches};
use brownout_lab::map;
use brownout_metrics::{Expect, Op};
use brownout_observe::{Keep, Replication};
use brownout_scenario::{On, Overrides, Promise};
use std::collections::{BTreeMap, BTreeSet};

/// What is laid over the scenario at a point.
pub(crate) type Laid = Vec<(String, String)>;

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
        let outcomes = obtain(&ready, &jobs, self.means).map_err(PlanError::Stopped)?;
        let pairs: Vec<(&Job, Outcome)> = jobs.iter().zip(outcomes).collect();
        let days = map(self.means.threads, &pairs, |((at, _), outcome)| day(cases[*at], outcome));
        let days = days.map_err(|error| PlanError::Stopped(crate::Stopped::Failed(error.to_string())))?;
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
        let ready = [Ready::new(case, keep(case), true)];
        let jobs: Vec<Job> = (0..count).map(|replication| (0, replication)).collect();
        let outcomes = obtain(&ready, &jobs, means).map_err(PlanError::Stopped)?;
        Ok(outcomes.into_iter().flatten().collect())
    }

    fn compile(&mut self, points: &[usize]) -> Result<(), PlanError> {
        let new: Vec<usize> =
            points.iter().filter(|point| !self.cases.contains_key(point)).copied().collect();
        let (asking, all) = (self.asking, &self.points);
        let cases = map(self.means.threads, &new, |point| compile(asking, &all[*point]));
        let cases = cases.map_err(|error| PlanError::Stopped(crate::Stopped::Failed(error.to_string())))?;
        self.cases.extend(new.into_iter().zip(cases));
        Ok(())
    }
}

/// A point as a case whose expectations are the promises.
fn compile(asking: Asking<'_>, laid: &Laid) -> Result<Case, String> {
    let overrides = over(asking.overrides, laid);
    match asking.document.compile(&overrides) {
        Ok(scenario) => Ok(Case::new(promised(scenario), String::new())),
        Err(problems) => Err(problems.iter().next().map_or_else(String::new, ToString::to_string)),
    }
}

/// A point's values on top of other overrides.
pub(crate) fn over(overrides: &Overrides, laid: &Laid) -> Overrides {
    let mut over = overrides.clone();
    for (path, value) in laid {
        if path == brownout_scenario::VARIANT {
            over.variant = Some(value.clone());
        } else {
            over.set.push((path.clone(), value.clone()));
        }
    }
    over
}

/// The promises of a scenario: those of its plan, or else its expectations, each of single runs.
pub(crate) fn promises(scenario: &brownout_scenario::Scenario) -> Vec<Promise> {
    if scenario.plan.promises.is_empty() {
        let of_runs = |expect: &Expect| Promise { expect: expect.clone(), on: On::Runs };
        return scenario.expectations.iter().map(of_runs).collect();
    }
    scenario.plan.promises.clone()
}

fn promised(mut scenario: brownout_scenario::Scenario) -> brownout_scenario::Scenario {
    let promises = promises(&scenario);
    scenario.expectations = promises.iter().map(|promise| promise.expect.clone()).collect();
    scenario.plan.promises = promises;
    scenario
}

/// What promises need of a run, and no more.
fn keep(case: &Case) -> Keep {
    Keep::new(&case.legend.layout, stretches(&case.scenario.expectations), false)
}

/// Harm is counted against the runs beside each seed; other numbers need none.
fn ready(case: &Case) -> Ready<'_> {
    Ready::new(case, keep(case), case.scenario.expectations.iter().any(is_of_harm))
}

fn day(case: &Case, outcome: &Outcome) -> Day {
    let expectations = &case.scenario.expectations;
    let replication = match outcome {
        Ok(replication) => replication,
        Err(Broken::Limit(_) | Broken::Invariant(_)) => {
            return Day { holds: vec![false; expectations.len()], beyond: vec![None; expectations.len()] };
        }
    };
    let of = brownout_analysis::Case { model: &case.scenario.model, legend: &case.legend, expectations };
    let judged = judge(&of, replication);
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
