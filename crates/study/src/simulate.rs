//! All replications of all cases as one pool of jobs, each reduced on the thread that has run it to what findings need.

use crate::Case;
use brownout_analysis::{Findings, Fold, Reduced};
use brownout_lab::{Error, Point, Progress, fold_beside, run_all, run_beside};
use brownout_observe::{Digest, Keep, Replication};

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
    /// Whether each intent that was not served is given its reason. In a development build that took 38 % more of
    /// front-door-jam and 68 % more instructions of retry-cliff, where nearly all fail; a tenth is the goal.
    pub provenance: bool,
}

/// All replications of each case, as points of the lab.
fn points(cases: &[Case], settings: Settings) -> Vec<Point<'_>> {
    let keep = |keep: Keep| if settings.provenance { keep.and_provenance() } else { keep };
    let all = cases.iter().map(|case| case.point(settings.windows));
    all.map(|point| Point { keep: keep(point.keep), ..point }).collect()
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
    let points = points(cases, settings);
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
    let points = points(cases, settings);
    let beside: Vec<_> = cases.iter().map(|case| settings.beside.then(|| case.beside())).collect();
    run_beside(&points, &beside, settings.threads, progress)
}

/// What all replications of each case come to, with the runs beside them if the settings ask for these. A replication
/// is let go as soon as it is reduced, so that memory hardly grows with their number: by a few kilobytes each.
///
/// # Errors
/// If a run is interrupted or grows past its limit.
///
/// # Panics
/// As [`digests`].
pub fn fold<P: Progress>(cases: &[Case], settings: Settings, progress: &[P]) -> Result<Vec<Fold>, Error> {
    let points = points(cases, settings);
    let beside: Vec<_> = cases.iter().map(|case| settings.beside.then(|| case.beside())).collect();
    let mut folds: Vec<Fold> = cases.iter().map(|_| Fold::default()).collect();
    let reduce = |at: usize, replication| cases[at].reduce(replication);
    let add = |at: usize, reduced: Reduced| folds[at].add(reduced);
    fold_beside(&points, &beside, settings.threads, progress, reduce, add)?;
    Ok(folds)
}

/// What was found in each case.
///
/// # Panics
/// If a case has no replication, or not the one fold for each.
pub fn find(cases: &[Case], folds: Vec<Fold>) -> Vec<Findings> {
    assert_eq!(cases.len(), folds.len(), "a fold for each case");
    cases.iter().zip(folds).map(|(case, fold)| case.finish(fold)).collect()
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
    Ok(find(cases, fold(cases, settings, progress)?))
}
