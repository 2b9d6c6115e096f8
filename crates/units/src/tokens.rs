//! A number of tokens that a language model reads or writes.

use std::fmt;
use std::str::FromStr;

use crate::error::{Grammar, ParseError};
use crate::scan;

/// A number of tokens: `"8k"` is 8000, `"8Ki"` is 8192, `"128_000"`, `"8192 tokens"`; always a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tokens(u64);

const GRAMMAR: Grammar = Grammar {
    needs_unit: "a number of tokens is written as in \"8k\", \"128_000\" or \"8192 tokens\"",
    written: "a number of tokens is written as in \"8k\", \"128_000\" or \"8192 tokens\"",
    units: &["k", "M", "G", "Ki", "Mi", "tokens"],
    usual: "",
};

impl Tokens {
    /// No tokens.
    pub const ZERO: Self = Self(0);

    /// A number of tokens.
    #[inline]
    pub const fn new(tokens: u64) -> Self {
        Self(tokens)
    }

    /// The number of tokens.
    #[inline]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for Tokens {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        let (number, rest) = scan::number(given, given.trim(), &GRAMMAR)?;
        let unit = rest.strip_suffix("tokens").or_else(|| rest.strip_suffix("token")).unwrap_or(rest);
        let factor = scan::multiplier(unit.trim_end()).ok_or_else(|| GRAMMAR.unknown_unit(given, rest))?;
        let tokens = number.times(factor).ok_or_else(|| GRAMMAR.too_large(given))?;
        // A part of a token is a slip of the multiplier, such as "1.5" for "1.5k".
        let exact = (tokens as f64).to_bits() == (number.as_f64() * factor as f64).to_bits();
        if exact { Ok(Self(tokens)) } else { Err(GRAMMAR.refuse(given, "is not a whole number of tokens")) }
    }
}

impl fmt::Display for Tokens {
    /// `"8192 tokens"`, `"1 token"`; reads back to the same number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.0, if self.0 == 1 { "token" } else { "tokens" }))
    }
}

crate::serial::text_or_number_quantity! {
    Tokens, |tokens| Ok::<_, ParseError>(Tokens::new(tokens)), "Tokens", "integer",
    "A number of tokens; k, M and G multiply by thousands, Ki and Mi by 1024s.",
    r"^\s*\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*(k|K|M|G|B|Ki|Mi|Gi)?\s*(tokens?)?\s*$",
    ["8k", "128_000", "8192 tokens"]
}
