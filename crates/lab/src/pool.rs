//! Threads, or the one there is.

use crate::run::Error;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What `f` makes of every item, in their order, on that many threads (0: as many as there are cores).
///
/// Threads take one item after another in their order: those that take longest belong to the front.
///
/// # Errors
/// If the machine gives no threads.
pub fn map<T: Sync, R: Send>(threads: usize, items: &[T], f: impl Fn(&T) -> R + Sync) -> Result<Vec<R>, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Threads(error.to_string()))?;
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        items.get(at).map(|item| (at, f(item)))
    };
    let by_thread: Vec<Vec<(usize, R)>> = pool.broadcast(|_| std::iter::from_fn(take).collect());
    let mut all: Vec<(usize, R)> = by_thread.into_iter().flatten().collect();
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}
