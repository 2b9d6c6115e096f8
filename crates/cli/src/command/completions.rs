//! `brownout completions SHELL`.

use crate::arguments::{Arguments, Completions};
use crate::failure::Failure;
use clap::CommandFactory as _;

pub(super) fn perform(completions: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Arguments::command(), "brownout", &mut script);
    super::data(&String::from_utf8_lossy(&script))
}
