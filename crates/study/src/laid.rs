//! What is laid over a scenario at a point of a sweep or a question.

use brownout_scenario::{Level, Overrides, VARIANT};

/// Paths and their values, as settings take them; of [`VARIANT`] the name.
pub(crate) type Laid = Vec<(String, String)>;

/// A value at a path.
pub(crate) fn lay(path: &str, level: &Level) -> (String, String) {
    let value = if path == VARIANT { &level.shown } else { &level.text };
    (path.to_owned(), value.clone())
}

/// What is laid, on top of other overrides.
pub(crate) fn over(overrides: &Overrides, laid: Laid) -> Overrides {
    let mut over = overrides.clone();
    for (path, value) in laid {
        if path == VARIANT {
            over.variant = Some(value);
        } else {
            over.set.push((path, value));
        }
    }
    over
}

/// A point in words: `tier.auth.replicas=9`.
pub(crate) fn name(laid: &Laid) -> String {
    laid.iter().map(|(path, value)| format!("{path}={value}")).collect::<Vec<_>>().join(", ")
}
