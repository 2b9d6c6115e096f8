//! The project's chores, one word each: `cargo xtask test` is the whole gate.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the person who started it")]

mod attack;
mod browser;
mod campaign;
mod chores;
mod experiments;
mod gate;
mod generated;
mod repository;
mod source;
mod tables;
mod tidy;
mod wasm;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let word = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let Some(chore) = word.as_deref().and_then(chores::find) else {
        return usage(word.as_deref());
    };
    match (chore.run)(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Asking for help is fine; a word that is no chore is a usage error (exit 2), as in every command line tool.
fn usage(word: Option<&str>) -> ExitCode {
    let help = chores::help();
    match word {
        Some("help" | "--help" | "-h") => {
            println!("{help}");
            ExitCode::SUCCESS
        }
        Some(other) => {
            eprintln!("xtask: {other:?} is not one of the chores\n\n{help}");
            ExitCode::from(2)
        }
        None => {
            eprintln!("{help}");
            ExitCode::from(2)
        }
    }
}
