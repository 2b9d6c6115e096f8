//! Whether all replications fit into memory: asked before they are run, since the system does not ask.

use crate::Case;
use brownout_units::{Bytes, grouped};

/// What the analysis needs besides what is kept.
const MORE: f64 = 1.25;

/// Bytes of a call or user while it is inside, by measurement: its rows of state, its timers, its place in queues.
const INSIDE_BYTES: f64 = 200.0;
/// A run with those beside it.
const BESIDE: f64 = 3.0;

/// What the runs of some cases take.
struct Need {
    /// What is kept of all of them until they are analysed.
    kept: f64,
    /// What those that run at the same time hold.
    inside: f64,
}

impl Need {
    fn of(cases: &[Case], windows: bool, threads: usize) -> Self {
        let replications = |case: &Case| f64::from(case.scenario.replications);
        let kept = cases.iter().map(|case| MORE * case.bytes(windows) * replications(case)).sum();
        let fullest = cases.iter().map(|case| case.scenario.inside).fold(0.0, f64::max);
        let runs: f64 = cases.iter().map(|case| BESIDE * replications(case)).sum();
        Need { kept, inside: INSIDE_BYTES * fullest * runs.min(threads.max(1) as f64) }
    }

    fn all(&self) -> f64 {
        self.kept + self.inside
    }
}

fn rounded(bytes: f64) -> Bytes {
    Bytes::new((bytes / 1e8).ceil() as u64 * 100_000_000)
}

/// Why the replications of some cases do not fit into that much free memory on that many threads, and what to do; none
/// if they do.
pub fn refusal(cases: &[Case], windows: bool, threads: usize, free: u64) -> Option<String> {
    let need = Need::of(cases, windows, threads);
    if need.all() <= free as f64 {
        return None;
    }
    let of = |case: &Case| case.bytes(windows) * f64::from(case.scenario.replications);
    let largest = cases.iter().max_by(|a, b| of(a).total_cmp(&of(b)))?;
    let replications = largest.scenario.replications;
    if need.kept < need.inside {
        let fullest = cases.iter().map(|case| case.scenario.inside).fold(0.0, f64::max);
        return Some(format!(
            "about {} calls and users are inside at once at the fullest: they need {}, and {} of memory are free. \
             Scale rates and capacity down together, or give queues a limit",
            grouped(fullest as u64),
            rounded(need.inside),
            rounded(free as f64),
        ));
    }
    let fit = (f64::from(replications) * free as f64 / need.all()) as u64;
    let (need, free) = (rounded(need.all()), rounded(free as f64));
    Some(format!(
        "{replications} replications would keep {need} until they are analysed, and {free} of memory are free: \
         about {fit} fit. Ask for fewer with --replications, or for longer windows (run.window)"
    ))
}

/// Says how much memory the replications of some cases take, where that is over a quarter of what is free or, if that
/// is unknown, over 2 GB.
pub fn memory_note(cases: &[Case], windows: bool, threads: usize, free: Option<u64>) -> Option<String> {
    let need = Need::of(cases, windows, threads).all();
    let much = free.map_or(2e9, |free| free as f64 / 4.0);
    (much < need).then(|| format!("this will take about {} of memory", rounded(need)))
}
