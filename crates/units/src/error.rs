//! Errors of texts that are no quantity, with the expected form.

/// A text that is not the expected quantity: the text, the problem, the expected form.
///
/// `Display` gives all of it in one line; [`message`](Self::message) leaves the hint out for callers that show it on
/// a line of its own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", self.message(), self.hint_tail())]
pub struct ParseError {
    /// The text or number as it was given.
    pub given: String,
    /// The problem, as the predicate of a sentence: `has no unit`.
    pub problem: String,
    /// The form of the quantity, with examples.
    pub expected: &'static str,
    /// The probable intention.
    pub hint: Option<String>,
}

impl ParseError {
    /// The error without its hint: `"250" has no unit: a time span needs one, as in "250ms", "1.5s" or "2h30m"`.
    pub fn message(&self) -> String {
        format!("{:?} {}: {}", self.given, self.problem, self.expected)
    }

    fn hint_tail(&self) -> String {
        self.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default()
    }
}

/// The name and the form of a quantity; each parser has one, so that all errors read alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grammar {
    /// What is expected when only the unit is missing.
    pub(crate) needs_unit: &'static str,
    /// What is expected in every other case.
    pub(crate) written: &'static str,
    /// The units by name, for suggestions.
    pub(crate) units: &'static [&'static str],
    /// What a bare number most often lacks; empty if nothing can be said.
    pub(crate) usual: &'static str,
}

impl Grammar {
    pub(crate) fn refuse(&self, given: &str, problem: impl Into<String>) -> ParseError {
        ParseError { given: given.to_owned(), problem: problem.into(), expected: self.written, hint: None }
    }

    pub(crate) fn no_unit(&self, given: &str) -> ParseError {
        let problem = "has no unit".to_owned();
        ParseError { given: given.to_owned(), problem, expected: self.needs_unit, hint: self.usual_of(given) }
    }

    /// A bare number with the unit that it most likely lacks: milliseconds where seconds would be many minutes.
    fn usual_of(&self, given: &str) -> Option<String> {
        let number: f64 = given.parse().ok().filter(|_| !self.usual.is_empty())?;
        if self.usual == "s" && 100.0 <= number {
            return Some(format!("did you mean \"{given}ms\", or \"{given}s\"?"));
        }
        Some(format!("did you mean \"{given}{}\"?", self.usual))
    }

    pub(crate) fn unknown_unit(&self, given: &str, unit: &str) -> ParseError {
        let hint = nearest(unit, self.units).map(|near| format!("did you mean {near:?}?"));
        ParseError { hint, ..self.refuse(given, format!("has the unknown unit {unit:?}")) }
    }

    pub(crate) fn too_large(&self, given: &str) -> ParseError {
        self.refuse(given, "is too large")
    }

    /// Checks a number that did not come from a text.
    pub(crate) fn check(&self, value: f64) -> Result<f64, ParseError> {
        if !value.is_finite() {
            return Err(self.refuse(&value.to_string(), "is not a finite number"));
        }
        if value < 0.0 {
            return Err(self.refuse(&value.to_string(), "is negative"));
        }
        // Minus zero is zero, but prints a sign that the parser refuses.
        Ok(value + 0.0)
    }
}

/// Units written out in full, which are too far from their sign for an edit distance.
const WORDS: &[(&str, &str)] = &[
    ("nanosecond", "ns"),
    ("microsecond", "us"),
    ("millisecond", "ms"),
    ("msec", "ms"),
    ("second", "s"),
    ("minute", "min"),
    ("hour", "h"),
    ("hr", "h"),
    ("day", "d"),
    ("week", "w"),
    ("byte", "B"),
    ("percent", "%"),
    ("tok", "tokens"),
];

fn nearest(unit: &str, units: &[&'static str]) -> Option<&'static str> {
    if unit.chars().count() > 16 {
        return None;
    }
    let lower = unit.to_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    if let Some(same) = units.iter().find(|known| known.to_lowercase() == lower) {
        return Some(same);
    }
    if let Some((_, sign)) = WORDS.iter().find(|(word, sign)| *word == singular && units.contains(sign)) {
        return Some(sign);
    }
    // One edit of a unit with a single letter could give any other unit.
    let near = units.iter().map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &lower), *known));
    let (distance, known) = near.min_by_key(|(distance, _)| *distance)?;
    let allowed = known.chars().count().min(unit.chars().count()) / 2;
    (distance <= allowed).then_some(known)
}
