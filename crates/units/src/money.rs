//! US dollars, and US dollars per unit of time.

use std::fmt;
use std::ops::{Add, Mul};
use std::str::FromStr;

use crate::Span;
use crate::error::{Grammar, ParseError};
use crate::scan::{self, Number};

/// An amount of US dollars, finite and not negative: `"$2.40"`, `"$1.5k"`, `"$3M"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Money(f64);

const GRAMMAR: Grammar = Grammar {
    needs_unit: "an amount of money needs a dollar sign, as in \"$2.40\" or \"$1.5k\"",
    written: "an amount of money is written as in \"$2.40\" or \"$1.5k\"",
    units: &["k", "M", "G"],
    usual: "",
};

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);

    /// A checked amount of US dollars.
    ///
    /// # Errors
    /// When it is negative or not finite.
    pub fn new(dollars: f64) -> Result<Self, ParseError> {
        GRAMMAR.check(dollars).map(Self)
    }

    /// The amount in US dollars.
    #[inline]
    pub const fn dollars(self) -> f64 {
        self.0
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self((self.0 + other.0).min(f64::MAX))
    }
}

impl FromStr for Money {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        let (number, multiplier, rest) = dollars(given, &GRAMMAR)?;
        if !rest.is_empty() {
            return Err(GRAMMAR.refuse(given, format!("goes on with {rest:?} after the amount")));
        }
        let amount = number.as_f64() * multiplier;
        if amount.is_finite() { Ok(Self(amount)) } else { Err(GRAMMAR.too_large(given)) }
    }
}

/// Reads `$2.40` and a multiplier; returns the number, the multiplier and what follows.
fn dollars<'a>(given: &'a str, grammar: &Grammar) -> Result<(Number<'a>, f64, &'a str), ParseError> {
    let text = given.trim();
    let Some(amount) = text.strip_prefix('$').map(str::trim_start) else {
        scan::number(given, text, grammar)?;
        return Err(ParseError { problem: "has no \"$\"".to_owned(), ..grammar.no_unit(given) });
    };
    let (number, rest) = scan::number(given, amount, grammar)?;
    let (unit, rest) = scan::unit(rest);
    let multiplier = scan::multiplier(unit).ok_or_else(|| grammar.unknown_unit(given, unit))?;
    Ok((number, multiplier as f64, rest))
}

/// At least two places after the point, as money is written; more where the amount needs them.
fn amount_text(amount: f64) -> String {
    let text = scan::plain(amount);
    match text.split_once('.') {
        _ if text.contains('e') => text,
        Some((_, places)) if places.len() >= 2 => text,
        Some(_) => text + "0",
        None => text + ".00",
    }
}

impl fmt::Display for Money {
    /// `"$2.40"`; reads back to the same amount.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}", amount_text(self.0)))
    }
}

crate::serial::text_quantity! {
    Money, Money::new, "Money",
    "An amount of US dollars.",
    r"^\s*\$\s*\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*(k|K|M|G|B)?\s*$",
    ["$2.40", "$1.5k"]
}

/// US dollars per hour, finite and not negative: `"$2.40/h"`, `"$3k/d"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct MoneyRate(f64);

const RATE_GRAMMAR: Grammar = Grammar {
    needs_unit: "a price by time needs a dollar sign and a unit, as in \"$2.40/h\"",
    written: "a price by time is written as in \"$2.40/h\" or \"$3k/d\"",
    units: scan::TIME_UNITS,
    usual: "",
};

/// Nanoseconds in an hour.
const HOUR: u64 = 3_600_000_000_000;

impl MoneyRate {
    /// Free of charge.
    pub const ZERO: Self = Self(0.0);

    /// A checked price in US dollars per hour.
    ///
    /// # Errors
    /// When it is negative or not finite.
    pub fn new(dollars_per_hour: f64) -> Result<Self, ParseError> {
        RATE_GRAMMAR.check(dollars_per_hour).map(Self)
    }

    /// US dollars per hour.
    #[inline]
    pub const fn dollars_per_hour(self) -> f64 {
        self.0
    }

    /// What a span of time costs.
    pub fn over(self, span: Span) -> Money {
        Money((self.0 * (span.nanos() as f64 / HOUR as f64)).min(f64::MAX))
    }
}

impl Mul<u64> for MoneyRate {
    type Output = Self;
    /// The price of `count` items, such as the replicas of a tier.
    fn mul(self, count: u64) -> Self {
        Self((self.0 * count as f64).min(f64::MAX))
    }
}

impl FromStr for MoneyRate {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        let (number, multiplier, rest) = dollars(given, &RATE_GRAMMAR)?;
        let unit = match rest.strip_prefix('/').map(str::trim) {
            None if rest.is_empty() => return Err(RATE_GRAMMAR.no_unit(given)),
            None => {
                return Err(RATE_GRAMMAR.refuse(given, format!("goes on with {rest:?} after the amount")));
            }
            Some("") => return Err(RATE_GRAMMAR.no_unit(given)),
            Some(unit) => unit,
        };
        let nanos = scan::nanos_of(unit).ok_or_else(|| RATE_GRAMMAR.unknown_unit(given, unit))?;
        let amount = number.as_f64() * multiplier;
        // Whole factors both ways, so that "$2.40/h" is 2.40 to the last bit.
        let per_hour =
            if nanos >= HOUR { amount / (nanos / HOUR) as f64 } else { amount * (HOUR / nanos) as f64 };
        if per_hour.is_finite() { Ok(Self(per_hour)) } else { Err(RATE_GRAMMAR.too_large(given)) }
    }
}

impl fmt::Display for MoneyRate {
    /// `"$2.40/h"`; reads back to the same price.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}/h", amount_text(self.0)))
    }
}

crate::serial::text_quantity! {
    MoneyRate, MoneyRate::new, "MoneyRate",
    "US dollars per unit of time.",
    r"^\s*\$\s*\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*(k|K|M|G|B)?\s*/\s*(ns|us|µs|μs|ms|s|sec|m|min|h|d|w)\s*$",
    ["$2.40/h", "$3k/d"]
}
