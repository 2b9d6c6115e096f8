//! The command that was typed, as a shell takes it again.

use brownout::units::quoted;
use brownout::{Overrides, VARIANT};
use std::path::Path;

/// Switches that change nothing of what is found.
const SWITCHES: [&str; 5] = ["-q", "--quiet", "--why", "--no-store", "--no-out"];
/// Options that only say where files go.
const PLACES: [&str; 2] = ["--store", "--out"];

/// What was typed, without what changes no number, without some options and their values, and with more at its end.
pub fn again(without: &[&str], with: &[String]) -> String {
    repeated(std::env::args().skip(1), without, with)
}

/// The command that opens the report of a point of a sweep, up to its number.
pub fn point_of(folder: &Path) -> String {
    format!("brownout report {} --point", as_shell(&folder.display().to_string()))
}

/// The command that writes the report of a scenario under some overrides, with some settings laid over them; one that
/// may read nothing outside of its folder still may not.
pub fn run_of((path, is_confined): (&str, bool), overrides: &Overrides, laid: &[(String, String)]) -> String {
    let mut words = vec!["brownout run".to_owned(), as_shell(path)];
    words.extend(is_confined.then(|| "--confined".to_owned()));
    let variant = laid.iter().rev().find(|(path, _)| path == VARIANT).map(|(_, name)| name);
    words.extend(variant.or(overrides.variant.as_ref()).map(|name| format!("--variant {}", as_shell(name))));
    words.extend(overrides.seed.map(|seed| format!("--seed {seed}")));
    let settings = overrides.set.iter().chain(laid.iter().filter(|(path, _)| path != VARIANT));
    words.extend(settings.map(|(path, value)| format!("--set {}", as_shell(&format!("{path}={value}")))));
    words.join(" ")
}

fn repeated(typed: impl Iterator<Item = String>, without: &[&str], with: &[String]) -> String {
    let (mut words, mut skips) = (vec!["brownout".to_owned()], false);
    for word in typed {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if std::mem::take(&mut skips) {
            continue;
        }
        if SWITCHES.contains(&name) {
            continue;
        }
        if without.contains(&name) || PLACES.contains(&name) {
            skips = !word.contains('=');
            continue;
        }
        words.push(as_shell(&word));
    }
    words.extend(with.iter().map(|word| as_shell(word)));
    words.join(" ")
}

fn as_shell(word: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || "-_./:=,%".contains(c);
    if !word.is_empty() && word.chars().all(fine) {
        word.to_owned()
    } else if word.contains('\'') || word.chars().any(char::is_control) {
        quoted(word)
    } else {
        format!("'{word}'")
    }
}

#[cfg(test)]
mod tests {
    use super::{repeated, run_of};
    use brownout::Overrides;

    #[test]
    fn a_run_has_what_was_typed_and_what_is_laid_over_it() {
        let set = vec![("run.duration".to_owned(), "1h".to_owned())];
        let overrides = Overrides { set, seed: Some(3), ..Overrides::default() };
        let laid = [("variant", "two words"), ("tier.a.workers", "2")];
        let laid = laid.map(|(path, value)| (path.to_owned(), value.to_owned()));
        assert_eq!(
            run_of(("a.toml", false), &overrides, &laid),
            "brownout run a.toml --variant 'two words' --seed 3 --set run.duration=1h --set tier.a.workers=2"
        );
    }

    #[test]
    fn options_go_with_their_values_and_blanks_are_quoted() {
        let typed = [
            "run",
            "-q",
            "a b.toml",
            "--seed",
            "3",
            "--threads=2",
            "--out",
            "x",
            "--set",
            "tier.a.workers=2",
        ];
        let typed = typed.into_iter().map(str::to_owned);
        assert_eq!(
            repeated(typed, &["--seed", "--threads"], &["--seed".to_owned(), "7".to_owned()]),
            "brownout run 'a b.toml' --set tier.a.workers=2 --seed 7"
        );
    }
}
