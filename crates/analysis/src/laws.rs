//! Theory against simulation: a closed form must lie in the 99 % interval of the simulated mean, and that interval must
//! be narrow.

use crate::metric::value;
use brownout_observe::Observations;
use brownout_scenario::LawRow;
use brownout_stats::Estimate;
use serde::Serialize;

/// One law held against simulation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Law {
    /// As in the scenario: `M/M/1 W`.
    pub law: String,
    /// What it should be, in seconds, per second, a part of 1 or a count.
    pub theory: f64,
    /// Mean over replications.
    pub simulated: f64,
    /// The 99 % interval of that mean.
    pub ci99: (f64, f64),
    /// Half the interval may be at most this part of the theory.
    pub half_width: f64,
    /// Theory lies inside, and the interval is narrow enough.
    pub pass: bool,
}

/// Holds the laws of a scenario against its replications.
pub fn laws(rows: &[LawRow], runs: &[Observations]) -> Vec<Law> {
    rows.iter().map(|row| law(row, runs)).collect()
}

fn law(row: &LawRow, runs: &[Observations]) -> Law {
    let numbers =
        runs.iter().map(|run| value(run, run.layout.measured(), &row.metric.subject, row.metric.key));
    let numbers: Vec<f64> = numbers.flatten().collect();
    // A replication without the number (nobody came, nobody waited) proves nothing.
    let missing = numbers.len() < runs.len();
    let estimate = Estimate::of(&numbers, 0.99);
    let (low, high) = estimate.ci95.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let narrow = (high - low) / 2.0 <= row.half_width * row.theory.abs();
    let inside = low <= row.theory && row.theory <= high;
    Law {
        law: row.name.clone(),
        theory: row.theory,
        simulated: estimate.mean,
        ci99: (low, high),
        half_width: row.half_width,
        pass: !missing && narrow && inside,
    }
}
