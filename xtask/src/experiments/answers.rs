//! `answers.txt` of an experiment, in TOML: questions beyond one run, each with the beginning of a line of its answer.

use super::{Place, brownout};
use crate::chores::Outcome;
use std::fs;

/// Asks every question of a folder, such as that of an experiment, and says which answer is another one.
pub(super) fn ask(place: &Place, folder: &str) -> Outcome {
    let file = place.root.join(folder).join("answers.txt");
    let Ok(text) = fs::read_to_string(&file) else { return Ok(()) };
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", file.display()))?;
    let rows = table.get("answer").and_then(toml::Value::as_array);
    let rows = rows.ok_or_else(|| format!("{}: no [[answer]]", file.display()))?;
    let mut wrong = Vec::new();
    for row in rows {
        let text = |key: &str| row.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let (command, says) = (text("command"), text("says"));
        let mut arguments = words(command);
        arguments.extend(["-q".to_owned(), "--no-store".to_owned()]);
        let output = brownout(place, &arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
        // Sentences are wrapped; what is expected is a part of one.
        let said = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        let says = says.split_whitespace().collect::<Vec<_>>().join(" ");
        if says.is_empty() || !said.contains(&says) {
            let first = said.chars().take(160).collect::<String>();
            wrong.push(format!("{command}\n    expected {says}\n    and it says {first}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("ANOTHER ANSWER: {}", wrong.join("\n"))) }
}

/// A command in words, as a shell would take them: quotes keep blanks.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quotes_keep_blanks_together() {
        assert_eq!(words("plan a --promise 'x > 1 %' \"\""), ["plan", "a", "--promise", "x > 1 %", ""]);
    }
}
