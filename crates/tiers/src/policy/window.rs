//! Counts over a sliding window: a ring of ten slots, so that old counts expire a tenth at a time.
//!
//! Finagle's budget and the breakers of resilience4j count in slots as well. A limit that must be exact keeps a log.

use brownout_kernel::Instant;
use brownout_units::Span;

const SLOTS: usize = 10;

/// Several counts over a sliding window.
#[derive(Clone, Debug)]
pub(super) struct Window<const N: usize> {
    slot: u64,
    ring: [[u64; N]; SLOTS],
    sums: [u64; N],
    /// The number of the slot that is being filled, since the start of time.
    at: u64,
}

impl<const N: usize> Window<N> {
    pub(super) fn new(length: Span) -> Self {
        let slot = (length.nanos() / SLOTS as u64).max(1);
        Window { slot, ring: [[0; N]; SLOTS], sums: [0; N], at: 0 }
    }

    /// One more of `what`.
    pub(super) fn add(&mut self, what: usize, now: Instant) {
        self.turn(now);
        self.ring[(self.at % SLOTS as u64) as usize][what] += 1;
        self.sums[what] += 1;
    }

    /// How many of each there were.
    pub(super) fn sums(&mut self, now: Instant) -> [u64; N] {
        self.turn(now);
        self.sums
    }

    /// How many of each there were, without advancing the window.
    pub(super) fn peek(&self, now: Instant) -> [u64; N] {
        self.clone().sums(now)
    }

    pub(super) fn clear(&mut self) {
        self.ring = [[0; N]; SLOTS];
        self.sums = [0; N];
    }

    fn turn(&mut self, now: Instant) {
        let at = now.nanos() / self.slot;
        let gone = (at - self.at).min(SLOTS as u64);
        for step in 1..=gone {
            let old = std::mem::replace(&mut self.ring[((self.at + step) % SLOTS as u64) as usize], [0; N]);
            self.sums.iter_mut().zip(old).for_each(|(sum, old)| *sum -= old);
        }
        self.at = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_window_is_gone() {
        let at = |millis| Instant::ZERO + Span::from_millis(millis);
        let mut window = Window::<2>::new(Span::from_secs(1));
        window.add(0, at(0));
        window.add(1, at(950));
        assert_eq!(window.sums(at(999)), [1, 1]);
        assert_eq!(window.peek(at(1_000)), [0, 1]);
        assert_eq!(window.sums(at(1_899)), [0, 1]);
        assert_eq!(window.sums(at(1_900)), [0, 0]);
        window.add(0, at(1_000_000));
        assert_eq!(window.sums(at(1_000_000)), [1, 0]);
    }
}
