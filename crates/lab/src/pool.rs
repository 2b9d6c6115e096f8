//! Jobs side by side on threads, or one after another where there are none; the only file that knows threads.

use crate::run::Error;

/// What `work` makes of each job, in the order of `jobs`, on so many threads (0: as many as there are cores).
///
/// # Errors
/// One of those that `work` gave: the first in time, which need not be the first in order.
#[cfg(feature = "threads")]
pub(crate) fn map_jobs<J: Sync, R: Send>(
    threads: usize,
    jobs: &[J],
    work: impl Fn(&J) -> Result<R, Error> + Sync + Send,
) -> Result<Vec<R>, Error> {
    use rayon::prelude::*;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Threads(error.to_string()))?;
    // One at a time to each thread: a replication under overload takes much longer than its neighbour.
    pool.install(|| jobs.par_iter().with_max_len(1).map(work).collect())
}

/// What `work` makes of each job, in the order of `jobs`. A page of a browser has no threads to offer, so their number
/// is not looked at; the bounds are those of the other implementation, so that callers compile against both.
///
/// # Errors
/// The first that `work` gave; later jobs are not begun.
#[cfg(not(feature = "threads"))]
pub(crate) fn map_jobs<J: Sync, R: Send>(
    _threads: usize,
    jobs: &[J],
    work: impl Fn(&J) -> Result<R, Error> + Sync + Send,
) -> Result<Vec<R>, Error> {
    jobs.iter().map(work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_units::Span;

    #[test]
    fn results_stand_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..100).collect();
        for threads in [1, 2, 8] {
            assert_eq!(map_jobs(threads, &jobs, |job| Ok(*job)), Ok(jobs.clone()), "{threads} threads");
        }
    }

    #[test]
    fn one_failure_is_the_failure_of_all() {
        let fails = Error::Interrupted { replication: 7, at: Span::ZERO };
        let work = |job: &u64| if *job == 7 { Err(fails.clone()) } else { Ok(*job) };
        assert_eq!(map_jobs(2, &(0..20).collect::<Vec<_>>(), work), Err(fails.clone()));
    }
}
