//! Until when a caller waits, in 32 bits, so that a message stays at four words.

use brownout_kernel::Instant;

/// Nanoseconds of one tick, as a power of two: 65.5 µs.
const TICK: u32 = 16;

/// An instant within a day and a half of now, rounded up to a tick; or none.
///
/// Ticks are counted modulo 2³², that is 78 hours, and compared with now, which is never further away than half of
/// that: a caller that waits longer counts as waiting indefinitely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadline(u32);

impl Deadline {
    /// The caller waits indefinitely.
    pub const NONE: Deadline = Deadline(0);

    /// The caller waits until `at`.
    pub fn at(at: Instant, now: Instant) -> Self {
        let tick = (at.nanos() >> TICK) + u64::from(at.nanos() & ((1 << TICK) - 1) != 0);
        if (now.nanos() >> TICK) + i32::MAX as u64 <= tick {
            return Self::NONE;
        }
        // One tick in 2³² would mean "none": it is sent one tick late.
        Deadline((tick as u32).max(1))
    }

    /// Whether the caller no longer waits.
    #[inline]
    pub fn has_passed(self, now: Instant) -> bool {
        self != Self::NONE && 0 <= ((now.nanos() >> TICK) as u32).wrapping_sub(self.0) as i32
    }

    /// The sooner of two.
    #[must_use]
    pub fn min(self, other: Self, now: Instant) -> Self {
        let left = |deadline: Self| {
            let ticks = deadline.0.wrapping_sub((now.nanos() >> TICK) as u32) as i32;
            if deadline == Self::NONE { i32::MAX } else { ticks }
        };
        if left(other) < left(self) { other } else { self }
    }

    /// As it travels.
    #[inline(always)]
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    #[inline(always)]
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Deadline(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_units::Span;

    #[test]
    fn it_passes_within_a_tick_wherever_the_clock_stands() {
        for hours in [0, 1, 38, 39, 77, 78, 79, 10_000] {
            let now = Instant::ZERO + Span::from_secs(3_600 * hours);
            for millis in [0, 1, 250, 10_000, 100_000_000] {
                let at = now + Span::from_millis(millis);
                let deadline = Deadline::at(at, now);
                assert!(deadline.has_passed(at + Span::from_nanos(2 << TICK)), "{hours} h, {millis} ms");
                assert!(millis == 0 || !deadline.has_passed(now), "{hours} h, {millis} ms");
                if 0 < millis {
                    assert!(
                        !deadline.has_passed(Instant::from_nanos(at.nanos() - 1)),
                        "{hours} h, {millis} ms"
                    );
                }
            }
        }
    }

    #[test]
    fn a_caller_that_waits_for_days_has_no_deadline() {
        let now = Instant::ZERO + Span::from_secs(1_000_000);
        let days = Deadline::at(now + Span::from_secs(2 * 86_400), now);
        assert_eq!(days, Deadline::NONE);
        assert!(!days.has_passed(now + Span::from_secs(10_000_000)));
        let soon = Deadline::at(now + Span::from_secs(1), now);
        let later = Deadline::at(now + Span::from_secs(2), now);
        assert_eq!((soon.min(later, now), later.min(soon, now), days.min(soon, now)), (soon, soon, soon));
    }
}
