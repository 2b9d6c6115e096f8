//! Tidy: the house rules that a compiler does not know, checked over the whole repository as one test.
//!
//! A new rule is a file in this folder with its `RULE`, and a line in [`RULES`].

mod architecture;
mod arrows;
mod dead;
mod experiments;
mod functions;
mod keys;
mod length;
mod links;
mod opening;
mod places;
mod platform;
mod unsafety;
mod whitespace;
mod width;
mod words;

pub(crate) use platform::NATIVE;

use std::fmt;

use crate::chores::Outcome;
use crate::repository::Repository;

/// A house rule: one file, one reason.
pub(crate) struct Rule {
    /// What it is called in messages.
    name: &'static str,
    /// Why we hold to it, in one sentence.
    why: &'static str,
    /// Every place that breaks it.
    check: fn(&Repository) -> Vec<Problem>,
}

/// One place that breaks a rule.
#[derive(Debug)]
struct Problem {
    file: String,
    /// Counted from 1; 1 also where the file as a whole is meant.
    line: usize,
    what: String,
    /// What to do about it.
    fix: String,
}

impl Problem {
    fn new(file: &str, line: usize, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Problem { file: file.into(), line, what: what.into(), fix: fix.into() }
    }
}

const RULES: &[Rule] = &[
    width::RULE,
    length::RULE,
    functions::RULE,
    opening::RULE,
    dead::RULE,
    arrows::RULE,
    keys::RULE,
    words::RULE,
    platform::RULE,
    unsafety::RULE,
    architecture::RULE,
    whitespace::RULE,
    places::RULE,
    links::RULE,
    experiments::RULE,
];

/// Runs every rule.
///
/// # Errors
/// All problems at once, each with its place, the reason for the rule and what to do.
pub(crate) fn report(repository: &Repository) -> Outcome {
    let mut messages = Vec::new();
    for rule in RULES {
        let problems = (rule.check)(repository);
        messages.extend(problems.iter().map(|problem| Message { rule, problem }.to_string()));
    }
    match messages.len() {
        0 => Ok(()),
        1 => Err(format!("{}\n\ntidy: 1 problem", messages[0])),
        many => Err(format!("{}\n\ntidy: {many} problems", messages.join("\n"))),
    }
}

struct Message<'a> {
    rule: &'a Rule,
    problem: &'a Problem,
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { file, line, what, fix } = self.problem;
        writeln!(out, "{file}:{line}: {what} [{}]", self.rule.name)?;
        writeln!(out, "    why: {}", self.rule.why)?;
        write!(out, "    do:  {fix}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let repository = Repository::here().expect("the repository can be read");
        if let Err(problems) = report(&repository) {
            panic!("\n{problems}\n");
        }
    }

    #[test]
    fn a_message_gives_the_place_the_reason_and_the_remedy() {
        let long = format!("//! A file.\n#![forbid(unsafe_code)]\n// {}\n", "x".repeat(120));
        let manifest = ("xtask/Cargo.toml", "[lints]\nworkspace = true\n");
        let files = [manifest, ("xtask/src/main.rs", long.as_str()), ("ARCHITECTURE.md", "# Map\n")];
        let message = report(&Repository::of(&files)).unwrap_err();
        let wanted = "xtask/src/main.rs:3: a line of 123 characters, the limit is 120 [width]\n    why: ";
        assert!(message.starts_with(wanted), "{message}");
        assert!(message.contains("\n    do:  break it"), "{message}");
        assert!(message.ends_with("\n\ntidy: 1 problem"), "{message}");
    }

    #[test]
    fn rule_names_are_unique_and_reasons_are_sentences() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(RULES[..at].iter().all(|other| other.name != rule.name), "{} twice", rule.name);
            assert!(rule.why.len() > 20 && !rule.why.ends_with('.'), "{}: {}", rule.name, rule.why);
        }
    }
}
