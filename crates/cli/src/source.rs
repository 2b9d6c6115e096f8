//! Where scenarios come from: a file, a folder, standard input, or what ships inside the program.

use crate::arguments::Which;
use crate::failure::Failure;
use crate::shipped::{self, SCHEME};
use brownout_scenario::{Files, Overrides, Scenario, load};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// What the scenario of a folder is called.
const FILE: &str = "scenario.toml";
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
        if let Some(path) = shipped_path(&typed) {
            return Source::from_shipped(path);
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
        let limit = brownout_scenario::limits::FILE_BYTES_MAX as u64 + 1;
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

    fn from_shipped(path: &str) -> Result<Self, Failure> {
        let known = [path.to_owned(), format!("{path}/{FILE}"), format!("experiments/{path}/{FILE}")];
        let found = known.into_iter().find(|path| shipped::text(path).is_some());
        let Some(path) = found else {
            return Err(Failure::Failed(format!("nothing called {path:?} ships\nhint: brownout list")));
        };
        Ok(Source { name: name(&path), path: format!("{SCHEME}/{path}"), stdin: None })
    }

    /// Reads the scenario as one of its variants.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn load(&self, options: &Overrides) -> Result<Scenario, brownout_scenario::Problems> {
        load(&self.path, self, options)
    }
}

impl Which {
    /// What is changed in the scenario.
    pub(crate) fn options(&self) -> Overrides {
        Overrides {
            set: self.set.clone(),
            variant: self.variant.clone(),
            seed: self.seed,
            replications: self.replications,
        }
    }
}

impl Files for Source {
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
    read(path).map_err(|reason| Failure::Failed(format!("cannot read {path}: {reason}")))
}

fn read(path: &str) -> Result<String, String> {
    if let Some(path) = shipped_path(path) {
        return shipped::text(path).map(str::to_owned).ok_or_else(|| "this does not ship".to_owned());
    }
    // A trace may be long, but a file without an end must not be read to it.
    let file = std::fs::File::open(path).map_err(|error| reason(&error))?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if BYTES_MAX < bytes.len() as u64 {
        return Err(format!("it has more than {} MiB", BYTES_MAX >> 20));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// The part of a path behind `brownout:`, wherever a scenario's own folder was put in front of it.
fn shipped_path(path: &str) -> Option<&str> {
    let at = path.find(SCHEME).filter(|&at| at == 0 || path.as_bytes()[at - 1] == b'/')?;
    Some(path[at + SCHEME.len()..].trim_matches('/'))
}

/// A name for results: of the file, or of the folder if the file is called as in every folder.
pub(crate) fn name(path: &str) -> String {
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let file = parts.next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let folder = parts.next().filter(|part| !part.starts_with('.'));
    folder.filter(|_| file == FILE).unwrap_or(stem).to_owned()
}

fn missing(typed: &str, path: &str, folder: bool, error: &std::io::Error) -> Failure {
    let last = typed.trim_end_matches('/').rsplit('/').next().unwrap_or(typed);
    let hint = if shipped::experiments().any(|file| file.name() == format!("experiments/{last}")) {
        format!("an experiment of this name ships: {SCHEME}experiments/{last}")
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

#[cfg(test)]
mod tests {
    use super::{name, shipped_path};

    #[test]
    fn results_are_filed_under_a_telling_name() {
        assert_eq!(name("a/front-door-jam/scenario.toml"), "front-door-jam");
        assert_eq!(name("a/chat.toml"), "chat");
        assert_eq!(name("./scenario.toml"), "scenario");
    }

    #[test]
    fn what_ships_is_found_from_any_folder() {
        assert_eq!(shipped_path("brownout:models/a.toml"), Some("models/a.toml"));
        assert_eq!(shipped_path("x/y/brownout:/models/a.toml"), Some("models/a.toml"));
        assert_eq!(shipped_path("x/mybrownout:a.toml"), None);
    }
}
