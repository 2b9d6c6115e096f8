//! The night again under the same seeds, each run held against what the night as it was is held against.

use crate::runs::{Job, Means, Ready, obtain};
use crate::{Case, PlanError};
use brownout_analysis::Findings;
use brownout_metrics::Subject;
use brownout_metrics::harm::{MINUTES_DEGRADED, MINUTES_DOWN, UNSERVED};
use brownout_model::Model;
use brownout_observe::Replication;
use std::cell::Cell;

/// The night as it was under some seeds, and all that other runs of it are held against.
pub(super) struct Nights<'a> {
    pub(super) case: &'a Case,
    /// The operation that is asked about.
    pub(super) operation: Subject,
    base: Vec<Replication>,
    means: Means<'a>,
    runs: Cell<usize>,
}

impl<'a> Nights<'a> {
    /// Runs it under the first seeds.
    ///
    /// # Errors
    /// If a run breaks, or runs stop.
    pub(super) fn run(
        case: &'a Case,
        operation: Subject,
        seeds: u64,
        means: Means<'a>,
    ) -> Result<Self, PlanError> {
        let ready = Ready::new(case, case.keep(false), true);
        let jobs: Vec<Job> = (0..seeds).map(|seed| (0, seed)).collect();
        let base = whole(obtain(&[ready], &jobs, means)?, &jobs)?;
        Ok(Nights { case, operation, base, means, runs: Cell::new(seeds as usize) })
    }

    /// How many runs of changed nights there were, and of the night as it was.
    pub(super) fn runs(&self) -> usize {
        self.runs.get()
    }

    /// What is found in the night as it was under some of the seeds.
    pub(super) fn base(&self, seeds: u64) -> Findings {
        self.case.analyse(&self.base[..seeds as usize])
    }

    /// What is found in some other nights, each under the first `seeds` seeds.
    ///
    /// # Errors
    /// If a run breaks, or runs stop.
    pub(super) fn again(&self, cases: &[Case], seeds: u64) -> Result<Vec<Findings>, PlanError> {
        let (mut runs, jobs) = self.runs_of(cases, seeds, false)?;
        // What would have been is the same, whatever is changed: the same users come to a service without queues.
        for (run, (_, seed)) in runs.iter_mut().zip(&jobs) {
            let base = &self.base[*seed as usize];
            run.ideal.clone_from(&base.ideal);
            run.counterfactual.clone_from(&base.counterfactual);
        }
        Ok(found(cases, &runs, seeds))
    }

    /// The same of nights to which other users come: each is held against its own runs beside it, since users who do
    /// not come are not unserved.
    ///
    /// # Errors
    /// If a run breaks, or runs stop.
    pub(super) fn apart(&self, cases: &[Case], seeds: u64) -> Result<Vec<Findings>, PlanError> {
        Ok(found(cases, &self.runs_of(cases, seeds, true)?.0, seeds))
    }

    /// What the first `seeds` runs of each case left, with those beside them if `beside`, and which runs these are.
    fn runs_of(
        &self,
        cases: &[Case],
        seeds: u64,
        beside: bool,
    ) -> Result<(Vec<Replication>, Vec<Job>), PlanError> {
        let ready: Vec<Ready<'_>> =
            cases.iter().map(|case| Ready::new(case, case.keep(false), beside)).collect();
        let jobs: Vec<Job> = (0..cases.len()).flat_map(|at| (0..seeds).map(move |seed| (at, seed))).collect();
        self.runs.set(self.runs.get() + jobs.len());
        Ok((whole(obtain(&ready, &jobs, self.means)?, &jobs)?, jobs))
    }

    /// The night of another model.
    pub(super) fn of(&self, model: Model) -> Case {
        let mut scenario = self.case.scenario.clone();
        scenario.model = model;
        scenario.expectations.clear();
        Case::new(scenario, String::new())
    }

    /// How much the operation lost: unserved intents, and minutes of trouble where hardly any were unserved.
    pub(super) fn harm(&self, findings: &Findings) -> f64 {
        let number = |metric| findings.values.get(&self.operation, metric).map_or(0.0, |e| e.mean);
        let minutes = number(&MINUTES_DOWN) + number(&MINUTES_DEGRADED);
        let troubled = findings.verdict.operations.iter().find(|one| one.subject() == self.operation);
        let is_harmed = troubled.is_some_and(|one| one.episodes.iter().any(|episodes| !episodes.is_empty()));
        if is_harmed { number(&UNSERVED).max(0.0) + minutes } else { 0.0 }
    }
}

/// What is found in runs, the first `seeds` of them of the first case.
fn found(cases: &[Case], runs: &[Replication], seeds: u64) -> Vec<Findings> {
    runs.chunks(seeds as usize).zip(cases).map(|(runs, case)| case.analyse(runs)).collect()
}

/// What runs left.
///
/// # Errors
/// If one left nothing.
fn whole(outcomes: Vec<crate::runs::Outcome>, jobs: &[Job]) -> Result<Vec<Replication>, PlanError> {
    let one = |(outcome, (_, seed)): (crate::runs::Outcome, &Job)| {
        let broken = |_| PlanError::Point("the night".to_owned(), format!("replication {seed} left nothing"));
        outcome.map_err(broken)
    };
    outcomes.into_iter().zip(jobs).map(one).collect()
}
