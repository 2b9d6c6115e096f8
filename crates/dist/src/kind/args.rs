//! Parameters by name, as a scenario gives them.

use crate::{Error, Law};

/// A parameter's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, in the unit of the quantity where the role says so.
    Number(f64),
    /// A list of numbers.
    List(Vec<f64>),
    /// Laws with weights.
    Laws(Vec<(f64, Law)>),
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Vec<f64>> for Value {
    fn from(list: Vec<f64>) -> Self {
        Self::List(list)
    }
}

impl From<Vec<(f64, Law)>> for Value {
    fn from(laws: Vec<(f64, Law)>) -> Self {
        Self::Laws(laws)
    }
}

impl From<Law> for Value {
    fn from(law: Law) -> Self {
        Self::Laws(vec![(1.0, law)])
    }
}

/// Parameters in the order given; a handful, so a list is searched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args {
    entries: Vec<(String, Value)>,
}

impl Args {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one parameter more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.insert(name, value);
        self
    }

    /// Adds a parameter, or replaces the one of this name.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((name, value)),
        }
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether there is a value of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The names in the order given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn number(&self, param: &'static str) -> Result<f64, Error> {
        match self.get(param) {
            Some(Value::Number(number)) => Ok(*number),
            _ => Err(Error::Sort { param, expected: "a number" }),
        }
    }

    pub(crate) fn list(&self, param: &'static str) -> Result<&[f64], Error> {
        match self.get(param) {
            Some(Value::List(list)) => Ok(list),
            _ => Err(Error::Sort { param, expected: "a list of numbers" }),
        }
    }

    pub(crate) fn laws(&self, param: &'static str) -> Result<&[(f64, Law)], Error> {
        match self.get(param) {
            Some(Value::Laws(laws)) => Ok(laws),
            _ => Err(Error::Sort { param, expected: "a list of laws with weights" }),
        }
    }

    pub(crate) fn law(&self, param: &'static str) -> Result<Law, Error> {
        match self.get(param) {
            Some(Value::Laws(laws)) if laws.len() == 1 => Ok(laws[0].1.clone()),
            _ => Err(Error::Sort { param, expected: "one law" }),
        }
    }
}
