//! The commands, one file each.

mod chart;
mod check;
mod compare;
mod completions;
mod fit;
mod lab;
mod list;
mod man;
mod matters;
mod merge;
mod new;
mod plan;
mod report;
mod run;
mod schema;
mod sweep;
mod verify;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use brownout::{Case, Error, warnings};
use brownout_terminal::{self as terminal, progress::Bars};

/// Does what was asked for.
///
/// # Errors
/// Why it did not end well.
pub(crate) fn perform(arguments: &Arguments) -> Result<(), Failure> {
    let quiet = arguments.quiet;
    match &arguments.command {
        Command::Run(run) => run::perform(run, quiet),
        Command::Sweep(sweep) => sweep::perform(sweep, quiet),
        Command::Plan(plan) => plan::perform(plan, quiet),
        Command::Compare(compare) => compare::perform(compare, quiet),
        Command::Merge(merge) => merge::perform(merge, quiet),
        Command::Report(report) => report::perform(report, quiet),
        Command::Chart(chart) => chart::perform(chart, quiet),
        Command::Check(check) => check::perform(check, quiet),
        Command::Fit(fit) => fit::perform(fit),
        Command::Schema(schema) => schema::perform(schema),
        Command::New(new) => new::perform(new, quiet),
        Command::List(list) => list::perform(list),
        Command::Verify(verify) => verify::perform(verify, quiet),
        Command::Completions(completions) => completions::perform(completions),
        Command::Man(man) => man::perform(man),
    }
}

/// Writes data to standard output.
///
/// # Errors
/// If it cannot be written.
fn data(text: &str) -> Result<(), Failure> {
    Ok(terminal::data(text)?)
}

/// Why runs ended before they were done.
fn ended(error: &Error, bars: &Bars) -> Failure {
    match error {
        Error::Interrupted { .. } => Failure::interrupted(bars.interrupted()),
        error => Failure::Failed(error.to_string()),
    }
}

/// Says the warnings of some cases, each once however many cases have it.
fn warn(cases: &[Case]) {
    for warning in warnings(cases, true) {
        terminal::say(&warning);
    }
}
