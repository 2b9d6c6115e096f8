//! Where scenarios come from: a file, a folder, standard input, or what ships inside the program.

use crate::arguments::Which;
use crate::failure::Failure;
use brownout::{Case, FILE, Files, Library, Overrides, experiment_like, name, shipped};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

const STDIN: &str = "stdin";
/// Nothing longer is read, whatever it turns out to be.
const BYTES_MAX: u64 = 1 << 30;

/// A scenario that can be read again and again, under several variants.
#[derive(Debug)]
pub(crate) struct Source {
    /// What the results are filed under: `front-door-jam`.
    pub(crate) name: String,
    path: String,
    /// Read once: a pipe has no second time.
    stdin: Option<String>,
}

impl Source {
    /// Finds what was typed.
    ///
    /// # Errors
    /// If there is no such file, or standard input is empty or no text.
    pub(crate) fn open(typed: &str) -> Result<Self, Failure> {
        if typed == "-" {
            return Source::from_stdin();
        }
        let typed = if cfg!(windows) { typed.replace('\\', "/") } else { typed.to_owned() };
        if let Some(found) = shipped(&typed) {
            let unknown =
                |name| Failure::Failed(format!("nothing called {name:?} ships\nhint: brownout list"));
            let path = found.map_err(unknown)?;
            return Ok(Source { name: name(&path), path, stdin: None });
        }
        let folder = Path::new(&typed).is_dir();
        let path = if folder { format!("{}/{FILE}", typed.trim_end_matches('/')) } else { typed.clone() };
        if let Err(error) = std::fs::File::open(&path) {
            return Err(missing(&typed, &path, folder, &error));
        }
        Ok(Source { name: name(&path), path, stdin: None })
    }

    fn from_stdin() -> Result<Self, Failure> {
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
        let path = if json { format!("{STDIN}.json") } else { STDIN.to_owned() };
        Ok(Source { name: STDIN.to_owned(), path, stdin: Some(text) })
    }

    /// Reads the scenario: as it stands and all its variants, or the one that is asked for.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn cases(&self, overrides: &Overrides) -> Result<Vec<Case>, brownout::Problems> {
        brownout::open(&self.path, &Library::with(self), overrides)
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

impl Files for &Source {
    fn read(&self, path: &str) -> Result<String, String> {
        match self.stdin.as_ref().filter(|_| path == self.path) {
            Some(text) => Ok(text.clone()),
            None => read(path),
        }
    }
}

/// The text of a table: a file, or what ships.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn text(path: &str) -> Result<String, Failure> {
    let text = Library::with(Disk).read(path);
    text.map_err(|reason| Failure::Failed(format!("cannot read {path}: {reason}")))
}

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        read(path)
    }
}

fn read(path: &str) -> Result<String, String> {
    // A trace may be long, but a file without an end must not be read to it.
    let file = std::fs::File::open(path).map_err(|error| reason(&error))?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if BYTES_MAX < bytes.len() as u64 {
        return Err(format!("it has more than {} MiB", BYTES_MAX >> 20));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

fn missing(typed: &str, path: &str, folder: bool, error: &std::io::Error) -> Failure {
    let hint = if let Some(experiment) = experiment_like(typed) {
        format!("an experiment of this name ships: {experiment}")
    } else if folder {
        "name the scenario file itself".to_owned()
    } else {
        "brownout new NAME writes a scenario to start from, brownout list says what ships".to_owned()
    };
    Failure::Failed(format!("cannot read {path}: {}\nhint: {hint}", reason(error)))
}

/// An error of the system in a few words, the same on every system where it can be.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
