//! The types of rows: how a value is written, which values are allowed, and what it becomes.

use super::Type;
use crate::block::Form;
use crate::problem::Diagnostics;
use crate::read::Field;
use crate::text::tree::Value;
use brownout_units::{Bytes, Money, MoneyRate, Rate, Ratio, Span, grouped};
use std::fmt::Debug;

/// True or false.
#[derive(Debug)]
pub(crate) struct Flag;

impl Type for Flag {
    type Value = bool;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<bool> {
        field.flag(diag)
    }

    fn form(&self) -> Form {
        Form::Flag
    }

    fn write(&self, value: bool) -> String {
        value.to_string()
    }
}

/// A whole number within a range, and the message for one outside: `a tier needs at least 1 replica`.
#[derive(Debug)]
pub(crate) struct Count(pub(crate) u64, pub(crate) u64, pub(crate) &'static str);

impl Type for Count {
    type Value = u64;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<u64> {
        field.count(diag, self.0, self.1, self.2)
    }

    fn form(&self) -> Form {
        Form::Count(self.0, self.1)
    }

    fn write(&self, value: u64) -> String {
        value.to_string()
    }
}

/// A number within a range, and the message for one outside.
#[derive(Debug)]
pub(crate) struct Number(pub(crate) f64, pub(crate) f64, pub(crate) &'static str);

impl Type for Number {
    type Value = f64;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<f64> {
        field.number(diag, self.0, self.1, self.2)
    }

    fn form(&self) -> Form {
        Form::Number(self.0, self.1)
    }

    fn write(&self, value: f64) -> String {
        value.to_string()
    }
}

/// A time span, zero among them.
#[derive(Debug)]
pub(crate) struct Time;

impl Type for Time {
    type Value = Span;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Span> {
        field.span(diag)
    }

    fn form(&self) -> Form {
        Form::Span
    }

    fn write(&self, value: Span) -> String {
        value.to_string()
    }
}

/// A time span longer than zero, and the message for zero.
#[derive(Debug)]
pub(crate) struct PositiveTime(pub(crate) &'static str);

impl Type for PositiveTime {
    type Value = Span;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Span> {
        field.span_positive(diag, self.0)
    }

    fn form(&self) -> Form {
        Form::Positive
    }

    fn write(&self, value: Span) -> String {
        value.to_string()
    }
}

/// A time span longer than zero, or the word `none`; and the message for zero.
#[derive(Debug)]
pub(crate) struct TimeOrNone(pub(crate) &'static str);

impl Type for TimeOrNone {
    type Value = Option<Span>;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Option<Span>> {
        if field.node.text() == Some("none") {
            return Some(None);
        }
        field.span_positive(diag, self.0).map(Some)
    }

    fn form(&self) -> Form {
        Form::SpanOr("none")
    }

    fn write(&self, value: Option<Span>) -> String {
        value.map_or_else(|| "none".to_owned(), |span| span.to_string())
    }
}

/// A share of a whole, 0 to 100 %.
#[derive(Debug)]
pub(crate) struct Part;

impl Type for Part {
    type Value = Ratio;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Ratio> {
        field.chance(diag)
    }

    fn form(&self) -> Form {
        Form::Ratio
    }

    fn write(&self, value: Ratio) -> String {
        value.to_string()
    }
}

/// Memory, as in `80GiB`.
#[derive(Debug)]
pub(crate) struct Memory;

impl Type for Memory {
    type Value = Bytes;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Bytes> {
        field.bytes(diag)
    }

    fn form(&self) -> Form {
        Form::Bytes
    }

    fn write(&self, value: Bytes) -> String {
        value.to_string()
    }
}

/// Money per hour.
#[derive(Debug)]
pub(crate) struct Price;

impl Type for Price {
    type Value = MoneyRate;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<MoneyRate> {
        field.price(diag)
    }

    fn form(&self) -> Form {
        Form::Price
    }

    fn write(&self, value: MoneyRate) -> String {
        value.to_string()
    }
}

/// An amount of money.
#[derive(Debug)]
pub(crate) struct Amount;

impl Type for Amount {
    type Value = Money;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Money> {
        field.money(diag)
    }

    fn form(&self) -> Form {
        Form::Money
    }

    fn write(&self, value: Money) -> String {
        value.to_string()
    }
}

/// One of these words, each with what it means.
#[derive(Debug)]
pub(crate) struct Word<T: 'static>(pub(crate) &'static [(&'static str, T)]);

impl<T: Copy + PartialEq + Debug + Sync> Type for Word<T> {
    type Value = T;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<T> {
        field.word(diag, self.0)
    }

    fn form(&self) -> Form {
        Form::Words(self.0.iter().map(|(word, _)| *word).collect())
    }

    fn write(&self, value: T) -> String {
        let word = self.0.iter().find(|(_, meaning)| *meaning == value);
        word.expect("a default is one of the words").0.to_owned()
    }
}

/// A whole number within a range, or a word that stands for no number at all; and the message for one outside.
#[derive(Debug)]
pub(crate) struct CountOr(pub(crate) u64, pub(crate) u64, pub(crate) &'static str, pub(crate) &'static str);

impl Type for CountOr {
    type Value = Option<u64>;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Option<u64>> {
        let CountOr(min, max, word, why) = *self;
        match (&field.node.value, field.node.text()) {
            (_, Some(text)) if text == word => return Some(None),
            (Value::Integer(number), _) => match u64::try_from(*number) {
                Ok(number) if (min..=max).contains(&number) => return Some(Some(number)),
                _ => {}
            },
            _ => {}
        }
        let allowed = format!("a whole number from {} to {}, or \"{word}\"", grouped(min), grouped(max));
        match field.node.value {
            Value::Integer(_) => diag.report(field.error(diag, why).allowed(allowed)),
            _ => field.refuse_type(diag, &allowed),
        }
        None
    }

    fn form(&self) -> Form {
        Form::CountOr(self.0, self.1, self.2)
    }

    fn write(&self, value: Option<u64>) -> String {
        value.map_or_else(|| self.2.to_owned(), |number| number.to_string())
    }
}

/// One of these HTTP statuses, and the message for another.
#[derive(Debug)]
pub(crate) struct Status(pub(crate) &'static [u16], pub(crate) &'static str);

impl Type for Status {
    type Value = u16;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<u16> {
        let allowed = || listed(self.0);
        let Value::Integer(number) = field.node.value else {
            field.refuse_type(diag, &allowed());
            return None;
        };
        let found = self.0.iter().copied().find(|code| i64::from(*code) == number);
        if found.is_none() {
            diag.report(field.error(diag, self.1).allowed(allowed()));
        }
        found
    }

    fn form(&self) -> Form {
        Form::Status(self.0)
    }

    fn write(&self, value: u16) -> String {
        value.to_string()
    }
}

/// Statuses in words: `503, 429 or 529`.
pub(crate) fn listed(codes: &[u16]) -> String {
    let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
    match codes.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

/// Events per second up to a limit, and the message above it.
#[derive(Debug)]
pub(crate) struct Frequency(pub(crate) Rate, pub(crate) &'static str);

impl Type for Frequency {
    type Value = Rate;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Rate> {
        let rate = field.rate(diag)?;
        if self.0 < rate {
            diag.report(field.error(diag, self.1).allowed(format!("up to {}", self.0)));
            return None;
        }
        Some(rate)
    }

    fn form(&self) -> Form {
        Form::Rate
    }

    fn write(&self, value: Rate) -> String {
        value.to_string()
    }
}

/// Tokens per second, more than none, and the message for none.
#[derive(Debug)]
pub(crate) struct TokenRate(pub(crate) &'static str);

impl Type for TokenRate {
    type Value = f64;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<f64> {
        let rate = field.token_rate(diag)?;
        if rate <= 0.0 {
            diag.report(field.error(diag, self.0).allowed("more than 0 tokens a second"));
            return None;
        }
        Some(rate)
    }

    fn form(&self) -> Form {
        Form::TokenRate
    }

    fn write(&self, value: f64) -> String {
        format!("{value}/s")
    }
}
