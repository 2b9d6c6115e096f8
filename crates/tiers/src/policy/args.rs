//! Parameters of a policy by name, as its row lists them.

use super::kind::{Kind, Need};
use brownout_units::Span;
use std::fmt;

/// A parameter's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// A number, a part of a whole, or a rate per second.
    Number(f64),
    /// A length of time.
    Span(Span),
    /// One of the words of its row.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
    /// Several numbers.
    Numbers(Vec<f64>),
}

impl fmt::Display for Value {
    /// As it would be written, without quotes; parts and rates as bare numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Count(count) => write!(f, "{count}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Span(span) => write!(f, "{span}"),
            Value::Word(word) => f.write_str(word),
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::Numbers(numbers) => write!(f, "{numbers:?}"),
        }
    }
}

/// Parameters in the order given; a handful, so a list is searched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args {
    entries: Vec<(&'static str, Value)>,
}

impl Args {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one parameter more, or in place of the one of this name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.entries.retain(|(known, _)| *known != name);
        self.entries.push((name, value));
        self
    }

    /// With what a kind says of the parameters that are not given.
    #[must_use]
    pub fn or_defaults(mut self, kind: &Kind) -> Self {
        for param in kind.params {
            if let (Need::Default(value), None) = (&param.need, self.get(param.name)) {
                self = self.with(param.name, value.clone());
            }
        }
        self
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// A whole number that the row gives a default or needs.
    ///
    /// # Panics
    /// If it is not there, or of another role: then the row and its policy say different things.
    pub(super) fn count(&self, name: &str) -> u64 {
        self.maybe_count(name).unwrap_or_else(|| panic!("the row has no whole number \"{name}\""))
    }

    pub(super) fn maybe_count(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Count(count) => Some(*count),
            other => panic!("\"{name}\" is no whole number but {other:?}"),
        }
    }

    pub(super) fn number(&self, name: &str) -> f64 {
        self.maybe_number(name).unwrap_or_else(|| panic!("the row has no number \"{name}\""))
    }

    pub(super) fn maybe_number(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            other => panic!("\"{name}\" is no number but {other:?}"),
        }
    }

    pub(super) fn span(&self, name: &str) -> Span {
        self.maybe_span(name).unwrap_or_else(|| panic!("the row has no span \"{name}\""))
    }

    pub(super) fn maybe_span(&self, name: &str) -> Option<Span> {
        match self.get(name)? {
            Value::Span(span) => Some(*span),
            other => panic!("\"{name}\" is no span but {other:?}"),
        }
    }

    pub(super) fn maybe_numbers(&self, name: &str) -> Option<&[f64]> {
        match self.get(name)? {
            Value::Numbers(numbers) => Some(numbers),
            other => panic!("\"{name}\" is no list of numbers but {other:?}"),
        }
    }

    pub(super) fn word(&self, name: &str) -> &'static str {
        match self.get(name) {
            Some(Value::Word(word)) => word,
            other => panic!("\"{name}\" is no word but {other:?}"),
        }
    }
}
