//! A length of time in whole nanoseconds.

use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::str::FromStr;

use crate::error::{Grammar, ParseError};
use crate::scan;

/// A length of time, 0 to about 292 years, in whole nanoseconds.
///
/// Written with units: `"250ms"`, `"1.5s"`, `"2h30m"`, `"1h 30m"`, `"3d"`, `"1w"`; the units are ns, us (or µs), ms,
/// s, m (or min), h, d and w, the largest first. Parts below a nanosecond are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

const GRAMMAR: Grammar = Grammar {
    needs_unit: "a time span needs one, as in \"250ms\", \"1.5s\" or \"2h30m\"",
    written: "a time span is written as in \"250ms\", \"1.5s\" or \"2h30m\"",
    units: scan::TIME_UNITS,
    usual: "s",
};

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest span, about 292 years: half of the 64 bits, so that two of them add without overflow.
    pub const MAX: Self = Self(u64::MAX >> 1);

    /// A span in nanoseconds.
    ///
    /// # Panics
    /// Above [`Span::MAX`].
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        assert!(nanos <= Self::MAX.0, "a span is at most 2^63 - 1 ns, about 292 years");
        Self(nanos)
    }

    /// A span in milliseconds.
    ///
    /// # Panics
    /// Above [`Span::MAX`].
    #[inline]
    pub const fn from_millis(millis: u64) -> Self {
        match millis.checked_mul(1_000_000) {
            Some(nanos) => Self::from_nanos(nanos),
            None => panic!("a span is at most 2^63 - 1 ns, about 292 years"),
        }
    }

    /// A span in seconds.
    ///
    /// # Panics
    /// Above [`Span::MAX`].
    #[inline]
    pub const fn from_secs(secs: u64) -> Self {
        match secs.checked_mul(1_000_000_000) {
            Some(nanos) => Self::from_nanos(nanos),
            None => panic!("a span is at most 2^63 - 1 ns, about 292 years"),
        }
    }

    /// A span in seconds, rounded down to the nanosecond; never panics.
    ///
    /// Not a number and negative give zero, too long gives [`Span::MAX`]: draws from a law come through here, and a
    /// heavy tail may well exceed three centuries.
    #[inline]
    pub const fn from_secs_f64(secs: f64) -> Self {
        // The longest span is the greatest i64, where this cast stops; to u64 it would take twice as long.
        let nanos = (secs * 1e9) as i64;
        if nanos < 0 { Self::ZERO } else { Self(nanos as u64) }
    }

    /// Whole nanoseconds.
    #[inline]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds; exact below about 104 days, rounded to the nearest float above.
    #[inline]
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Whether it is no time at all.
    #[inline]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` above [`Span::MAX`].
    #[inline]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        let sum = self.0 + other.0;
        if sum > Self::MAX.0 { None } else { Some(Self(sum)) }
    }

    /// The difference, or `None` below zero.
    #[inline]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }

    /// The sum, at most [`Span::MAX`].
    #[inline]
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        if sum > Self::MAX.0 { Self::MAX } else { Self(sum) }
    }

    /// The difference, at least zero.
    #[inline]
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// A multiple of the span, at most [`Span::MAX`].
    #[inline]
    #[must_use]
    pub const fn saturating_mul(self, times: u64) -> Self {
        let nanos = self.0.saturating_mul(times);
        if nanos > Self::MAX.0 { Self::MAX } else { Self(nanos) }
    }

    /// The span times a factor, rounded down and limited like [`Span::from_secs_f64`].
    #[inline]
    #[must_use]
    pub const fn mul_f64(self, factor: f64) -> Self {
        let nanos = (self.0 as f64 * factor) as u64;
        if nanos > Self::MAX.0 { Self::MAX } else { Self(nanos) }
    }
}

impl Add for Span {
    type Output = Self;
    /// Panics above [`Span::MAX`].
    #[inline]
    fn add(self, other: Self) -> Self {
        Self::from_nanos(self.0 + other.0)
    }
}

impl AddAssign for Span {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Self;
    /// Panics below zero: the caller knows which of the two is longer.
    #[inline]
    fn sub(self, other: Self) -> Self {
        assert!(self.0 >= other.0, "a span cannot be negative: {self} - {other}");
        Self(self.0 - other.0)
    }
}

impl Mul<u64> for Span {
    type Output = Self;
    /// Panics above [`Span::MAX`].
    #[inline]
    fn mul(self, times: u64) -> Self {
        Self::from_nanos(self.0.checked_mul(times).expect("a span is at most 2^63 - 1 ns"))
    }
}

impl Div<u64> for Span {
    type Output = Self;
    /// Rounds down; panics when divided by zero.
    #[inline]
    fn div(self, parts: u64) -> Self {
        Self(self.0 / parts)
    }
}

/// A whole number and a unit, as most spans are written; none sends a text to the reader of all others.
fn plain(given: &str) -> Option<Span> {
    let digits = given.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=DIGITS_PLAIN).contains(&digits) {
        return None;
    }
    let number = given.bytes().take(digits).fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    let nanos = number.checked_mul(scan::nanos_of(&given[digits..])?)?;
    (nanos <= Span::MAX.0).then_some(Span(nanos))
}

/// This many digits fit into 64 bits.
const DIGITS_PLAIN: usize = 19;

impl FromStr for Span {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        if let Some(span) = plain(given) {
            return Ok(span);
        }
        let mut rest = given.trim();
        let mut total = 0_u64;
        let mut unit_before = u64::MAX;
        let mut zero = true;
        loop {
            let (number, after) = scan::number(given, rest, &GRAMMAR)?;
            let (unit, after) = scan::unit(after);
            if unit.is_empty() && after.is_empty() {
                return Err(GRAMMAR.no_unit(given));
            }
            let nanos = scan::nanos_of(unit).ok_or_else(|| GRAMMAR.unknown_unit(given, unit))?;
            if nanos >= unit_before {
                return Err(GRAMMAR.refuse(given, "does not name its units from large to small, each once"));
            }
            unit_before = nanos;
            let part = number.times(nanos).ok_or_else(|| GRAMMAR.too_large(given))?;
            total = total.checked_add(part).ok_or_else(|| GRAMMAR.too_large(given))?;
            zero &= number.is_zero();
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        if total > Self::MAX.0 {
            return Err(GRAMMAR.too_large(given));
        }
        if total == 0 && !zero {
            return Err(GRAMMAR.refuse(given, "is shorter than a nanosecond"));
        }
        Ok(Self(total))
    }
}

impl fmt::Display for Span {
    /// Exact: `"250ms"`, `"1.5s"`, `"2h30m"`, `"1d6h"`; reads back to the same span.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl Span {
    /// A span from its stored nanoseconds.
    fn within(nanos: u64) -> Result<Self, ParseError> {
        if nanos <= Self::MAX.0 { Ok(Self(nanos)) } else { Err(GRAMMAR.too_large(&nanos.to_string())) }
    }

    fn text(self) -> String {
        const MINUTE: u64 = 60_000_000_000;
        let mut text = String::new();
        let mut left = self.0;
        for (unit, nanos) in [("d", 1440 * MINUTE), ("h", 60 * MINUTE), ("m", MINUTE)] {
            if left >= nanos {
                text.push_str(&(left / nanos).to_string());
                text.push_str(unit);
                left %= nanos;
            }
        }
        if left > 0 || text.is_empty() {
            // Below a minute the largest unit that leaves something before the point; zero is "0s".
            let (unit, places) = match left {
                1..1_000 => ("ns", 0),
                1_000..1_000_000 if text.is_empty() => ("us", 3),
                1_000_000..1_000_000_000 if text.is_empty() => ("ms", 6),
                _ => ("s", 9),
            };
            text.push_str(&decimal(left, places));
            text.push_str(unit);
        }
        text
    }
}

/// An integer with the point moved left by `places`, without trailing zeros.
pub(crate) fn decimal(value: u64, places: u32) -> String {
    let power = 10_u64.pow(places);
    let (whole, fraction) = (value / power, value % power);
    if fraction == 0 {
        return whole.to_string();
    }
    let digits = format!("{fraction:0width$}", width = places as usize);
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

crate::serial::text_quantity! {
    Span, Span::within, "Span",
    "A time span with its unit: ns, us, ms, s, m, h, d or w, the largest first.",
    r"^\s*(\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*(ns|us|µs|μs|ms|s|sec|m|min|h|d|w)\s*)+$",
    ["250ms", "1.5s", "2h30m"]
}
