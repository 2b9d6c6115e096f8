//! The basis of a verdict, window by window: how many intents ended, how many were answered in time, and how long open
//! intents would take.

use brownout_observe::{Digest, Legend, Pulse};

/// If this many intents begin in a window and none ends, they are stuck, not unlucky.
const STUCK_MIN: u64 = 10;

/// The paths whose intents are counted.
pub(crate) struct PathList(Vec<usize>);

impl PathList {
    /// All clients' intents.
    pub(crate) fn all(legend: &Legend) -> Self {
        PathList((0..legend.layout.paths.len()).collect())
    }

    /// Those of one class.
    pub(crate) fn class(legend: &Legend, class: &str) -> Self {
        let paths = legend.layout.paths.iter().enumerate();
        PathList(paths.filter(|(_, (of, _))| of == class).map(|(path, _)| path).collect())
    }

    /// All windows of a run; none where windows were not kept.
    pub(crate) fn follow(&self, legend: &Legend, digest: &Digest) -> Vec<Window> {
        let Some(series) = &digest.series else { return Vec::new() };
        let mut open = 0;
        let window = |at| {
            let pulses = self.0.iter().map(|&path| series.pulses[path][at]);
            let sum = pulses.fold(Pulse::default(), add);
            let (came, ended) = (sum.came, sum.in_time + sum.late + sum.failed);
            open = (open + came).saturating_sub(ended);
            let few = open < STUCK_MIN;
            let (begin, end) = legend.layout.bounds(at);
            let pace = (ended as f64).max(0.5) / (end - begin).as_secs_f64();
            let stuck = ended == 0 && STUCK_MIN <= came;
            Window {
                good: sum.in_time,
                ended: if stuck { came } else { ended },
                came,
                open,
                stay: if few { 0.0 } else { open as f64 / pace },
            }
        };
        (0..series.windows()).map(window).collect()
    }
}

fn add(a: Pulse, b: Pulse) -> Pulse {
    Pulse {
        came: a.came + b.came,
        in_time: a.in_time + b.in_time,
        late: a.late + b.late,
        failed: a.failed + b.failed,
    }
}

/// One window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    /// Intents that were answered in time.
    pub(crate) good: u64,
    /// All that ended; if many began and none ended, those that began.
    pub(crate) ended: u64,
    /// Intents that began.
    pub(crate) came: u64,
    /// Intents that were open at its end.
    pub(crate) open: u64,
    /// How long the intents open at its end would take at its pace, in seconds: by Little's law the latency of an
    /// intent.
    pub(crate) stay: f64,
}

impl Window {
    /// The fraction of ended intents that were answered in time; none if none ended.
    pub(crate) fn share(&self) -> Option<f64> {
        (0 < self.ended).then(|| self.good as f64 / self.ended as f64)
    }
}
