//! Which of some variants is best: under common seeds, as many as it takes.

use crate::runs::{Job, Means, Ready, obtain};
use crate::{Case, PlanError};
use brownout_analysis::Findings;
use brownout_analysis::compare::{Race, Runner};
use brownout_lab::map;
use brownout_metrics::{Asked, Better};
use brownout_observe::Replication;
use brownout_plan::{Best, Known, Ranking, Standing, best, drive};
use std::collections::BTreeMap;

/// Differences of less than this part of the leader's mean are none.
const EQUAL: f64 = 0.05;
/// Seeds after which what is left is undecided.
const SEEDS_MAX: u64 = 300;

/// What is asked of a race.
#[derive(Clone, Debug)]
pub struct By {
    /// The number, as it is written.
    pub text: String,
    /// Which one.
    pub asked: Asked,
    /// How sure the answer has to be.
    pub confidence: f64,
    /// A difference that counts as none, in the unit of the metric, for means near zero.
    pub equal: f64,
}

/// Finds the best of some cases by a number, and what was found in the runs of each. One case is no race.
///
/// # Errors
/// If the number does not exist in some run, a run breaks, or runs stop.
///
/// # Panics
/// If there is no case.
pub fn race(cases: &[Case], by: &By, means: Means<'_>) -> Result<(Option<Race>, Vec<Findings>), PlanError> {
    let ready: Vec<Ready<'_>> = cases.iter().map(|case| Ready::new(case, case.keep(false), true)).collect();
    let mut all: BTreeMap<Job, Replication> = BTreeMap::new();
    if cases.len() == 1 {
        let jobs: Vec<Job> = (0..u64::from(cases[0].scenario.replications)).map(|n| (0, n)).collect();
        get(&ready, cases, &jobs, means, &mut all)?;
        return Ok((None, findings(cases, &all, means)?));
    }
    let asked = Best {
        variants: cases.len(),
        confidence: by.confidence,
        relative: EQUAL,
        absolute: by.equal,
        seeds_max: SEEDS_MAX,
    };
    // The procedure looks for the lowest.
    let sign = if by.asked.metric.better == Better::High { -1.0 } else { 1.0 };
    let mut known: Known<f64> = Known::new();
    let ranking = drive(
        &mut known,
        |known| best(known, &asked),
        |wanted: &[Job]| {
            let jobs: Vec<Job> = wanted.iter().map(|(case, seed)| (*case, seed - 1)).collect();
            get(&ready, cases, &jobs, means, &mut all)?;
            let value = |job: &Job| {
                let missing = || PlanError::NoMean(by.text.clone(), job.1, cases[job.0].name().to_owned());
                Ok(sign * cases[job.0].value(&by.asked, &all[job]).ok_or_else(missing)?)
            };
            jobs.iter().map(value).collect::<Result<Vec<f64>, PlanError>>()
        },
    )?;
    let found = findings(cases, &all, means)?;
    Ok((Some(typed(cases, by, &ranking, sign)), found))
}

/// Runs some replications.
fn get(
    ready: &[Ready<'_>],
    cases: &[Case],
    jobs: &[Job],
    means: Means<'_>,
    all: &mut BTreeMap<Job, Replication>,
) -> Result<(), PlanError> {
    let outcomes = obtain(ready, jobs, means)?;
    for ((case, replication), outcome) in jobs.iter().zip(outcomes) {
        let broken = |_| {
            let name = cases[*case].name().to_owned();
            PlanError::Point(name, format!("replication {replication} left nothing"))
        };
        all.insert((*case, *replication), outcome.map_err(broken)?);
    }
    Ok(())
}

fn findings(
    cases: &[Case],
    all: &BTreeMap<Job, Replication>,
    means: Means<'_>,
) -> Result<Vec<Findings>, PlanError> {
    let places: Vec<usize> = (0..cases.len()).collect();
    let one = |at: &usize| {
        let runs = all.range((*at, 0)..=(*at, u64::MAX));
        cases[*at].analyse(&runs.map(|(_, replication)| replication.clone()).collect::<Vec<_>>())
    };
    Ok(map(means.threads, &places, one)?)
}

fn typed(cases: &[Case], by: &By, ranking: &Ranking, sign: f64) -> Race {
    let runner = |standing: &Standing| Runner {
        name: cases[standing.variant].name().to_owned(),
        mean: sign * standing.mean,
        behind: (standing.behind, standing.half),
        runs: standing.seeds,
    };
    let mut worse: Vec<Runner> = ranking.dropped.iter().map(runner).collect();
    worse.sort_by(|a, b| a.behind.0.total_cmp(&b.behind.0));
    Race {
        by: by.text.clone(),
        metric: by.asked.metric,
        confidence: by.confidence,
        left: ranking.left.iter().map(runner).collect(),
        worse,
        is_decided: ranking.decided,
        runs: ranking.runs,
    }
}
