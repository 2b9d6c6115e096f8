//! What has to run in a browser, compiled for it, and scenarios that have the same fingerprints there as here.

mod debian;
mod toolchain;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::chores::Outcome;
use crate::gate::{Ending, alone, finish, missing, on_ci, printed};
use crate::generated::program;
use crate::repository::Repository;
use crate::tidy::NATIVE;
use toolchain::{Source, TARGET, Toolchain};

/// One replication of 0.7 million events with an autoscaler, boots and retries: a third of a second in node. And one
/// that draws from every kind of law.
const SCENARIOS: [&str; 2] =
    ["experiments/autoscaler-lag/scenario.toml", "crates/scenario/tests/good/laws.toml"];
/// The module, from the target directory.
const MODULE: &str = "web/examples/browser.wasm";
const SCRIPT: &str = "xtask/src/wasm/run.mjs";

/// The chore: the step alone. The word `debian` takes the standard library from Debian even where rustup has it.
///
/// # Errors
/// As [`step`], and for other words.
pub(crate) fn run(words: &[String]) -> Outcome {
    let source = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Source::Any,
        ["debian"] => Source::Debian,
        _ => return Err("usage: cargo xtask wasm [debian]".into()),
    };
    alone(|| from(source))
}

/// Compiles, runs in node and compares with the program that the build step left.
///
/// # Errors
/// When something does not compile or differs, and when a tool is missing although `CI=true`: there it would be missed
/// for good.
pub(crate) fn step() -> Result<Ending, String> {
    from(Source::Any)
}

fn from(source: Source) -> Result<Ending, String> {
    let repository = Repository::here()?;
    let root = Repository::root()?;
    let target = repository.metadata["target_directory"].as_str().unwrap_or("target");
    let toolchain = match Toolchain::find(source, &Path::new(target).join("wasm")) {
        Ok(toolchain) => toolchain,
        Err(why) => return missing(why),
    };
    compile(&repository, &root, &toolchain)?;
    if let Err(why) = node() {
        return missing(format!("compiled, not run: {why}"));
    }
    let built = toolchain.target_directory().unwrap_or(target.as_ref());
    compare(&root, &built.join(TARGET).join(MODULE))
}

/// All libraries are checked, which takes a third of the time of generating their code; code is generated for what the
/// module is made of. One profile for both, so that macros and build scripts are compiled once.
fn compile(repository: &Repository, root: &Path, toolchain: &Toolchain) -> Outcome {
    let libraries = repository.members().into_iter().filter(|member| !NATIVE.contains(member));
    let mut check = vec!["check".to_owned()];
    let package =
        |member| if member == "study" { "brownout".to_owned() } else { format!("brownout-{member}") };
    check.extend(libraries.flat_map(|member| ["--package".to_owned(), package(member)]));
    let module = ["build", "--package", "brownout", "--example", "browser"].map(String::from);
    for words in [check, module.to_vec()] {
        let mut command = toolchain.cargo();
        command.args(&words).args(["--no-default-features", "--locked", "--quiet", "--profile", "web"]);
        command.args(["--target", TARGET]).current_dir(root);
        finish(&mut command)?;
    }
    Ok(())
}

/// Node, from Debian if we are root on a machine of the CI.
fn node() -> Outcome {
    let asked = || printed(Command::new("node").arg("--version"));
    if asked().is_err() && on_ci() {
        println!("node is missing, asking Debian for it");
        finish(Command::new("apt-get").args(["install", "--yes", "--no-install-recommends", "nodejs"]))?;
    }
    asked().map(|_| ()).map_err(|_| "there is no node".into())
}

/// Each scenario by the program and by the module.
fn compare(root: &Path, module: &Path) -> Result<Ending, String> {
    for scenario in SCENARIOS {
        let mut native = Command::new(program(root)?);
        native.args(["run", scenario, "--format", "json"]).current_dir(root);
        let here = native_answer(&printed(&mut native)?)?;
        let mut node = Command::new("node");
        let there = printed(node.arg(SCRIPT).args([module, Path::new(scenario)]).current_dir(root))?;
        let (answer, speed) = there.split_once('\n').unwrap_or((&there, ""));
        if answer != here {
            return Err(format!("{scenario}: {here} here, {answer} as WebAssembly"));
        }
        println!("{scenario}: {here} here and as WebAssembly; {}", speed.trim());
    }
    Ok(Ending::Fine)
}

/// Events and fingerprint, from the JSON of `brownout run`.
fn native_answer(json: &str) -> Result<String, String> {
    let all: Value = serde_json::from_str(json).map_err(|error| format!("`brownout run`: {error}"))?;
    let one = all.get(0).unwrap_or(&all);
    match (one["events"].as_u64(), one["fingerprint"].as_str()) {
        (Some(events), Some(fingerprint)) => Ok(format!("{events} events, {fingerprint}")),
        _ => Err("`brownout run --format json` has no events and fingerprint any more".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_the_program_is_read() {
        let one = r#"{"events": 12, "fingerprint": "00ff"}"#;
        assert_eq!(native_answer(one), Ok("12 events, 00ff".into()));
        assert_eq!(native_answer(&format!("[{one}]")), Ok("12 events, 00ff".into()));
        assert!(native_answer("{}").is_err());
    }

    #[test]
    fn a_wrong_word_is_refused() {
        assert!(run(&["ubuntu".into()]).unwrap_err().starts_with("usage"));
    }
}
