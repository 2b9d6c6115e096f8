//! Replications of several scenarios at once, so that no core waits for the last one of each.

use crate::pool::map_jobs;
use crate::run::{Error, Progress, run};
use brownout_observe::Observations;
use brownout_scenario::Scenario;

/// All replications of all scenarios, the longest first; the results are in the order of the scenarios, and are the
/// same on any number of threads (0: as many as there are cores). `progress` has one for each scenario.
///
/// # Errors
/// As [`run`]: the first that failed.
///
/// # Panics
/// If `progress` is shorter than `scenarios`.
pub fn replicate_all<P: Progress>(
    scenarios: &[Scenario],
    threads: usize,
    progress: &[P],
) -> Result<Vec<Vec<Observations>>, Error> {
    let all = scenarios.iter().enumerate();
    let mut jobs: Vec<(usize, u64)> = all
        .flat_map(|(at, s)| (0..u64::from(s.replications)).map(move |replication| (at, replication)))
        .collect();
    jobs.sort_by(|a, b| scenarios[b.0].events.total_cmp(&scenarios[a.0].events));
    let one = |&(at, replication): &(usize, u64)| {
        let scenario = &scenarios[at];
        run(&scenario.model, scenario.seed, replication, &progress[at]).map(|run| (at, replication, run))
    };
    let mut done = map_jobs(threads, &jobs, one)?;
    done.sort_by_key(|(at, replication, _)| (*at, *replication));
    let mut by_scenario: Vec<Vec<Observations>> = scenarios.iter().map(|_| Vec::new()).collect();
    for (at, _, run) in done {
        by_scenario[at].push(run);
    }
    Ok(by_scenario)
}
