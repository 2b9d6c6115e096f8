//! What a verdict follows, window by window: how many intents ended, how many were answered in time, and how long what
//! is open would take.

use crate::metric::{GOOD, failed, loads};
use brownout_observe::Observations;
use brownout_protocol::Kind;

/// So many intents that come in a window in which none ends are stuck, rather than unlucky.
const STUCK_MIN: u64 = 10;

/// Whose intents are looked at: those of some loads on some paths.
pub(crate) struct Whose(Vec<(usize, u8)>);

impl Whose {
    /// Everybody's.
    pub(crate) fn all(run: &Observations) -> Self {
        Whose::of(run, |_| true)
    }

    /// Those of one class.
    pub(crate) fn class(run: &Observations, class: &str) -> Self {
        Whose::of(run, |of| of == class)
    }

    fn of(run: &Observations, is: impl Fn(&str) -> bool) -> Self {
        let paths = (0..run.layout.paths.len() as u8).filter(|&path| is(&run.layout.paths[path as usize].0));
        Whose(paths.flat_map(|path| loads(run, path).map(move |load| (load, path))).collect())
    }

    fn count(&self, run: &Observations, at: usize, kinds: &[Kind]) -> u64 {
        self.0.iter().map(|&(load, path)| run.count(at..at + 1, load, Some(path), None, kinds)).sum()
    }

    /// All windows of a run.
    pub(crate) fn follow(&self, run: &Observations) -> Vec<Window> {
        let mut open = 0;
        let window = |at| {
            let count = |kinds: &[Kind]| self.count(run, at, kinds);
            let (came, ended) = (count(&[Kind::Arrived]), count(&GOOD) + count(&failed()));
            open = (open + came).saturating_sub(ended);
            let few = open < STUCK_MIN;
            let pace = (ended as f64).max(0.5) / crate::series::length(run, at);
            let stuck = ended == 0 && STUCK_MIN <= came;
            Window {
                good: count(&[Kind::Succeeded]),
                ended: if stuck { came } else { ended },
                came,
                open,
                stay: if few { 0.0 } else { open as f64 / pace },
            }
        };
        (0..run.layout.windows()).map(window).collect()
    }
}

/// One window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    /// Intents that were answered in time.
    pub(crate) good: u64,
    /// All that ended; where many came and none ended, those that came.
    pub(crate) ended: u64,
    /// Intents that began.
    pub(crate) came: u64,
    /// Those that had begun and not ended when it ended.
    pub(crate) open: u64,
    /// How long what is open at its end would take at its pace, in seconds: by Little's law how long an intent takes.
    pub(crate) stay: f64,
}

impl Window {
    /// The part of what ended that was answered in time; none where nothing did.
    pub(crate) fn share(&self) -> Option<f64> {
        (0 < self.ended).then(|| self.good as f64 / self.ended as f64)
    }
}
