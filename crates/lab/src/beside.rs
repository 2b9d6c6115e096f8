//! The runs beside each replication: the same seed without queues, and without what happened, as jobs of one pool.

use crate::jobs::{Point, run_all};
use crate::run::{Error, Progress};
use brownout_model::Model;
use brownout_observe::{Keep, Replication};
use brownout_units::Span;
use std::sync::Arc;

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

/// A point, and which of its runs.
#[derive(Clone, Copy)]
enum Role {
    Run,
    Ideal,
    Counterfactual,
}

/// All replications of all points, with the runs beside them where these are asked for: as
/// [`run_all`], with one of `beside` for each point. Logs of all runs of a point have the places of its legend.
///
/// # Errors
/// As [`run_all`].
///
/// # Panics
/// If `beside` or `progress` is shorter than `points`.
pub fn run_beside<P: Progress>(
    points: &[Point<'_>],
    beside: &[Option<Beside>],
    threads: usize,
    progress: &[P],
) -> Result<Vec<Vec<Replication>>, Error> {
    let (mut all, mut roles, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    for (at, point) in points.iter().enumerate() {
        let mut add = |role: Role, point| {
            all.push(point);
            roles.push(role);
            reports.push(Report { to: &progress[at], is_beside: !matches!(role, Role::Run) });
        };
        add(Role::Run, point.clone());
        let Some(beside) = &beside[at] else { continue };
        let point_of = |model| Point {
            model,
            legend: Arc::clone(&point.legend),
            keep: beside.keep.clone(),
            // Without retries and backlogs they are shorter, by how much depends on the trouble.
            cost: point.cost / 2.0,
            ..*point
        };
        add(Role::Ideal, point_of(&beside.ideal));
        if let Some(model) = &beside.counterfactual {
            add(Role::Counterfactual, point_of(model));
        }
    }
    let done = run_all(&all, threads, &reports, |_, digest| digest)?;
    let mut sets: Vec<Vec<Replication>> = Vec::new();
    for (role, digests) in roles.into_iter().zip(done) {
        let alone = |run| Replication { run, ideal: None, counterfactual: None };
        if matches!(role, Role::Run) {
            sets.push(digests.into_iter().map(alone).collect());
            continue;
        }
        let set = sets.last_mut().expect("the runs of a point stand before those beside them");
        for (replication, digest) in set.iter_mut().zip(digests) {
            match role {
                Role::Ideal => replication.ideal = Some(digest),
                _ => replication.counterfactual = Some(digest),
            }
        }
    }
    Ok(sets)
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
