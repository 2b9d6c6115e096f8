//! What was typed as a scenario or a table: a path, `-` for standard input, or what ships.

use crate::arguments::Which;
use crate::failure::Failure;
use brownout::units::shown;
use brownout::{Files as _, Library, Overrides, experiment_like};
use brownout_host::{Disk, Source, Unknown};
use std::io::Read as _;

const STDIN: &str = "stdin";

/// Finds what was typed.
///
/// # Errors
/// If there is no such file, or standard input is empty or no text.
pub(crate) fn open(which: &Which) -> Result<Source, Failure> {
    let source = match which.path.as_str() {
        "-" => stdin()?,
        path => Source::find(path).map_err(|error| unknown(path, &error))?,
    };
    if which.confined { source.confined().map_err(Failure::Failed) } else { Ok(source) }
}

fn stdin() -> Result<Source, Failure> {
    let mut bytes = Vec::new();
    // One byte past the limit of a file is enough to see that it is passed.
    let limit = brownout::limits::FILE_BYTES_MAX as u64 + 1;
    let read = std::io::stdin().lock().take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Failed(format!("cannot read standard input: {error}")))?;
    let invalid = |text: &str| Failure::Invalid(format!("error: {text}\n"));
    let text = String::from_utf8(bytes).map_err(|_| invalid("standard input is not UTF-8"))?;
    if text.trim().is_empty() {
        return Err(invalid("standard input is empty: a scenario was expected there"));
    }
    // A file says by its ending that it is JSON; a pipe has none, but no TOML begins with a brace.
    let json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    Ok(Source::of_text(&if json { format!("{STDIN}.json") } else { STDIN.to_owned() }, text))
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

fn unknown(typed: &str, error: &Unknown) -> Failure {
    let hint = match error {
        Unknown::Shipped(_) => "brownout list".to_owned(),
        Unknown::File { in_folder, .. } => {
            if let Some(experiment) = experiment_like(typed) {
                format!("an experiment of this name ships: {experiment}")
            } else if *in_folder {
                "name the scenario file itself".to_owned()
            } else {
                "brownout new NAME writes a scenario to start from, brownout list says what ships".to_owned()
            }
        }
    };
    Failure::Failed(format!("{error}\nhint: {hint}"))
}
