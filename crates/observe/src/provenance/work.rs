//! What the servers of a place do: how many workers are on what, as integrals that cost two additions a change.

use super::found::{Because, WORK, Work};
use super::row::Wait;

/// Kinds of work that a worker can be on.
const BUSY: usize = WORK - 1;

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

    /// A wait that began with these integrals and ends now, split by what workers did meanwhile. The parts add up.
    pub(super) fn split(&self, began: &[u64; BUSY], nanos: u64, at: u64) -> Wait {
        let now = self.integrals(at);
        let done: [u64; BUSY] = std::array::from_fn(|work| now[work].wrapping_sub(began[work]));
        Wait { nanos, split: shares(&done, nanos) }
    }

    /// What workers do at this instant, as a split of a wait.
    pub(super) fn doing(&self, nanos: u64) -> Wait {
        Wait { nanos, split: shares(&self.now, nanos) }
    }
}

/// `nanos` in proportion to these numbers; idle is what is left where there are none.
fn shares(done: &[u64; BUSY], nanos: u64) -> [u64; WORK] {
    let all: u128 = done.iter().map(|&part| u128::from(part)).sum();
    let mut split = [0; WORK];
    if all == 0 {
        split[Work::Idle as usize] = nanos;
        return split;
    }
    let (mut before, mut given) = (0_u128, 0);
    for (share, &part) in split.iter_mut().zip(done) {
        before += u128::from(part);
        // Of sums, so that the parts add up to the whole.
        let until = (u128::from(nanos) * before / all) as u64;
        (*share, given) = (until - given, until);
    }
    split
}

/// What the largest part of a wait went to; `callee` is whom workers were held by.
pub(super) fn because(split: &[u64; WORK], callee: Option<u16>) -> Because {
    let largest = (0..WORK).rev().max_by_key(|&work| split[work]).unwrap_or(Work::Idle as usize);
    match largest {
        0 => Because::FirstAttempts,
        1 => Because::Retries,
        2 => Because::Abandoned,
        3 => callee.map_or(Because::Tier, Because::Callee),
        _ => Because::Idle,
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
        let wait = workers.split(&began, 200, 300);
        assert_eq!(wait.split, [25, 100, 75, 0, 0]);
        assert_eq!(because(&wait.split, None), Because::Retries);
    }

    #[test]
    fn the_parts_add_up_whatever_the_numbers() {
        for nanos in [0, 1, 2, 3, 1_000_003, u64::MAX >> 1] {
            for done in [[1, 1, 1, 0], [0, 0, 0, 0], [u64::MAX >> 3, 1, 7, 3], [0, 5, 0, 0]] {
                assert_eq!(shares(&done, nanos).iter().sum::<u64>(), nanos, "{done:?}");
            }
        }
        assert_eq!(because(&shares(&[0; 4], 9), None), Because::Idle);
    }
}
