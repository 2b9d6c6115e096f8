//! The one gate: everything that must hold before a change is taken, in the order in which it fails fastest.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::chores::Outcome;
use crate::repository::Repository;
use crate::{generated, tidy};

/// One step: what it is called, what it does, and what to type when it fails.
struct Step {
    name: &'static str,
    action: Action,
    next: &'static str,
}

enum Action {
    /// Something of our own.
    Own(fn() -> Outcome),
    /// A program with its words.
    Run(&'static [&'static str]),
}

const BUILD: &[&str] = &["cargo", "build", "--workspace", "--locked", "--bins", "--tests", "--examples"];
const NEXTEST: &[&str] = &["cargo", "nextest", "run", "--workspace", "--locked"];
const PLAIN: &[&str] = &["cargo", "test", "--workspace", "--locked", "--quiet", "--tests"];
const DOCTEST: &[&str] = &["cargo", "test", "--workspace", "--locked", "--quiet", "--doc"];
const CLIPPY: &[&str] =
    &["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"];
const PAGES: &[&str] = &["cargo", "doc", "--workspace", "--no-deps", "--locked", "--quiet"];

/// One profile for all of it: what the build step compiles, the tests, the doc tests and the reference use again.
/// Clippy and the pages share their metadata with each other.
fn steps(nextest: bool) -> Vec<Step> {
    let tests = if nextest { NEXTEST } else { PLAIN };
    vec![
        Step { name: "tools", action: Action::Own(tools), next: "rustup component add rustfmt clippy" },
        Step {
            name: "format",
            action: Action::Run(&["cargo", "fmt", "--all", "--check"]),
            next: "cargo fmt --all",
        },
        Step { name: "tidy", action: Action::Own(tidy_all), next: "cargo xtask tidy" },
        Step { name: "clippy", action: Action::Run(CLIPPY), next: "cargo clippy --workspace --all-targets" },
        Step { name: "build", action: Action::Run(BUILD), next: "cargo build --workspace --tests" },
        Step { name: "tests", action: Action::Run(tests), next: "cargo test -p CRATE NAME" },
        Step { name: "doc tests", action: Action::Run(DOCTEST), next: "cargo test --doc -p CRATE" },
        Step { name: "pages", action: Action::Run(PAGES), next: "cargo doc -p CRATE --no-deps" },
        Step { name: "generated", action: Action::Own(generated_current), next: "cargo xtask reference" },
    ]
}

/// Runs every step, stops at the first that fails, and says how long each took.
///
/// # Errors
/// When a step fails: its name and what to type next.
pub(crate) fn run(_: &[String]) -> Outcome {
    let nextest = answers(&["cargo", "nextest", "--version"]);
    println!(
        "tests run with {}",
        if nextest { "cargo nextest" } else { "cargo test (cargo-nextest is not installed)" }
    );
    let mut times = Vec::new();
    for step in steps(nextest) {
        println!("\n── {} ──", step.name);
        let start = now();
        let outcome = step.action.perform();
        times.push((step.name, start.elapsed()));
        if let Err(message) = outcome {
            return Err(format!(
                "{message}\n\n{}\nfailed: {}\nnext:   {}",
                table(&times),
                step.name,
                step.next
            ));
        }
        println!("{}: fine, {}", step.name, seconds(start.elapsed()));
    }
    println!("\n{}\nall fine", table(&times));
    Ok(())
}

/// Builds the program that prints the generated files.
///
/// # Errors
/// When it does not compile.
pub(crate) fn build_program() -> Outcome {
    Action::Run(BUILD).perform()
}

impl Action {
    fn perform(&self) -> Outcome {
        match self {
            Action::Own(action) => action(),
            Action::Run(words) => {
                let status = command(words).status();
                let status = status.map_err(|error| format!("{} could not be started: {error}", words[0]))?;
                if status.success() {
                    Ok(())
                } else {
                    Err(format!("`{}` ended with {status}", words.join(" ")))
                }
            }
        }
    }
}

/// A command in the root, in an environment where a test cannot make itself pass by writing what it expects.
fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env("INSTA_UPDATE", "no").env("RUSTDOCFLAGS", "-D warnings");
    for overwrites in ["SNAPSHOTS", "TRYCMD", "INSTA_FORCE_PASS"] {
        command.env_remove(overwrites);
    }
    if let Ok(root) = Repository::root() {
        command.current_dir(root);
    }
    command
}

fn answers(words: &[&str]) -> bool {
    command(words).output().is_ok_and(|output| output.status.success())
}

/// The two components are part of the toolchain's default profile; a minimal one gets them here.
fn tools() -> Outcome {
    for (component, probe) in
        [("rustfmt", ["cargo", "fmt", "--version"]), ("clippy", ["cargo", "clippy", "--version"])]
    {
        if !answers(&probe) {
            println!("{component} is missing, asking rustup for it");
            Action::Run(&["rustup", "component", "add", "rustfmt", "clippy"]).perform()?;
        }
    }
    Ok(())
}

fn tidy_all() -> Outcome {
    tidy::report(&Repository::here()?)
}

fn generated_current() -> Outcome {
    generated::check(&Repository::root()?)
}

#[allow(clippy::disallowed_methods, reason = "the gate measures the machine, not the model")]
fn now() -> Instant {
    Instant::now()
}

fn table(times: &[(&str, Duration)]) -> String {
    let rows = times.iter().map(|(name, time)| format!("{name:<10} {:>8}\n", seconds(*time)));
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    rows.chain([format!("{:<10} {:>8}\n", "total", seconds(total))]).collect()
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_adds_up() {
        let times = [("format", Duration::from_millis(400)), ("clippy", Duration::from_millis(61_600))];
        assert_eq!(table(&times), "format        0.4 s\nclippy       61.6 s\ntotal        62.0 s\n");
    }

    #[test]
    fn a_failing_command_is_quoted() {
        let message = Action::Run(&["cargo", "no-such-chore"]).perform().unwrap_err();
        assert!(message.starts_with("`cargo no-such-chore` ended with "), "{message}");
    }

    #[test]
    fn every_step_says_what_to_do_next() {
        for step in steps(true).iter().chain(&steps(false)) {
            assert!(step.next.contains(' '), "{} has no command to go on with", step.name);
        }
    }
}
