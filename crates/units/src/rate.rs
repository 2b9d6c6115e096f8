//! Events per unit of time.

use std::fmt;
use std::str::FromStr;

use crate::Span;
use crate::error::{Grammar, ParseError};
use crate::scan;

/// A rate per second, finite and not negative.
///
/// Written as a count per unit of time: `"120/s"`, `"3/min"`, `"10k/h"`, `"1.5M/d"`, `"0.5/ms"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Rate(f64);

const GRAMMAR: Grammar = Grammar {
    needs_unit: "a rate needs one, as in \"120/s\", \"3/min\" or \"10k/h\"",
    written: "a rate is written as in \"120/s\", \"3/min\" or \"10k/h\"",
    units: scan::TIME_UNITS,
    usual: "/s",
};

impl Rate {
    /// Zero.
    pub const ZERO: Self = Self(0.0);

    /// A checked rate per second.
    ///
    /// # Errors
    /// When it is negative or not finite.
    pub fn new(per_second: f64) -> Result<Self, ParseError> {
        GRAMMAR.check(per_second).map(Self)
    }

    /// A rate per second that is known to be one.
    ///
    /// # Panics
    /// When it is negative or not finite; [`Rate::new`] is for numbers that a user gave.
    #[inline]
    pub const fn from_per_second(per_second: f64) -> Self {
        assert!(per_second >= 0.0 && per_second.is_finite(), "a rate is finite and not negative");
        Self(per_second + 0.0)
    }

    /// The rate per second.
    #[inline]
    pub const fn per_second(self) -> f64 {
        self.0
    }

    /// The mean time between two, or `None` for a rate of zero; rounded down to the nanosecond.
    pub fn interval(self) -> Option<Span> {
        (self.0 > 0.0).then(|| Span::from_secs_f64(self.0.recip()))
    }
}

impl FromStr for Rate {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        let (number, rest) = scan::number(given, given.trim(), &GRAMMAR)?;
        let (multiplier, rest) = scan::unit(rest);
        let Some(unit) = rest.strip_prefix('/').map(str::trim) else {
            return Err(unit_missing(given, multiplier, rest));
        };
        let factor = scan::multiplier(multiplier).ok_or_else(|| {
            let hint = Some("write only the count and the time, as in \"120/s\"".to_owned());
            ParseError { hint, ..GRAMMAR.refuse(given, format!("has the unknown multiplier {multiplier:?}")) }
        })?;
        if unit.is_empty() {
            return Err(GRAMMAR.no_unit(given));
        }
        let nanos = scan::nanos_of(unit).ok_or_else(|| GRAMMAR.unknown_unit(given, unit))?;
        let per_second = per_second(number.as_f64() * factor as f64, nanos);
        if !per_second.is_finite() {
            return Err(GRAMMAR.too_large(given));
        }
        Ok(Self(per_second))
    }
}

fn unit_missing(given: &str, unit: &str, rest: &str) -> ParseError {
    if unit.is_empty() && rest.is_empty() {
        return GRAMMAR.no_unit(given);
    }
    let hint = match unit {
        "rps" | "qps" | "req" | "Hz" | "hz" | "per" => Some("write \"/s\" for \"per second\"".to_owned()),
        _ if scan::nanos_of(unit).is_some() => Some(format!("did you mean \"/{unit}\"?")),
        _ => None,
    };
    ParseError { hint, ..GRAMMAR.refuse(given, "has no \"/\" and unit of time") }
}

/// Divides by whole seconds and multiplies by parts of one, so that both stay exact where they can be.
fn per_second(count: f64, nanos: u64) -> f64 {
    const SECOND: u64 = 1_000_000_000;
    if nanos >= SECOND { count / (nanos / SECOND) as f64 } else { count * (SECOND / nanos) as f64 }
}

impl fmt::Display for Rate {
    /// Per second, or per the unit in which the number is short: `"120/s"`, `"20/min"`; reads back to the same rate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = scan::plain(self.0);
        if seconds.len() <= 6 {
            return f.pad(&format!("{seconds}/s"));
        }
        let mut best = format!("{seconds}/s");
        for unit in ["min", "h", "d"] {
            let nanos = scan::nanos_of(unit).expect("a unit of the table");
            let scaled = self.0 * (nanos / 1_000_000_000) as f64;
            if let Some(count) = scan::short(scaled, self.0, |count| per_second(count, nanos)) {
                let text = format!("{}/{unit}", scan::plain(count));
                if text.len() < best.len() {
                    best = text;
                }
            }
        }
        f.pad(&best)
    }
}

crate::serial::text_quantity! {
    Rate, Rate::new, "Rate",
    "A count per unit of time; k, M and G multiply the count.",
    r"^\s*\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*(k|K|M|G|B|Ki|Mi|Gi)?\s*/\s*(ns|us|µs|μs|ms|s|sec|m|min|h|d|w)\s*$",
    ["120/s", "3/min", "10k/h"]
}
