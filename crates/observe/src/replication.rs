//! One replication with the runs beside it: what it is held against.

use crate::digest::Digest;
use serde::{Deserialize, Serialize};

/// One replication: what the run left, and what the runs beside it left under the same seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replication {
    /// The run.
    pub run: Digest,
    /// The same arrivals served without queues, faults and refusals; none where it was not asked for.
    pub ideal: Option<Digest>,
    /// The same seed without any trigger; none where it was not asked for, or nothing happens to the service.
    pub counterfactual: Option<Digest>,
}

impl Replication {
    /// A run with nothing beside it.
    pub fn alone(run: Digest) -> Self {
        Replication { run, ideal: None, counterfactual: None }
    }
}
