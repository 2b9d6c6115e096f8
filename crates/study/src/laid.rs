//! What is laid over a scenario at a point of a sweep or a question.

use brownout_scenario::{Level, Overrides, VARIANT};

/// A change of a scenario as it is typed, its path and its value: `tier.auth.replicas=16`.
///
/// # Errors
/// If it has no path or no value.
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() => Ok((path.trim().to_owned(), value.to_owned())),
        _ => Err("write PATH=VALUE, as in tier.auth.replicas=16".to_owned()),
    }
}

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

#[cfg(test)]
mod tests {
    use super::setting;

    #[test]
    fn a_setting_is_cut_at_its_first_sign() {
        assert_eq!(setting("a.b=c=d"), Ok(("a.b".to_owned(), "c=d".to_owned())));
        assert!(setting("a.b").is_err() && setting("=c").is_err());
    }
}
