//! What the servers of a place do: how many workers are on what, as integrals that cost two additions a change.

use super::found::{Because, WORK, Work};
use super::row::Wait;

/// Kinds of work that a worker can be on.
pub(super) const BUSY: usize = WORK - 1;

/// The workers of one place.
///
/// The integral of a number `n` that was stepped up at some instants and down at others is `n·t` less the sum of the
/// former plus that of the latter. Differences of two integrals are below 2⁶¹ (ten thousand workers for seven years),
/// so they may wrap.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Workers {
    now: [u64; BUSY],
    moments: [u64; BUSY],
}

impl Workers {
    #[inline(always)]
    pub(super) fn start(&mut self, work: u8, at: u64) {
        let work = usize::from(work);
        self.now[work] += 1;
        self.moments[work] = self.moments[work].wrapping_add(at);
    }

    #[inline(always)]
    pub(super) fn stop(&mut self, work: u8, at: u64) {
        let work = usize::from(work);
        self.now[work] -= 1;
        self.moments[work] = self.moments[work].wrapping_sub(at);
    }

    /// The integral of each until now, in workers times nanoseconds.
    #[inline]
    pub(super) fn integrals(&self, at: u64) -> [u64; BUSY] {
        std::array::from_fn(|work| self.now[work].wrapping_mul(at).wrapping_sub(self.moments[work]))
    }

    /// A wait that began with these integrals and ends now, with what workers did meanwhile.
    #[inline]
    pub(super) fn since(&self, began: &[u64; BUSY], nanos: u64, at: u64) -> Wait {
        let now = self.integrals(at);
        Wait { nanos, done: std::array::from_fn(|work| now[work].wrapping_sub(began[work])) }
    }

    /// How many workers are on what at this instant.
    pub(super) fn doing(&self) -> [u64; BUSY] {
        self.now
    }
}

/// The length of a wait in proportion to what workers did, in whole nanoseconds that add up to it; idle where they did
/// nothing.
pub(super) fn split(wait: &Wait) -> [u64; WORK] {
    let mut split = [0; WORK];
    let all: u64 = wait.done.iter().fold(0, |sum, &part| sum.saturating_add(part));
    if all == 0 {
        split[Work::Idle as usize] = wait.nanos;
        return split;
    }
    let (mut before, mut given) = (0_u64, 0);
    for (given_to, &part) in split.iter_mut().zip(&wait.done) {
        before = before.saturating_add(part);
        // Of sums, so that the parts add up to the whole.
        let share = wait.nanos as f64 * (before as f64 / all as f64);
        let until = if before == all { wait.nanos } else { share as u64 };
        let until = until.clamp(given, wait.nanos);
        (*given_to, given) = (until - given, until);
    }
    split
}

/// What workers did most of the time; `callee` is whom they were held by.
pub(super) fn because(done: &[u64; BUSY], callee: impl FnOnce() -> Option<u16>) -> Because {
    let of = |work: Work| done[work as usize];
    let held = of(Work::Held).saturating_add(of(Work::HeldInVain));
    let (first, retries, abandoned) = (of(Work::FirstAttempts), of(Work::Retries), of(Work::Abandoned));
    let most = held.max(first).max(retries).max(abandoned);
    if most == 0 {
        Because::Idle
    } else if most == first {
        Because::FirstAttempts
    } else if most == retries {
        Because::Retries
    } else if most == abandoned {
        Because::Abandoned
    } else {
        callee().map_or(Because::Tier, Because::Callee)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_split_by_what_workers_did() {
        let mut workers = Workers::default();
        workers.start(Work::FirstAttempts as u8, 0);
        workers.start(Work::Retries as u8, 100);
        let began = workers.integrals(100);
        workers.stop(Work::FirstAttempts as u8, 150);
        workers.start(Work::Abandoned as u8, 150);
        // From 100 to 300: 50 on first attempts, 200 on retries, 150 on abandoned calls.
        let wait = workers.since(&began, 200, 300);
        assert_eq!(split(&wait), [25, 100, 75, 0, 0, 0]);
        assert_eq!(because(&wait.done, || None), Because::Retries);
    }

    #[test]
    fn the_parts_add_up_whatever_the_numbers() {
        for nanos in [0, 1, 2, 3, 1_000_003, u64::MAX >> 1] {
            for done in [[1, 1, 1, 0, 0], [0; BUSY], [u64::MAX, 1, 7, 3, 0], [0, 5, 0, 0, 2]] {
                assert_eq!(split(&Wait { nanos, done }).iter().sum::<u64>(), nanos, "{done:?}");
            }
        }
        assert_eq!(because(&[0; BUSY], || None), Because::Idle);
        assert_eq!(because(&[40, 0, 0, 30, 30], || Some(7)), Because::Callee(7));
    }
}
