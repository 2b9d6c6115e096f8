//! Replications of several scenarios at once, so that no core waits for the last one of each.

use crate::progress::Bar;
use brownout_lab::Error;
use brownout_observe::Observations;
use brownout_scenario::Scenario;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Which scenario, which replication, and what became of it.
type Done = (usize, u64, Result<Observations, Error>);

/// Runs all replications of all scenarios, the longest first; the results are in the order of the scenarios, and are
/// the same on any number of threads (0: one for each core).
///
/// # Errors
/// As [`brownout_lab::run`]: the first that failed.
pub(crate) fn replicate_all(
    scenarios: &[Scenario],
    threads: usize,
    bars: &[Bar],
) -> Result<Vec<Vec<Observations>>, Error> {
    let mut jobs: Vec<(usize, u64)> = Vec::new();
    for (at, scenario) in scenarios.iter().enumerate() {
        jobs.extend((0..u64::from(scenario.replications)).map(|replication| (at, replication)));
    }
    jobs.sort_by(|a, b| scenarios[b.0].events.total_cmp(&scenarios[a.0].events));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores } else { threads }.min(jobs.len().max(1));
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Done>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(&(at, replication)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let scenario = &scenarios[at];
                    let run = brownout_lab::run(&scenario.model, scenario.seed, replication, &bars[at]);
                    if run.is_err() {
                        next.store(jobs.len(), Ordering::Relaxed);
                    }
                    done.lock().expect("no thread has panicked with the lock").push((at, replication, run));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread has panicked with the lock");
    done.sort_by_key(|(at, replication, _)| (*at, *replication));
    let mut all: Vec<Vec<Observations>> = scenarios.iter().map(|_| Vec::new()).collect();
    for (at, _, run) in done {
        all[at].push(run?);
    }
    Ok(all)
}
