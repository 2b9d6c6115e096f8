//! A value of a knob as a number and its unit, so that a range can be cut into steps and written back.

use crate::text::tree::{Node, Value};
use brownout_units::{Bytes, Money, MoneyRate, Rate, Ratio, Span, Tokens};
use serde::{Deserialize, Serialize};

/// How a value of a knob is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// A whole number.
    Whole,
    /// Any number.
    Number,
    /// A length of time; its number is in seconds.
    Span,
    /// A frequency, per second.
    Rate,
    /// A share, as a fraction of 1.
    Share,
    /// Memory, in bytes.
    Bytes,
    /// Money for time, in US dollars an hour.
    Price,
    /// Money, in US dollars.
    Money,
    /// Tokens, as a count.
    Tokens,
    /// A word or a switch: it has no number.
    Word,
}

/// Texts of quantities are tried in this order; no text belongs to two of them.
const TEXTS: [Measure; 7] = [
    Measure::Span,
    Measure::Rate,
    Measure::Share,
    Measure::Bytes,
    Measure::Price,
    Measure::Money,
    Measure::Tokens,
];

impl Measure {
    /// The number of a text in this measure.
    fn read(self, text: &str) -> Option<f64> {
        match self {
            Measure::Span => text.parse().ok().map(Span::as_secs_f64),
            Measure::Rate => text.parse().ok().map(Rate::per_second),
            Measure::Share => text.parse().ok().map(Ratio::fraction),
            Measure::Bytes => text.parse().ok().map(Bytes::as_f64),
            Measure::Price => text.parse().ok().map(MoneyRate::dollars_per_hour),
            Measure::Money => text.parse().ok().map(Money::dollars),
            Measure::Tokens => text.parse().ok().map(|tokens: Tokens| tokens.get() as f64),
            Measure::Whole | Measure::Number | Measure::Word => None,
        }
    }

    /// Whether values lie close to each other, so that there is one between any two.
    pub const fn is_continuous(self) -> bool {
        !matches!(self, Measure::Whole | Measure::Bytes | Measure::Tokens | Measure::Word)
    }

    /// The value next to a number that can be written, and that value: a rate keeps nine digits, a time its
    /// nanoseconds, a count no fraction.
    pub fn level(self, number: f64) -> Level {
        let number = if self.is_continuous() { rounded(number) } else { number.round() };
        let shown = match self {
            Measure::Whole => format!("{number:.0}"),
            Measure::Number | Measure::Word => format!("{number}"),
            Measure::Span => Span::from_secs_f64(number).to_string(),
            Measure::Rate => Rate::from_per_second(number).to_string(),
            Measure::Share => Ratio::new(number).map_or_else(|_| String::new(), |ratio| ratio.to_string()),
            Measure::Bytes => Bytes::new(number as u64).to_string(),
            Measure::Price => {
                MoneyRate::new(number).map_or_else(|_| String::new(), |price| price.to_string())
            }
            Measure::Money => Money::new(number).map_or_else(|_| String::new(), |money| money.to_string()),
            Measure::Tokens => Tokens::new(number as u64).to_string(),
        };
        let text = match self {
            Measure::Whole | Measure::Number => shown.clone(),
            _ => format!("\"{shown}\""),
        };
        Level { measure: self, number: Some(number), shown, text }
    }
}

/// Nine digits of a number: the steps of a range are sums, whose last digits are noise.
fn rounded(number: f64) -> f64 {
    format!("{number:.8e}").parse().expect("a number as the standard library writes it")
}

/// One value of a knob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// How it is written.
    pub measure: Measure,
    /// As a number in the unit of its measure; none of a word.
    pub number: Option<f64>,
    /// For people: `250ms`, `8`, `true`.
    pub shown: String,
    /// For [`Overrides::set`](crate::Overrides::set): a TOML value.
    pub text: String,
}

impl Level {
    /// A value as it stands in a document, with its text there; none of a list or table.
    pub(crate) fn of(node: &Node, text: &str) -> Level {
        let word = |shown: &str| {
            let number = None;
            Level { measure: Measure::Word, number, shown: shown.to_owned(), text: text.to_owned() }
        };
        match &node.value {
            Value::Integer(number) => Measure::Whole.level(*number as f64),
            Value::Float(number) => {
                Level { number: Some(*number), text: text.to_owned(), ..Measure::Number.level(*number) }
            }
            Value::Text(text) => match number(text) {
                Some((measure, number)) => {
                    Level { measure, number: Some(number), shown: text.clone(), text: quoted(text) }
                }
                None => Level { text: quoted(text), ..word(text) },
            },
            Value::Flag(flag) => word(if *flag { "true" } else { "false" }),
            _ => word(text),
        }
    }

    /// A word, such as the name of a variant.
    pub fn word(name: &str) -> Level {
        Level { measure: Measure::Word, number: None, shown: name.to_owned(), text: quoted(name) }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A text as a quantity, if it is one.
pub(crate) fn number(text: &str) -> Option<(Measure, f64)> {
    TEXTS.into_iter().find_map(|measure| measure.read(text).map(|number| (measure, number)))
}

/// The measure of two ends and their numbers: whole numbers go with any numbers.
pub(crate) fn ends(from: &Level, to: &Level) -> Option<(Measure, f64, f64)> {
    let (low, high) = (from.number?, to.number?);
    let plain = |measure| matches!(measure, Measure::Whole | Measure::Number);
    match (from.measure, to.measure) {
        (a, b) if a == b => Some((a, low, high)),
        (a, b) if plain(a) && plain(b) => Some((Measure::Number, low, high)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_reads_back_to_its_number() {
        let check = |measure: Measure, number: f64, shown: &str| {
            let level = measure.level(number);
            assert_eq!(level.shown, shown);
            if !matches!(measure, Measure::Whole | Measure::Number) {
                assert_eq!(super::number(&level.shown), Some((measure, level.number.unwrap())));
            }
        };
        check(Measure::Span, 0.1 + 0.2, "300ms");
        check(Measure::Span, 1.45 + 2e-16, "1.45s");
        check(Measure::Rate, 0.1 + 0.2, "0.3/s");
        check(Measure::Share, 0.29 * 100.0 / 100.0, "29%");
        check(Measure::Whole, 7.6, "8");
        check(Measure::Number, 0.3 + 4e-17, "0.3");
    }
}
