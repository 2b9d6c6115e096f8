//! Simulated time: whole nanoseconds since the start of the run.

use std::fmt;
use std::ops::{Add, Sub};

use brownout_units::Span;

/// A point in simulated time, in nanoseconds since the start of the run.
///
/// Whole nanoseconds, because a float clock loses its small steps late in a long run: after a day a 64-bit
/// float of seconds still resolves 15 ps, but two different sums of the same steps no longer compare equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The start of the run.
    pub const ZERO: Self = Self(0);

    /// The last instant there is, after 292 years: the calendar marks its empty places with the times above
    /// it.
    pub const END: Self = Self(u64::MAX >> 1);

    /// The instant that many nanoseconds after the start.
    ///
    /// # Panics
    /// If that is after [`Instant::END`].
    pub const fn from_nanos(nanos: u64) -> Self {
        assert!(nanos <= Self::END.0, "an instant after the end of time (292 years)");
        Self(nanos)
    }

    /// Nanoseconds since the start of the run.
    #[inline]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start of the run, rounded to the nearest float.
    #[inline]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 * 1e-9
    }

    /// The instant `span` later, or none if that is after [`Instant::END`].
    #[inline]
    pub const fn checked_add(self, span: Span) -> Option<Self> {
        match self.0.checked_add(span.nanos()) {
            Some(nanos) if nanos <= Self::END.0 => Some(Self(nanos)),
            _ => None,
        }
    }

    /// How long after `earlier` this is; zero if it is before.
    #[inline]
    pub const fn saturating_since(self, earlier: Self) -> Span {
        Span::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Instant {
    type Output = Self;

    /// # Panics
    /// If the sum is after [`Instant::END`].
    #[inline]
    fn add(self, span: Span) -> Self {
        match self.checked_add(span) {
            Some(sum) => sum,
            None => past_the_end(self, span),
        }
    }
}

impl Sub for Instant {
    type Output = Span;

    /// # Panics
    /// If `earlier` is later: a span is never negative.
    #[inline]
    fn sub(self, earlier: Self) -> Span {
        assert!(earlier.0 <= self.0, "a span from {earlier} back to {self} would be negative");
        Span::from_nanos(self.0 - earlier.0)
    }
}

/// Seconds with nine places, since a log is compared to the nanosecond.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}s", self.0 / 1_000_000_000, self.0 % 1_000_000_000)
    }
}

#[cold]
#[inline(never)]
fn past_the_end(from: Instant, span: Span) -> ! {
    panic!("{} ns after {from} is past the end of time (292 years)", span.nanos())
}
