//! Whether all replications fit into memory: asked before they are run, since the system does not ask.

use crate::Case;
use brownout_units::Bytes;

/// What the analysis needs besides what is kept.
const MORE: f64 = 1.25;

/// Why the replications of some cases do not fit into that much free memory, and what to do; none if they do.
pub fn refusal(cases: &[Case], windows: bool, free: u64) -> Option<String> {
    let need = |case: &Case| MORE * case.bytes(windows) * f64::from(case.scenario.replications);
    let all: f64 = cases.iter().map(need).sum();
    if all <= free as f64 {
        return None;
    }
    let largest = cases.iter().max_by(|a, b| need(a).total_cmp(&need(b)))?;
    let replications = largest.scenario.replications;
    let fit = (f64::from(replications) * free as f64 / all) as u64;
    let rounded = |bytes: f64| Bytes::new((bytes / 1e8).ceil() as u64 * 100_000_000);
    let (need, free) = (rounded(all), rounded(free as f64));
    Some(format!(
        "{replications} replications would keep {need} until they are analysed, and {free} of memory are free: \
         about {fit} fit. Ask for fewer with --replications, or for longer windows (run.window)"
    ))
}
