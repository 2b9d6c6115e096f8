//! What a sweep will take, said before it begins.

use crate::Case;
use crate::points::Points;
use crate::sweep::Wide;
use brownout_scenario::Sweep;

/// Events that one core delivers in a second, about.
const SPEED: f64 = 1e7;
/// Bytes that a run takes in a store and in the tables for each place and stretch of time, about.
const PLACE_BYTES: f64 = 1_500.0;

/// About how much there is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Points that satisfy the conditions.
    pub points: u64,
    /// Replications of all of them; at least, where they go on until a number is known well enough.
    pub replications: u64,
    /// The same with the runs beside them.
    pub runs: u64,
    /// Events of all runs.
    pub events: f64,
    /// Bytes of disk.
    pub bytes: f64,
}

impl Forecast {
    /// Of a sweep over a case.
    pub fn of(base: &Case, wide: Wide<'_>) -> Self {
        let (_, of) = wide.shard;
        Self::of_part(base, wide.sweep, wide.beside, of)
    }

    /// Of one of so many parts of a sweep.
    pub(crate) fn of_part(base: &Case, sweep: &Sweep, beside: bool, parts: u64) -> Self {
        let points = Points::new(sweep, base.scenario.seed).count().div_ceil(parts);
        let each = if sweep.until.is_some() { 10 } else { u64::from(base.scenario.replications) };
        let replications = points.saturating_mul(each);
        // The ideal run is shorter than the run itself, and shared by points that have the same users.
        let beside = match (beside, base.scenario.model.changes.is_empty()) {
            (false, _) => 1,
            (true, true) => 2,
            (true, false) => 3,
        };
        let runs = replications.saturating_mul(beside);
        let places = base.legend.layout.places.len() as f64;
        Forecast {
            points,
            replications,
            runs,
            events: runs as f64 * base.scenario.events,
            bytes: runs as f64 * PLACE_BYTES * places,
        }
    }

    /// Seconds on that many cores, about.
    pub fn seconds(&self, cores: usize) -> f64 {
        self.events / SPEED / cores.max(1) as f64
    }
}
