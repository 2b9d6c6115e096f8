//! What a run took: kept apart from its results, which are the same on every machine.

use serde::{Deserialize, Serialize};

/// The file that the caller writes it to.
pub const TIMING: &str = "timing.json";

/// What a run took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// From the first replication until the findings stood, in seconds.
    pub wall_seconds: f64,
    /// Of that until all replications were done.
    pub simulation_seconds: f64,
    /// Of that from then until the findings stood.
    pub analysis_seconds: f64,
    /// How many threads simulated.
    pub threads: u32,
}
