//! Independent trials of a problem, on all cores.

/// A number of trials.
#[derive(Clone, Copy)]
pub(crate) struct Trials(pub(crate) usize);

impl Trials {
    /// What each trial says, in their order.
    pub(crate) fn each<T: Send>(self, trial: impl Fn(u64) -> T + Sync) -> Vec<T> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(self.0);
        let trial = &trial;
        let part = |thread: usize| {
            (thread..self.0).step_by(threads).map(|at| (at, trial(at as u64))).collect::<Vec<_>>()
        };
        let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
            let started: Vec<_> = (0..threads).map(|thread| scope.spawn(move || part(thread))).collect();
            started.into_iter().flat_map(|thread| thread.join().expect("no trial panics")).collect()
        });
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, said)| said).collect()
    }
}
