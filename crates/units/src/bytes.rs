//! An amount of memory or traffic in bytes.

use std::fmt;
use std::str::FromStr;

use crate::error::{Grammar, ParseError};
use crate::scan;
use crate::span::decimal;

/// A number of bytes: `"80GiB"` (in 1024s), `"1.5 MB"` (in thousands), `"512B"`. Parts of a byte are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(u64);

const GRAMMAR: Grammar = Grammar {
    needs_unit: "an amount of memory needs one, as in \"80GiB\", \"1.5MB\" or \"512B\"",
    written: "an amount of memory is written as in \"80GiB\", \"1.5MB\" or \"512B\"",
    units: &["B", "kB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB"],
    usual: "GiB",
};

impl Bytes {
    /// No bytes.
    pub const ZERO: Self = Self(0);

    /// A size in bytes.
    #[inline]
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The number of bytes.
    #[inline]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number of bytes as a float; exact up to 8 PiB.
    #[inline]
    pub const fn as_f64(self) -> f64 {
        self.0 as f64
    }
}

fn size_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "PB" => 1_000_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        "PiB" => 1 << 50,
        _ => return None,
    })
}

impl FromStr for Bytes {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        let (number, unit) = scan::number(given, given.trim(), &GRAMMAR)?;
        if unit.is_empty() {
            return Err(GRAMMAR.no_unit(given));
        }
        let size = size_of(unit).ok_or_else(|| GRAMMAR.unknown_unit(given, unit))?;
        let bytes = number.times(size).ok_or_else(|| GRAMMAR.too_large(given))?;
        if bytes == 0 && !number.is_zero() {
            return Err(GRAMMAR.refuse(given, "is less than a byte"));
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Bytes {
    /// The shortest exact text of one unit or more: `"80GiB"`, `"1.5MB"`, `"200MB"`; reads back to the same number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut best = format!("{}B", self.0);
        let binary = [("PiB", 50), ("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
        let whole = binary.into_iter().filter(|(_, bits)| self.0.trailing_zeros() >= *bits);
        let decimals = [("PB", 15), ("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)].into_iter();
        let decimals = decimals.filter(|(_, places)| 10_u64.pow(*places) <= self.0);
        let texts = whole.map(|(unit, bits)| format!("{}{unit}", self.0 >> bits));
        for text in texts.chain(decimals.map(|(unit, places)| decimal(self.0, places) + unit)) {
            if text.len() < best.len() {
                best = text;
            }
        }
        f.pad(&best)
    }
}

crate::serial::text_quantity! {
    Bytes, |bytes| Ok::<_, ParseError>(Bytes::new(bytes)), "Bytes",
    "An amount of memory: kB, MB, GB in thousands, KiB, MiB, GiB in 1024s.",
    r"^\s*\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*(B|kB|KB|MB|GB|TB|PB|KiB|MiB|GiB|TiB|PiB)\s*$",
    ["80GiB", "1.5MB", "512B"]
}
