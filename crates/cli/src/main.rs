//! The command line: what was typed becomes a command, what a command says becomes an exit code.
#![forbid(unsafe_code)]

mod arguments;
mod command;
mod failure;
mod folder;
mod memory;
mod progress;
mod source;
mod terminal;

use arguments::Arguments;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match command::perform(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::say(&failure.text());
            failure.code()
        }
    }
}
