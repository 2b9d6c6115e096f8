//! The table of chores: a new one is a line here and a function beside it.

use std::fmt::Write as _;
use std::process::Command;

use crate::repository::Repository;
use crate::{attack, browser, campaign, experiments, gate, generated, tables, tidy, wasm};

/// Why a chore did not succeed, ready to print.
pub(crate) type Outcome = Result<(), String>;

/// One word after `cargo xtask`.
pub(crate) struct Chore {
    /// What is typed.
    pub(crate) name: &'static str,
    /// One line of help.
    pub(crate) help: &'static str,
    /// What it does with the words that follow its name.
    pub(crate) run: fn(&[String]) -> Outcome,
}

const CHORES: &[Chore] = &[
    Chore { name: "test", help: "the whole gate: format, tidy, lints, tests, documentation", run: gate::run },
    Chore { name: "tidy", help: "only the house rules over the files of the repository", run: tidy_alone },
    Chore { name: "reference", help: "write the generated files anew (schema, reference)", run: reference },
    Chore { name: "wasm", help: "what must run in a browser: compiled for it, run in node", run: wasm::run },
    Chore {
        name: "browser",
        help: "pages of the report in a headless browser, with axe-core",
        run: browser::run,
    },
    Chore {
        name: "tables",
        help: "tables of a run and a sweep, read by pandas, polars and DuckDB",
        run: tables::run,
    },
    Chore {
        name: "experiments",
        help: "run every experiment at full size and write down how it ended",
        run: experiments::run,
    },
    Chore {
        name: "swarm",
        help: "20,000 random services, in release; another number may follow",
        run: campaign::swarm,
    },
    Chore {
        name: "quiet",
        help: "all that ships without its triggers under 60 seeds: how often something is taken for harm",
        run: campaign::quiet,
    },
    Chore {
        name: "attack",
        help: "broken files, random services and faults from outside; seconds and a seed may follow",
        run: attack::run,
    },
    Chore {
        name: "lab",
        help: "how often each question of the lab is answered rightly; writes docs/LAB.md",
        run: campaign::lab,
    },
    Chore {
        name: "causes",
        help: "how often the cause of a planted night is named; writes docs/causes.md; --seed, --export FOLDER",
        run: campaign::causes,
    },
    Chore { name: "engine", help: "a million random cases of the inference engine", run: campaign::engine },
    Chore { name: "bench", help: "our own benchmarks, in release; what follows is passed on", run: bench },
];

/// The chore of this name, if there is one.
pub(crate) fn find(name: &str) -> Option<&'static Chore> {
    CHORES.iter().find(|chore| chore.name == name)
}

/// What `cargo xtask help` prints.
pub(crate) fn help() -> String {
    let mut text = String::from("usage: cargo xtask CHORE\n");
    for chore in CHORES {
        let _ = write!(text, "\n  {:<12} {}", chore.name, chore.help);
    }
    text
}

fn tidy_alone(_: &[String]) -> Outcome {
    tidy::report(&Repository::here()?)
}

fn reference(_: &[String]) -> Outcome {
    gate::build_program()?;
    generated::write(&Repository::root()?)
}

fn bench(rest: &[String]) -> Outcome {
    let mut command = Command::new("cargo");
    command.args(["run", "--release", "--quiet", "--package", "brownout-bench", "--"]).args(rest);
    let status = command.status().map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the benchmark ended with {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chore_is_found_by_its_name_and_named_in_the_help() {
        for chore in CHORES {
            assert_eq!(find(chore.name).map(|found| found.help), Some(chore.help), "two chores share a name");
            assert!(help().contains(&format!("\n  {:<12} {}", chore.name, chore.help)));
        }
        assert!(find("tset").is_none());
    }
}
