//! A part of a whole, or a multiple of it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Grammar, ParseError};
use crate::scan;

/// A ratio, finite and not negative; `"10%"` and `"0.1"` are the same.
///
/// It may exceed one (`"150%"`); where only a probability makes sense, ask [`Ratio::is_probability`].
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Ratio(f64);

const GRAMMAR: Grammar = Grammar {
    needs_unit: "a ratio is written as in \"10%\" or \"0.1\"",
    written: "a ratio is written as in \"10%\" or \"0.1\"",
    units: &["%"],
    usual: "",
};

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);
    /// All.
    pub const ONE: Self = Self(1.0);

    /// A ratio from whole per cent.
    #[must_use]
    pub const fn of_percent(percent: u32) -> Self {
        Self(percent as f64 / 100.0)
    }

    /// A checked ratio from a fraction: `0.1` is ten per cent.
    ///
    /// # Errors
    /// When it is negative or not finite.
    pub fn new(fraction: f64) -> Result<Self, ParseError> {
        GRAMMAR.check(fraction).map(Self)
    }

    /// The ratio as a fraction: ten per cent is `0.1`.
    #[inline]
    pub const fn fraction(self) -> f64 {
        self.0
    }

    /// Whether it is at most one.
    #[inline]
    pub const fn is_probability(self) -> bool {
        self.0 <= 1.0
    }
}

impl FromStr for Ratio {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        let (number, unit) = scan::number(given, given.trim(), &GRAMMAR)?;
        let fraction = match unit {
            "" => number.as_f64(),
            "%" => number.as_f64() / 100.0,
            unit => return Err(GRAMMAR.unknown_unit(given, unit)),
        };
        if !fraction.is_finite() {
            return Err(GRAMMAR.too_large(given));
        }
        Ok(Self(fraction))
    }
}

impl fmt::Display for Ratio {
    /// In per cent where that is short, as a plain number otherwise; reads back to the same ratio.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match scan::short(self.0 * 100.0, self.0, |percent| percent / 100.0) {
            Some(percent) => f.pad(&format!("{}%", scan::plain(percent))),
            None => f.pad(&scan::plain(self.0)),
        }
    }
}

crate::serial::text_or_number_quantity! {
    Ratio, Ratio::new, "Ratio", "number",
    "A ratio in per cent or as a fraction.",
    r"^\s*\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*%?\s*$",
    ["10%", "0.1"]
}
