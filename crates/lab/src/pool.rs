//! Jobs side by side on threads, or one after another where there are none; the only file that knows threads.

use crate::run::Error;

/// Groups of jobs whose results are handed on as they come, so that no more of them are kept than are waited for.
pub(crate) struct Groups<P, W, J, T> {
    /// How many there are.
    pub(crate) count: usize,
    /// The number of jobs in a group: 1 or more.
    pub(crate) parts: P,
    /// Does a job: of a group, and which one of it.
    pub(crate) work: W,
    /// Makes one result of those of all jobs of a group, on the thread that has done the last of them.
    pub(crate) join: J,
    /// Takes the results of groups in their order, one at a time.
    pub(crate) take: T,
}

/// What `work` makes of each job, in the order of `jobs`, on that many threads (0: as many as there are cores).
///
/// Threads take one job after another in their order: those that take longest belong to the front.
///
/// # Errors
/// If the machine gives no threads.
#[cfg(feature = "threads")]
pub fn map<J: Sync, R: Send>(
    threads: usize,
    jobs: &[J],
    work: impl Fn(&J) -> R + Sync + Send,
) -> Result<Vec<R>, Error> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Threads(error.to_string()))?;
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        jobs.get(at).map(|job| (at, work(job)))
    };
    let by_thread: Vec<Vec<(usize, R)>> = pool.broadcast(|_| std::iter::from_fn(take).collect());
    let mut all: Vec<(usize, R)> = by_thread.into_iter().flatten().collect();
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}

/// What `work` makes of each job, in the order of `jobs`. A page of a browser has no threads to offer, so their number
/// is ignored; the bounds are those of the other implementation, so that callers compile against both.
///
/// # Errors
/// None; callers compile against both.
#[cfg(not(feature = "threads"))]
pub fn map<J: Sync, R: Send>(
    _threads: usize,
    jobs: &[J],
    work: impl Fn(&J) -> R + Sync + Send,
) -> Result<Vec<R>, Error> {
    Ok(jobs.iter().map(work).collect())
}

/// Does two things side by side where there are several threads, or the second one after the first: one that has
/// threads of its own, and one that takes what came before, on this thread.
///
/// # Panics
/// If one of them does.
#[cfg(feature = "threads")]
pub fn overlap<A: Send, B>(
    threads: usize,
    ahead: impl FnOnce() -> A + Send,
    behind: impl FnOnce() -> B,
) -> (A, B) {
    if threads == 1 {
        return (ahead(), behind());
    }
    let mut done = None;
    let behind = rayon::in_place_scope(|scope| {
        scope.spawn(|_| done = Some(ahead()));
        behind()
    });
    (done.expect("a scope ends when all in it have"), behind)
}

/// The same, one after the other.
#[cfg(not(feature = "threads"))]
pub fn overlap<A: Send, B>(
    _threads: usize,
    ahead: impl FnOnce() -> A + Send,
    behind: impl FnOnce() -> B,
) -> (A, B) {
    (ahead(), behind())
}

/// Does all jobs of all groups in their order on that many threads (0: as many as there are cores), and hands the
/// result of each group on in the same order.
///
/// # Errors
/// That of the first job that has one; then no further job begins. If the machine gives no threads.
///
/// # Panics
/// If a job does.
#[cfg(feature = "threads")]
pub(crate) fn fold<D: Send, R: Send>(
    threads: usize,
    groups: Groups<
        impl Fn(usize) -> usize + Sync,
        impl Fn(usize, usize) -> Result<D, Error> + Sync,
        impl Fn(usize, Vec<D>) -> R + Sync,
        impl FnMut(usize, R) + Send,
    >,
) -> Result<(), Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Threads(error.to_string()))?;
    let Groups { count, parts, work, join, take } = groups;
    let ahead = shared::AHEAD * pool.current_num_threads();
    let line = shared::Line::new(count, ahead, parts, take);
    pool.broadcast(|_| {
        while let Some((group, part)) = line.next() {
            let panics = line.watch();
            if let Some(all) = line.done(group, part, work(group, part)) {
                line.joined(group, join(group, all));
            }
            panics.did_not();
        }
    });
    line.end()
}

/// The same, one after another.
///
/// # Errors
/// That of the first job that has one.
#[cfg(not(feature = "threads"))]
pub(crate) fn fold<D: Send, R: Send>(
    _threads: usize,
    groups: Groups<
        impl Fn(usize) -> usize + Sync,
        impl Fn(usize, usize) -> Result<D, Error> + Sync,
        impl Fn(usize, Vec<D>) -> R + Sync,
        impl FnMut(usize, R) + Send,
    >,
) -> Result<(), Error> {
    let Groups { count, parts, work, join, mut take } = groups;
    for group in 0..count {
        let all = (0..parts(group)).map(|part| work(group, part)).collect::<Result<Vec<D>, Error>>()?;
        take(group, join(group, all));
    }
    Ok(())
}

/// Where threads get their jobs, and leave what they made of them.
#[cfg(feature = "threads")]
mod shared {
    use super::Error;
    use std::collections::BTreeMap;
    use std::sync::{Condvar, Mutex, MutexGuard};

    /// A thread may begin this many groups more for each thread before the first one has ended: enough that none waits
    /// while another one has a job that takes ten times as long.
    pub(super) const AHEAD: usize = 8;

    pub(super) struct Line<P, T, D, R> {
        count: usize,
        ahead: usize,
        parts: P,
        state: Mutex<State<T, D, R>>,
        /// A group was handed on, or nothing more will be.
        moved: Condvar,
    }

    struct State<T, D, R> {
        /// The job that is begun next.
        group: usize,
        part: usize,
        /// The group whose result is handed on next.
        next: usize,
        /// Of groups of which some jobs are done, the results of those.
        open: BTreeMap<usize, Vec<(usize, D)>>,
        /// Results of groups that wait for earlier ones.
        early: BTreeMap<usize, R>,
        take: T,
        failed: Option<((usize, usize), Error)>,
        panicked: bool,
    }

    impl<P: Fn(usize) -> usize, T: FnMut(usize, R), D, R> Line<P, T, D, R> {
        pub(super) fn new(count: usize, ahead: usize, parts: P, take: T) -> Self {
            let (open, early) = (BTreeMap::new(), BTreeMap::new());
            let state =
                State { group: 0, part: 0, next: 0, open, early, take, failed: None, panicked: false };
            Line { count, ahead, parts, state: Mutex::new(state), moved: Condvar::new() }
        }

        fn state(&self) -> MutexGuard<'_, State<T, D, R>> {
            self.state.lock().expect("another thread has panicked")
        }

        /// The next job, once it may begin; none if there is none any more.
        pub(super) fn next(&self) -> Option<(usize, usize)> {
            let mut state = self.state();
            loop {
                if state.failed.is_some() || state.panicked || state.group == self.count {
                    return None;
                }
                // The groups before have begun, so some thread works on the next one that is handed on.
                if state.group < state.next + self.ahead {
                    break;
                }
                state = self.moved.wait(state).expect("another thread has panicked");
            }
            let job = (state.group, state.part);
            state.part += 1;
            if state.part == (self.parts)(state.group) {
                (state.group, state.part) = (state.group + 1, 0);
            }
            Some(job)
        }

        /// A job is done; the results of all jobs of its group, in their order, if it was the last of them.
        pub(super) fn done(&self, group: usize, part: usize, result: Result<D, Error>) -> Option<Vec<D>> {
            let mut state = self.state();
            match result {
                // Jobs begin in their order, so whatever is before the first error has begun and comes here.
                Err(error) => {
                    if state.failed.as_ref().is_none_or(|(at, _)| (group, part) < *at) {
                        state.failed = Some(((group, part), error));
                    }
                    self.moved.notify_all();
                    None
                }
                Ok(result) => {
                    let open = state.open.entry(group).or_default();
                    open.push((part, result));
                    if open.len() < (self.parts)(group) {
                        return None;
                    }
                    let mut all = state.open.remove(&group)?;
                    all.sort_by_key(|(part, _)| *part);
                    Some(all.into_iter().map(|(_, result)| result).collect())
                }
            }
        }

        /// A group has its result.
        pub(super) fn joined(&self, group: usize, result: R) {
            let mut state = self.state();
            let state = &mut *state;
            state.early.insert(group, result);
            while let Some(result) = state.early.remove(&state.next) {
                (state.take)(state.next, result);
                state.next += 1;
            }
            self.moved.notify_all();
        }

        /// What tells the others if this thread panics.
        pub(super) fn watch(&self) -> Watch<impl Fn()> {
            Watch(Some(|| {
                // What is behind the lock is not looked at any more but for this.
                self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).panicked = true;
                self.moved.notify_all();
            }))
        }

        pub(super) fn end(self) -> Result<(), Error> {
            let state = self.state.into_inner().expect("no thread has panicked");
            state.failed.map_or(Ok(()), |(_, error)| Err(error))
        }
    }

    /// Threads that wait for a job of one that has panicked would wait for ever.
    pub(super) struct Watch<F: Fn()>(Option<F>);

    impl<F: Fn()> Watch<F> {
        pub(super) fn did_not(mut self) {
            self.0 = None;
        }
    }

    impl<F: Fn()> Drop for Watch<F> {
        fn drop(&mut self) {
            if let Some(panicked) = self.0.take() {
                panicked();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..100).collect();
        for threads in [1, 2, 8] {
            assert_eq!(map(threads, &jobs, |job| *job), Ok(jobs.clone()), "{threads} threads");
        }
    }
}
