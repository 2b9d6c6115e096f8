//! The command line: what was typed becomes a command, what a command says becomes an exit code.
#![forbid(unsafe_code)]

mod arguments;
mod command;
mod failure;
mod source;

use arguments::Arguments;
use brownout_terminal::{self as terminal, broken, progress::memory};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    broken::watch();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(mistake) => return usage(&mistake),
    };
    memory::limit(arguments.memory);
    match command::perform(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::say(&failure.text());
            failure.code()
        }
    }
}

/// What was typed is no command, or asks for help: said through the same door as all else, for it quotes that.
fn usage(mistake: &clap::Error) -> ExitCode {
    let text = mistake.render().ansi().to_string();
    if mistake.use_stderr() {
        terminal::say(&text);
    } else if let Err(unwritten) = terminal::data(&text) {
        let failure = failure::Failure::from(unwritten);
        terminal::say(&failure.text());
        return failure.code();
    }
    ExitCode::from(u8::try_from(mistake.exit_code()).unwrap_or(2))
}
