//! What was typed as a scenario or a table: a path, `-` for standard input, or what ships.

use crate::arguments::Which;
use crate::failure::Failure;
use brownout::units::shown;
use brownout::{Files as _, Library, Overrides};
use brownout_host::{Disk, Source};

/// Finds what was typed.
///
/// # Errors
/// If there is no such file, or standard input is empty or no text.
pub(crate) fn open(which: &Which) -> Result<Source, Failure> {
    let source = match which.path.as_str() {
        "-" => stdin()?,
        path => Source::find(path)
            .map_err(|error| Failure::Failed(format!("{error}\nhint: {}", error.hint(path))))?,
    };
    if which.confined { source.confined().map_err(Failure::Failed) } else { Ok(source) }
}

fn stdin() -> Result<Source, Failure> {
    match Source::stdin() {
        Ok(text) => text.map_err(|text| Failure::Invalid(format!("error: {text}\n"))),
        Err(error) => Err(Failure::Failed(format!("cannot read standard input: {error}"))),
    }
}

impl Which {
    /// What is changed in the scenario.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            set: self.set.clone(),
            variant: self.variant.clone(),
            seed: self.seed,
            replications: self.replications,
        }
    }
}

/// The text of a table: a file, or what ships.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn text(path: &str) -> Result<String, Failure> {
    let text = Library::with(Disk).read(path);
    text.map_err(|reason| Failure::Failed(format!("cannot read {}: {reason}", shown(path))))
}
