//! How many calls are inside at once when a run is at its fullest: what memory it takes while it runs.

use super::flow::{Flow, cycle};
use super::times::Times;
use brownout_model::{Body, Model};

/// Calls and users that a run holds at its fullest, at most: the calls that no tier has served by its end, as far as
/// queues have places, and the users who are on their way.
pub(super) fn inside(model: &Model, times: &Times, flow: &Flow, users: &[f64], vain: &[f64]) -> f64 {
    let duration = model.duration.as_secs_f64();
    let backlog = (0..model.tiers.len()).map(|at| {
        let come = flow.reaching(at) * duration;
        let left = flow.room(model, times, at).map_or(0.0, |room| come * (1.0 - room).max(0.0));
        let places = match &model.tiers[at].body {
            Body::Station(station) => {
                station.queue.limit.map(|limit| f64::from(station.replicas) * f64::from(limit))
            }
            _ => None,
        };
        places.map_or(left, |places| left.min(places))
    });
    let walking =
        model.loads.iter().zip(users).map(|(load, rate)| rate * cycle(model, load, times).min(duration));
    backlog.sum::<f64>() + walking.sum::<f64>() + vain.iter().sum::<f64>()
}
