//! The one gate: everything that must hold before a change is taken, in the order in which it fails fastest.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::chores::Outcome;
use crate::repository::Repository;
use crate::{attack, browser, generated, tables, tidy, wasm};

/// One step: what it is called, what it does, and what to type when it fails.
struct Step {
    name: &'static str,
    action: Action,
    next: &'static str,
}

enum Action {
    /// Something of our own.
    Own(fn() -> Outcome),
    /// Something of our own for which a machine may lack a tool.
    Able(fn() -> Result<Ending, String>),
    /// A program with its words.
    Run(&'static [&'static str]),
}

/// How a step ended that did not fail.
pub(crate) enum Ending {
    /// All that it looks at holds.
    Fine,
    /// Why it could not look.
    Skipped(String),
}

/// A step that was performed: its name, how long it took, and why it was skipped if it was.
type Row = (&'static str, Duration, Option<String>);

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
        Step { name: "attack", action: Action::Own(attack::minute), next: "cargo xtask attack 60" },
        Step { name: "browser", action: Action::Able(browser::step), next: "cargo xtask browser" },
        Step { name: "tables", action: Action::Able(tables::step), next: "cargo xtask tables" },
        Step { name: "wasm", action: Action::Able(wasm::step), next: "cargo xtask wasm" },
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
    let mut rows: Vec<Row> = Vec::new();
    for step in steps(nextest) {
        println!("\n── {} ──", step.name);
        let start = now();
        let outcome = step.action.perform();
        let time = start.elapsed();
        match outcome {
            Ok(Ending::Fine) => {
                println!("{}: fine, {}", step.name, seconds(time));
                rows.push((step.name, time, None));
            }
            Ok(Ending::Skipped(why)) => {
                println!("{}: skipped: {why}", step.name);
                rows.push((step.name, time, Some(why)));
            }
            Err(message) => {
                rows.push((step.name, time, None));
                let table = table(&rows);
                return Err(format!("{message}\n\n{table}\nfailed: {}\nnext:   {}", step.name, step.next));
            }
        }
    }
    println!("\n{}\nall fine", table(&rows));
    Ok(())
}

/// A step as a chore of its own, with the program alone: the tests, which the gate has compiled before it, would take
/// minutes.
///
/// # Errors
/// As the step.
pub(crate) fn alone(step: impl FnOnce() -> Result<Ending, String>) -> Outcome {
    finish(Command::new("cargo").args(["build", "--locked", "--package", "brownout-cli"]))?;
    match step()? {
        Ending::Fine => println!("fine"),
        Ending::Skipped(why) => println!("skipped: {why}"),
    }
    Ok(())
}

/// Builds the program that prints the generated files.
///
/// # Errors
/// When it does not compile.
pub(crate) fn build_program() -> Outcome {
    Action::Run(BUILD).perform().map(|_| ())
}

impl Action {
    fn perform(&self) -> Result<Ending, String> {
        match self {
            Action::Own(action) => action().map(|()| Ending::Fine),
            Action::Able(action) => action(),
            Action::Run(words) => {
                let status = command(words).status();
                let status = status.map_err(|error| format!("{} could not be started: {error}", words[0]))?;
                if status.success() {
                    Ok(Ending::Fine)
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

/// What a step says that lacks a tool: on the CI a failure, since there it would be missed for good.
pub(crate) fn missing(why: String) -> Result<Ending, String> {
    if on_ci() { Err(why) } else { Ok(Ending::Skipped(why)) }
}

/// Whether this is a machine of the CI.
pub(crate) fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Runs it with our own output; what it was is told if it fails.
pub(crate) fn finish(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{command:?} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

/// Runs it and takes what it prints.
pub(crate) fn printed(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} could not be started: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}: {}", output.status, said.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
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

fn table(rows: &[Row]) -> String {
    let lines = rows.iter().map(|(name, time, skipped)| {
        let skipped = skipped.as_ref().map_or(String::new(), |why| format!("  skipped: {why}"));
        format!("{name:<10} {:>8}{skipped}\n", seconds(*time))
    });
    let total: Duration = rows.iter().map(|(_, time, _)| *time).sum();
    lines.chain([format!("{:<10} {:>8}\n", "total", seconds(total))]).collect()
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_adds_up() {
        let skipped = Some("there is no node".into());
        let rows = [
            ("format", Duration::from_millis(400), None),
            ("clippy", Duration::from_millis(61_600), None),
            ("wasm", Duration::from_millis(0), skipped),
        ];
        let wanted = "format        0.4 s\nclippy       61.6 s\nwasm          0.0 s  skipped: there is no node\n\
                      total        62.0 s\n";
        assert_eq!(table(&rows), wanted);
    }

    #[test]
    fn a_failing_command_is_quoted() {
        let message = Action::Run(&["cargo", "no-such-chore"]).perform().err().expect("it fails");
        assert!(message.starts_with("`cargo no-such-chore` ended with "), "{message}");
    }

    #[test]
    fn every_step_says_what_to_do_next() {
        for step in steps(true).iter().chain(&steps(false)) {
            assert!(step.next.contains(' '), "{} has no command to go on with", step.name);
        }
    }
}
