//! What a run took, and where: kept apart from its results, which are the same on every machine.

use serde::{Deserialize, Serialize};

/// The file that the caller writes it to.
pub const TIMING: &str = "timing.json";

/// What a run took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// From the start of the command until the last file was written, in seconds.
    pub wall_seconds: f64,
    /// Of that until all replications were done.
    pub simulation_seconds: f64,
    /// Of that from then until the findings stood.
    pub analysis_seconds: f64,
    /// How many threads simulated.
    pub threads: u32,
    /// What the machine calls itself; empty if it does not say.
    pub machine: String,
    /// When the command ended, RFC 3339; none where there is no clock.
    pub finished: Option<String>,
}
