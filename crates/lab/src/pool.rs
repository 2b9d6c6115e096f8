//! Jobs side by side on threads, or one after another where there are none; the only file that knows threads.

use crate::run::Error;

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
