//! Which keys differ between two resolved texts.

use toml::Value;

/// A key that two texts do not agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its dotted path.
    pub path: String,
    /// Its value in the first text, as TOML; none if it is not there.
    pub before: Option<String>,
    /// Its value in the second one.
    pub after: Option<String>,
}

/// The keys on which two texts of [`Document::resolved`](crate::Document::resolved) do not agree, in order. Texts that
/// are no TOML have no keys.
pub fn changed(before: &str, after: &str) -> Vec<Changed> {
    let read = |text: &str| text.parse::<toml::Table>().map_or(Value::Boolean(false), Value::Table);
    let mut all = Vec::new();
    differ(&mut all, String::new(), Some(&read(before)), Some(&read(after)));
    all
}

fn differ(all: &mut Vec<Changed>, path: String, before: Option<&Value>, after: Option<&Value>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (before, after) {
        (Some(Value::Table(a)), Some(Value::Table(b))) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.for_each(|key| differ(all, below(key), a.get(key), b.get(key)));
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(at, (a, b))| {
                differ(all, below(&at.to_string()), Some(a), Some(b));
            });
        }
        (before, after) if before == after => {}
        (before, after) => {
            let text = |value: Option<&Value>| value.map(ToString::to_string);
            all.push(Changed { path, before: text(before), after: text(after) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_differ_are_named_with_both_values() {
        let found = changed(
            "a = 1\n[t]\nx = \"8/s\"\nl = [1, 2]\n",
            "# said\na = 1\n[t]\nx = \"9/s\"\nl = [1, 3]\nz = 1\n",
        );
        let found: Vec<String> =
            found.iter().map(|c| format!("{} {:?} {:?}", c.path, c.before, c.after)).collect();
        assert_eq!(
            found,
            [
                "t.l.1 Some(\"2\") Some(\"3\")",
                "t.x Some(\"\\\"8/s\\\"\") Some(\"\\\"9/s\\\"\")",
                "t.z None Some(\"1\")"
            ]
        );
        assert_eq!(changed("a = 1", "a = 1 # no more"), []);
    }
}
