//! Quantities and their parsing: spans, rates, ratios, bytes, tokens, money.
//!
//! Each quantity is a newtype that reads itself from a string with a unit (`"250ms"`, `"120/s"`, `"80GiB"`) and
//! prints itself so that the text reads back to the same value. A bare number where a unit is needed is refused:
//! a timeout of `250` would be an expensive typing error.
//!
//! **Invariant:** every value of these types is finite and not negative; no input makes the parsers panic.

#![forbid(unsafe_code)]

mod bytes;
mod error;
mod grouped;
mod money;
mod rate;
mod ratio;
mod scan;
mod serial;
mod shown;
mod span;
mod tokens;

pub use bytes::Bytes;
pub use error::ParseError;
pub use grouped::grouped;
pub use money::{Money, MoneyRate};
pub use rate::Rate;
pub use ratio::Ratio;
pub use shown::{QUOTE_CHARS_MAX, is_unseen, quoted, shown, shown_lines};
pub use span::Span;
pub use tokens::Tokens;
