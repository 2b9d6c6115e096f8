//! Replications of several models as one pool of jobs, so that no core waits for the last one of each.

use crate::pool::map;
use crate::run::{Error, Of, Progress, run};
use brownout_model::Model;
use brownout_observe::{Digest, Keep, Legend};
use std::sync::Arc;

/// A model of which some replications are wanted.
#[derive(Clone, Debug)]
pub struct Point<'a> {
    /// The service.
    pub model: &'a Model,
    /// The legend of its log.
    pub legend: Arc<Legend>,
    /// What is kept of each replication.
    pub keep: Keep,
    /// Of the first replication.
    pub seed: u64,
    /// Which one is the first of them.
    pub first: u64,
    /// How many, from there on.
    pub replications: u32,
    /// The approximate number of events of each: long ones start first.
    pub cost: f64,
}

/// All replications of all points, each handed to `each` by the thread that has run it; the results are in the order of
/// points and replications, the same on any number of threads (0: as many as there are cores). `progress` has one for
/// each point.
///
/// # Errors
/// The first job that was interrupted or grew past its limit.
///
/// # Panics
/// If `progress` is shorter than `points`.
pub fn run_all<T: Send, P: Progress>(
    points: &[Point<'_>],
    threads: usize,
    progress: &[P],
    each: impl Fn(usize, Digest) -> T + Sync + Send,
) -> Result<Vec<Vec<T>>, Error> {
    let all = points.iter().enumerate();
    let mut jobs: Vec<(usize, u64)> =
        all.flat_map(|(at, p)| (0..u64::from(p.replications)).map(move |n| (at, p.first + n))).collect();
    jobs.sort_by(|a, b| points[b.0].cost.total_cmp(&points[a.0].cost));
    let one = |&(at, replication): &(usize, u64)| {
        let point = &points[at];
        let of = Of { model: point.model, seed: point.seed, replication };
        let digest = run(of, &point.legend, &point.keep, &progress[at])?;
        Ok((at, replication, each(at, digest)))
    };
    let mut done = map(threads, &jobs, one)?.into_iter().collect::<Result<Vec<_>, Error>>()?;
    done.sort_by_key(|(at, replication, _)| (*at, *replication));
    let mut by_point: Vec<Vec<T>> = points.iter().map(|_| Vec::new()).collect();
    for (at, _, result) in done {
        by_point[at].push(result);
    }
    Ok(by_point)
}
