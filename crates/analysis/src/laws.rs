//! Theory against simulation: a closed form must lie in the 99 % interval of the simulated mean, and that interval must
//! be narrow.

use brownout_metrics::{LawRow, Subject};
use brownout_observe::{Digest, Legend};
use brownout_stats::Estimate;
use serde::Serialize;

/// One law compared with simulation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Law {
    /// As in the scenario: `M/M/1 W`.
    pub law: String,
    /// The key of the metric that it speaks of.
    pub key: String,
    /// The subject of that metric.
    pub subject: Subject,
    /// What it should be, in the unit of the metric.
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

/// Compares the laws of a scenario with its replications.
pub fn laws(rows: &[LawRow], legend: &Legend, digests: &[Digest]) -> Vec<Law> {
    rows.iter().map(|row| law(row, legend, digests)).collect()
}

fn law(row: &LawRow, legend: &Legend, digests: &[Digest]) -> Law {
    let number =
        |digest: &Digest| row.asked.metric.value(&digest.measured().view(legend), &row.asked.subject);
    let numbers: Vec<f64> = digests.iter().filter_map(number).collect();
    // A replication without the number (no call came, none waited) proves nothing.
    let missing = numbers.len() < digests.len();
    let estimate = Estimate::of(&numbers, 0.99);
    let (low, high) = estimate.ci95.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let narrow = (high - low) / 2.0 <= row.half_width * row.theory.abs();
    let inside = low <= row.theory && row.theory <= high;
    Law {
        law: row.name.clone(),
        key: row.asked.metric.key.to_owned(),
        subject: row.asked.subject.clone(),
        theory: row.theory,
        simulated: estimate.mean,
        ci99: (low, high),
        half_width: row.half_width,
        pass: !missing && narrow && inside,
    }
}
