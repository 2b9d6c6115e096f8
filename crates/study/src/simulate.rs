//! All replications of all cases as one pool of jobs, then their analysis on the same threads.

use crate::Case;
use brownout_analysis::Findings;
use brownout_lab::{Error, Progress, map, run_all, run_beside};
use brownout_observe::{Digest, Replication};

/// How cases are run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Threads; 0: as many as there are cores.
    pub threads: usize,
    /// Whether lines over time are kept, which verdicts, charts and pages need.
    pub windows: bool,
    /// Whether each replication has runs beside it: the same demand without queues and, where something happens, the
    /// same seed without it.
    pub beside: bool,
}

/// The digests of every replication of every case, in their order; the same on any number of threads. `progress` has
/// one for each case.
///
/// # Errors
/// If a run is interrupted or grows past its limit.
///
/// # Panics
/// If `progress` is shorter than `cases`, or an invariant of the simulator is broken.
pub fn digests<P: Progress>(
    cases: &[Case],
    settings: Settings,
    progress: &[P],
) -> Result<Vec<Vec<Digest>>, Error> {
    let points: Vec<_> = cases.iter().map(|case| case.point(settings.windows)).collect();
    run_all(&points, settings.threads, progress, |_, digest| digest)
}

/// The same with the runs beside each replication, if the settings ask for them.
///
/// # Errors
/// If a run is interrupted or grows past its limit.
///
/// # Panics
/// As [`digests`].
pub fn replications<P: Progress>(
    cases: &[Case],
    settings: Settings,
    progress: &[P],
) -> Result<Vec<Vec<Replication>>, Error> {
    let points: Vec<_> = cases.iter().map(|case| case.point(settings.windows)).collect();
    let beside: Vec<_> = cases.iter().map(|case| settings.beside.then(|| case.beside())).collect();
    run_beside(&points, &beside, settings.threads, progress)
}

/// What was found in each case.
///
/// # Errors
/// If the machine gives no threads.
///
/// # Panics
/// If a case has no digest.
pub fn find(cases: &[Case], runs: &[Vec<Replication>], settings: Settings) -> Result<Vec<Findings>, Error> {
    let pairs: Vec<(&Case, &Vec<Replication>)> = cases.iter().zip(runs).collect();
    map(settings.threads, &pairs, |(case, runs)| case.analyse(runs))
}

/// Both: every replication of every case, and what was found.
///
/// # Errors
/// If a run is interrupted or grows past its limit.
///
/// # Panics
/// As [`digests`].
pub fn simulate<P: Progress>(
    cases: &[Case],
    settings: Settings,
    progress: &[P],
) -> Result<Vec<Findings>, Error> {
    find(cases, &replications(cases, settings, progress)?, settings)
}
