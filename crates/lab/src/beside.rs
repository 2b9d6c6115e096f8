//! The runs beside each replication: the same seed without queues, and without what happened, as jobs of one pool.

use crate::jobs::Point;
use crate::pool::{Groups, fold};
use crate::run::{Error, Of, Progress, run};
use brownout_model::Model;
use brownout_observe::{Digest, Keep, Replication};
use brownout_units::Span;

/// What is run beside each replication of a model.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The same demand without queues.
    pub ideal: Model,
    /// The same seed without what happened; none where nothing happens.
    pub counterfactual: Option<Model>,
    /// What is kept of these runs.
    pub keep: Keep,
}

impl Beside {
    /// The runs beside those of `model`.
    pub fn of(model: &Model, keep: Keep) -> Self {
        Beside { ideal: model.ideal(), counterfactual: model.counterfactual(), keep }
    }
}

/// All replications of all points, with the runs beside them where these are asked for: as [`run_all`](crate::run_all),
/// with one of `beside` for each point. Logs of all runs of a point have the places of its legend.
///
/// # Errors
/// As [`run_all`](crate::run_all).
///
/// # Panics
/// If `beside` or `progress` is shorter than `points`.
pub fn run_beside<P: Progress>(
    points: &[Point<'_>],
    beside: &[Option<Beside>],
    threads: usize,
    progress: &[P],
) -> Result<Vec<Vec<Replication>>, Error> {
    let mut sets: Vec<Vec<Replication>> = points.iter().map(|_| Vec::new()).collect();
    let add = |at: usize, replication| sets[at].push(replication);
    fold_beside(points, beside, threads, progress, |_, replication| replication, add)?;
    Ok(sets)
}

/// The same replications, of which no more are kept than are waited for: each is reduced by the thread that has done
/// the last of its runs, and what that leaves is handed on in the order of replications, one point's among another's.
/// `add` sees the same on any number of threads (0: as many as there are cores).
///
/// # Errors
/// As [`run_all`](crate::run_all); then `add` has seen some replications.
///
/// # Panics
/// If `beside` or `progress` is shorter than `points`.
pub fn fold_beside<T: Send, P: Progress>(
    points: &[Point<'_>],
    beside: &[Option<Beside>],
    threads: usize,
    progress: &[P],
    reduce: impl Fn(usize, Replication) -> T + Sync,
    mut add: impl FnMut(usize, T) + Send,
) -> Result<(), Error> {
    // Long ones first, so that no core waits for the last one.
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| points[*b].cost.total_cmp(&points[*a].cost));
    let of = |at: usize| (0..u64::from(points[at].replications)).map(move |n| (at, points[at].first + n));
    let groups: Vec<(usize, u64)> = order.into_iter().flat_map(of).collect();
    let runs: Vec<Vec<(&Model, &Keep)>> =
        points.iter().zip(beside).map(|(point, beside)| runs(point, beside.as_ref())).collect();
    let work = |group: usize, part: usize| {
        let (at, replication) = groups[group];
        let (point, (model, keep)) = (&points[at], runs[at][part]);
        let of = Of { model, seed: point.seed, replication };
        run(of, &point.legend, keep, &Report { to: &progress[at], is_beside: 0 < part })
    };
    let join = |group: usize, digests: Vec<Digest>| {
        let mut digests = digests.into_iter();
        let run = digests.next().expect("a replication has its own run");
        let (ideal, counterfactual) = (digests.next(), digests.next());
        reduce(groups[group].0, Replication { run, ideal, counterfactual })
    };
    fold(
        threads,
        Groups {
            count: groups.len(),
            parts: |group: usize| runs[groups[group].0].len(),
            work,
            join,
            take: |group: usize, reduced| add(groups[group].0, reduced),
        },
    )
}

/// The runs of each replication of a point, its own first, then the ideal one, then that without a trigger.
fn runs<'a>(point: &'a Point<'_>, beside: Option<&'a Beside>) -> Vec<(&'a Model, &'a Keep)> {
    let mut all = vec![(point.model, &point.keep)];
    if let Some(beside) = beside {
        all.push((&beside.ideal, &beside.keep));
        all.extend(beside.counterfactual.as_ref().map(|model| (model, &beside.keep)));
    }
    all
}

/// What a run reports to: a run beside another one only asks whether it shall go on.
struct Report<'a, P> {
    to: &'a P,
    is_beside: bool,
}

impl<P: Progress> Progress for Report<'_, P> {
    fn at(&self, replication: u64, at: Span, events: u64) -> bool {
        if self.is_beside { self.to.beside() } else { self.to.at(replication, at, events) }
    }

    fn begins(&self, replication: u64) {
        self.to.begins(replication);
    }
}
