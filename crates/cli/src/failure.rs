//! Why a command did not end well, and the exit code that says so.

use anstyle::{AnsiColor, Style};
use brownout::Problems;
use brownout_host::Unusable;
use brownout_terminal::{Unwritten, progress::memory::full};
use std::process::ExitCode;

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// A command that did not end well. Usage errors (exit 2) end in clap, before there is a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file, a disk, a thread: exit 1.
    Failed(String),
    /// The scenario has errors; as they are shown: exit 3.
    Invalid(String),
    /// Something was expected that did not come: exit 4.
    Unmet(String),
    /// Ctrl-C; what was done until then: exit 130.
    Interrupted(String),
}

impl Failure {
    /// Runs were stopped: for want of memory, or else by Ctrl-C.
    pub(crate) fn interrupted(done: String) -> Self {
        full().map_or(Failure::Interrupted(done), Failure::Failed)
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Failed(_) => 1,
            Failure::Invalid(_) => 3,
            Failure::Unmet(_) => 4,
            Failure::Interrupted(_) => 130,
        })
    }

    /// As it is said on standard error; empty where everything has been said.
    pub(crate) fn text(&self) -> String {
        match self {
            Failure::Failed(text) => format!("{ERROR}error{ERROR:#}: {text}\n"),
            Failure::Invalid(rendered) => rendered.clone(),
            Failure::Unmet(text) | Failure::Interrupted(text) if text.is_empty() => String::new(),
            Failure::Unmet(text) | Failure::Interrupted(text) => format!("{text}\n"),
        }
    }
}

impl From<Problems> for Failure {
    /// What is wrong with a scenario, as people read it.
    fn from(problems: Problems) -> Self {
        Failure::Invalid(problems.render(true))
    }
}

impl From<Unusable> for Failure {
    fn from(error: Unusable) -> Self {
        Failure::Failed(error.to_string())
    }
}

impl From<Unwritten> for Failure {
    fn from(error: Unwritten) -> Self {
        Failure::Failed(error.to_string())
    }
}
