//! `brownout check PATH`: what is wrong with a scenario, or what a run of it would do.

use crate::arguments::{Check, Plain};
use crate::failure::Failure;
use crate::source;
use brownout::{checked, outline};

pub(super) fn perform(check: &Check, quiet: bool) -> Result<(), Failure> {
    let source = source::open(&check.which)?;
    let cases = source.cases(&check.which.overrides());
    match check.format {
        // Problems are data here: they go to standard output, and the exit code says whether there is an error.
        Plain::Json => {
            super::data(&format!("{:#}\n", checked(&cases)))?;
            cases.map(|_| ()).map_err(|_| Failure::Invalid(String::new()))
        }
        Plain::Text => {
            let cases = cases?;
            if !quiet {
                super::warn(&cases[..1]);
            }
            super::data(&outline(&cases[0]))
        }
    }
}
