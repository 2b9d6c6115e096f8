//! Simulated time: whole nanoseconds since the start of the run.

use std::fmt;
use std::ops::{Add, Sub};

use brownout_units::Span;

/// A point in simulated time, in nanoseconds since the start of the run.
///
/// Whole nanoseconds, because a float clock loses its small steps late in a long run: after a day a 64-bit
/// float of seconds still resolves 15 ps, but two different sums of the same steps no longer compare equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Span);

impl Instant {
    /// The start of the run.
    pub const ZERO: Self = Self(Span::ZERO);

    /// The last instant there is, after 292 years: the calendar marks its empty places with the times above
    /// it.
    pub const END: Self = Self(Span::MAX);

    /// The instant that many nanoseconds after the start.
    ///
    /// # Panics
    /// If that is after [`Instant::END`].
    pub const fn from_nanos(nanos: u64) -> Self {
        assert!(nanos <= Self::END.nanos(), "an instant after the end of time (292 years)");
        Self(Span::from_nanos(nanos))
    }

    /// Nanoseconds since the start of the run.
    #[inline]
    pub const fn nanos(self) -> u64 {
        self.0.nanos()
    }

    /// Seconds since the start of the run, rounded to the nearest float.
    #[inline]
    pub fn as_secs_f64(self) -> f64 {
        self.nanos() as f64 * 1e-9
    }

    /// The instant `span` later, or none if that is after [`Instant::END`].
    #[inline]
    pub const fn checked_add(self, span: Span) -> Option<Self> {
        match self.0.checked_add(span) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// How long after `earlier` this is; zero if it is before.
    #[inline]
    pub const fn saturating_since(self, earlier: Self) -> Span {
        self.0.saturating_sub(earlier.0)
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
        match self.0.checked_sub(earlier.0) {
            Some(span) => span,
            None => backwards(earlier, self),
        }
    }
}

/// Seconds with nine places, since a log is compared to the nanosecond.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}s", self.nanos() / 1_000_000_000, self.nanos() % 1_000_000_000)
    }
}

#[cold]
#[inline(never)]
fn past_the_end(from: Instant, span: Span) -> ! {
    panic!("{} ns after {from} is past the end of time (292 years)", span.nanos())
}

#[cold]
#[inline(never)]
fn backwards(from: Instant, to: Instant) -> ! {
    panic!("a span from {from} back to {to} would be negative")
}
