//! Whether all replications fit into memory: asked before they are run, since the system does not ask.

use crate::Case;
use brownout_units::{Bytes, grouped};

/// What writing the results needs besides what is kept, by measurement.
const MORE: f64 = 1.25;

/// The program before it has read anything, with what pages and pictures take, by measurement.
const PROGRAM_BYTES: f64 = 30e6;
/// Bytes of a call or user while it is inside, by measurement: its rows of state, its timers, its place in queues.
const INSIDE_BYTES: f64 = 200.0;
/// A run with those beside it.
const BESIDE: f64 = 3.0;

/// What the runs of some cases take.
struct Need {
    /// What is left of all of them until results are written.
    kept: f64,
    /// Lines over time, of all replications together.
    lines: f64,
    /// What those that run at the same time leave until they are reduced.
    running: f64,
    /// What is inside of those.
    inside: f64,
}

impl Need {
    fn of(cases: &[Case], windows: bool, threads: usize) -> Self {
        let replications = |case: &Case| f64::from(case.scenario.replications);
        let most = |of: &dyn Fn(&Case) -> f64| cases.iter().map(of).fold(0.0, f64::max);
        let runs: f64 = cases.iter().map(|case| BESIDE * replications(case)).sum();
        let at_once = runs.min(threads.max(1) as f64);
        let lines = if windows { cases.iter().map(Case::line_bytes).sum() } else { 0.0 };
        Need {
            kept: cases.iter().map(|case| MORE * case.kept_bytes() * replications(case)).sum(),
            lines: MORE * lines,
            running: at_once * most(&|case| case.run_bytes(windows)),
            inside: INSIDE_BYTES * most(&|case| case.scenario.inside) * at_once,
        }
    }

    fn all(&self) -> f64 {
        self.kept + self.lines + self.running + self.inside
    }
}

/// To two digits, upwards.
fn rounded(bytes: f64) -> Bytes {
    let step = 10f64.powf((bytes.max(1e7).log10()).floor() - 1.0).max(1e6);
    Bytes::new(((bytes / step).ceil() * step) as u64)
}

/// The most memory that a run of a case takes on one thread, with those beside it and with the program itself.
pub(crate) fn of_run(case: &Case) -> Bytes {
    rounded(PROGRAM_BYTES + Need::of(std::slice::from_ref(case), true, 1).all())
}

/// The memory that runs may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// So many bytes are free, besides those that the program has.
    Free(u64),
    /// The program may take so many bytes in all.
    Asked(u64),
}

impl Room {
    /// How many bytes.
    pub fn bytes(self) -> u64 {
        match self {
            Room::Free(bytes) | Room::Asked(bytes) => bytes,
        }
    }

    /// How much the program may have before runs are stopped: tables double, and several do at the same time, so that
    /// what it has grows by up to two fifths at once, by measurement. Of what is free that much is not left unused: a
    /// system has more ways out than a promise.
    pub fn full(self) -> f64 {
        match self {
            Room::Free(bytes) => 0.9 * bytes as f64,
            Room::Asked(bytes) => 2.0 / 3.0 * bytes as f64,
        }
    }

    /// What is left for runs.
    fn for_runs(self) -> f64 {
        match self {
            Room::Free(bytes) => bytes as f64,
            Room::Asked(_) => (self.full() - PROGRAM_BYTES).max(0.0),
        }
    }

    fn said(self) -> String {
        let bytes = Bytes::new(self.bytes());
        match self {
            Room::Free(_) => format!("and {} of memory are free", rounded(bytes.as_f64())),
            Room::Asked(_) => {
                format!(
                    "and {bytes} of memory are allowed in all (--memory), a third of it for tables that grow"
                )
            }
        }
    }
}

/// Why the replications of some cases do not fit into memory on that many threads, and what to do; none if they do.
pub fn refusal(cases: &[Case], windows: bool, threads: usize, room: Room) -> Option<String> {
    let need = Need::of(cases, windows, threads);
    if need.all() <= room.for_runs() {
        return None;
    }
    let (all, free, there) = (rounded(need.all()), room.for_runs(), room.said());
    let largest = need.kept.max(need.lines + need.running).max(need.inside);
    if largest <= need.inside {
        let fullest = cases.iter().map(|case| case.scenario.inside).fold(0.0, f64::max);
        return Some(format!(
            "about {} calls and users are inside at once at the fullest: they need {}, {there}. Scale rates and \
             capacity down together, or give queues a limit",
            grouped(fullest as u64),
            rounded(need.inside),
        ));
    }
    if largest <= need.kept {
        let replications: u64 = cases.iter().map(|case| u64::from(case.scenario.replications)).sum();
        let left = (free - (need.all() - need.kept)).max(0.0);
        let fit = (replications as f64 * left / need.kept) as u64;
        return Some(format!(
            "the results of {replications} replications need {all}, {there}: about {fit} fit. Ask for fewer with \
             --replications",
        ));
    }
    let windows = cases.iter().map(|case| case.legend.layout.windows()).max()?;
    Some(format!(
        "lines over time of {} windows need {all}, {there}. Ask for longer windows (run.window), or for fewer threads \
         (--threads)",
        grouped(windows as u64),
    ))
}

/// Says how much memory the replications of some cases take, where that is over a quarter of what is free or, if that
/// is unknown, over 2 GB; an author of a limit has thought of it.
pub fn memory_note(cases: &[Case], windows: bool, threads: usize, room: Option<Room>) -> Option<String> {
    let need = Need::of(cases, windows, threads).all();
    let much = match room {
        Some(Room::Free(free)) => free as f64 / 4.0,
        Some(Room::Asked(_)) => return None,
        None => 2e9,
    };
    (much < need).then(|| format!("this will take about {} of memory", rounded(need)))
}
