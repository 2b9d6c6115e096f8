//! Parameters of a policy by name, as the row of its kind lists them.

use brownout_units::Span;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// A number, a part of a whole, or a rate per second.
    Number(f64),
    /// A length of time.
    Span(Span),
    /// One of the words of its row.
    Word(Cow<'static, str>),
    /// Yes or no.
    Flag(bool),
    /// Several numbers.
    Numbers(Vec<f64>),
}

impl fmt::Display for Value {
    /// As it is written in a file, without quotes; ratios and rates as bare numbers.
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Args {
    entries: Vec<(Cow<'static, str>, Value)>,
}

impl Args {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter, or replaces the one of this name.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: Value) -> Self {
        let name = name.into();
        self.entries.retain(|(known, _)| *known != name);
        self.entries.push((name, value));
        self
    }

    /// Fills in the defaults of the parameters that are missing.
    #[must_use]
    pub fn or_defaults<'a>(mut self, defaults: impl IntoIterator<Item = (&'static str, &'a Value)>) -> Self {
        for (name, value) in defaults {
            if self.get(name).is_none() {
                self = self.with(name, value.clone());
            }
        }
        self
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// A whole number that is given or has a default.
    ///
    /// # Panics
    /// If it is missing or of another type: the row of a policy and its code disagree.
    pub fn count(&self, name: &str) -> u64 {
        self.maybe_count(name).unwrap_or_else(|| panic!("the row has no whole number \"{name}\""))
    }

    /// A whole number, if it is there.
    ///
    /// # Panics
    /// If it is of another type.
    pub fn maybe_count(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Count(count) => Some(*count),
            other => panic!("\"{name}\" is no whole number but {other:?}"),
        }
    }

    /// A number, part of a whole or rate per second that is given or has a default.
    ///
    /// # Panics
    /// If it is missing or of another type.
    pub fn number(&self, name: &str) -> f64 {
        self.maybe_number(name).unwrap_or_else(|| panic!("the row has no number \"{name}\""))
    }

    /// A number, part of a whole or rate per second, if it is there.
    ///
    /// # Panics
    /// If it is of another type.
    pub fn maybe_number(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            other => panic!("\"{name}\" is no number but {other:?}"),
        }
    }

    /// A length of time that is given or has a default.
    ///
    /// # Panics
    /// If it is missing or of another type.
    pub fn span(&self, name: &str) -> Span {
        self.maybe_span(name).unwrap_or_else(|| panic!("the row has no span \"{name}\""))
    }

    /// A length of time, if it is there.
    ///
    /// # Panics
    /// If it is of another type.
    pub fn maybe_span(&self, name: &str) -> Option<Span> {
        match self.get(name)? {
            Value::Span(span) => Some(*span),
            other => panic!("\"{name}\" is no span but {other:?}"),
        }
    }

    /// Several numbers, if they are there.
    ///
    /// # Panics
    /// If it is of another type.
    pub fn maybe_numbers(&self, name: &str) -> Option<&[f64]> {
        match self.get(name)? {
            Value::Numbers(numbers) => Some(numbers),
            other => panic!("\"{name}\" is no list of numbers but {other:?}"),
        }
    }

    /// A word that is given or has a default.
    ///
    /// # Panics
    /// If it is missing or of another type.
    pub fn word(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Word(word)) => word,
            other => panic!("\"{name}\" is no word but {other:?}"),
        }
    }
}
