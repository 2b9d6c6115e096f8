//! Errors of parameters that make no law, with the allowed values.

/// Numbers that do not make a law.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A parameter is outside its range.
    #[error("{param} = {given}: must be {allowed}")]
    Param {
        /// Its name in the table of kinds.
        param: &'static str,
        /// The number given.
        given: f64,
        /// The range, in words.
        allowed: &'static str,
    },
    /// A parameter is of the wrong sort: a number where a list is needed, or the other way round.
    #[error("{param}: must be {expected}")]
    Sort {
        /// Its name in the table of kinds.
        param: &'static str,
        /// What is needed.
        expected: &'static str,
    },
    /// Parameters are missing, unknown, or do not go together.
    #[error("{kind}: {problem}; it takes {forms}")]
    Form {
        /// The kind of law.
        kind: &'static str,
        /// The parameter at fault, if it is one.
        param: Option<String>,
        /// What is wrong, as a sentence without its full stop.
        problem: String,
        /// All sets of parameters that make the law.
        forms: String,
    },
    /// A line of a CSV text is invalid.
    #[error("line {line}: {problem}")]
    Line {
        /// Counted from 1, as editors do.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

impl Error {
    /// The name of the parameter at fault, if it is one, for callers that underline it.
    pub fn param(&self) -> Option<&str> {
        match self {
            Self::Param { param, .. } | Self::Sort { param, .. } => Some(param),
            Self::Form { param, .. } => param.as_deref(),
            Self::Line { .. } => None,
        }
    }
}

/// The largest quantity: beyond it, squares and powers of draws leave the range of a float.
pub(crate) const LARGEST: f64 = 1e100;

/// Checks that a number lies in `low..=high`; NaN never does.
pub(crate) fn within(
    param: &'static str,
    given: f64,
    (low, high): (f64, f64),
    allowed: &'static str,
) -> Result<f64, Error> {
    // Adding zero turns minus zero into zero.
    if given >= low && given <= high { Ok(given + 0.0) } else { Err(Error::Param { param, given, allowed }) }
}

/// Checks a size: a mean, a scale, a quantile of a law of positive values.
pub(crate) fn size(param: &'static str, given: f64) -> Result<f64, Error> {
    within(param, given, (LARGEST.recip(), LARGEST), "above 0 (1e-100 to 1e100)")
}

/// Checks a place on the line: a bound, a value, a shift.
pub(crate) fn place(param: &'static str, given: f64) -> Result<f64, Error> {
    within(param, given, (-LARGEST, LARGEST), "a finite number (up to 1e100)")
}

/// Checks the median and 99th percentile of a law and returns their ratio, above 1.
pub(crate) fn spread(p50: f64, p99: f64) -> Result<f64, Error> {
    size("p50", p50)?;
    size("p99", p99)?;
    let ratio = p99 / p50;
    if ratio > 1.000_001 {
        Ok(ratio)
    } else {
        Err(Error::Param { param: "p99", given: p99, allowed: "above p50" })
    }
}
