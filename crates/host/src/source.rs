//! Where a scenario comes from: a file, a folder, a text, or what ships inside the program.

use crate::file::{self, BYTES_MAX, reason};
use brownout::units::shown;
use brownout::{Case, Document, FILE, Files, Library, Overrides, Problems, experiment_like, name, shipped};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// A scenario that can be read again and again, under several variants.
#[derive(Debug)]
pub struct Source {
    /// What its results are filed under: `front-door-jam`.
    pub name: String,
    path: String,
    /// Nothing outside of this folder is read; none: anything is.
    folder: Option<PathBuf>,
    /// The text, where the path is no file: a pipe has no second time.
    text: Option<String>,
}

/// Why there is no scenario where one was looked for.
#[derive(Debug, thiserror::Error)]
pub enum Unknown {
    /// Nothing of that name ships.
    #[error("nothing called {0:?} ships")]
    Shipped(String),
    /// There is no such file.
    #[error("cannot read {}: {reason}", shown(.path))]
    File {
        /// The file that was looked for.
        path: String,
        /// Whether a folder of the typed name is there, and has none.
        in_folder: bool,
        /// Why it cannot be read.
        reason: String,
    },
}

impl Unknown {
    /// What to do next, where that was typed.
    pub fn hint(&self, typed: &str) -> String {
        match self {
            Unknown::Shipped(name) => experiment_like(name).map_or_else(
                || "brownout list says what ships".to_owned(),
                |experiment| format!("did you mean {experiment}? brownout list says what ships"),
            ),
            Unknown::File { in_folder: true, .. } => "name the scenario file itself".to_owned(),
            Unknown::File { .. } => experiment_like(typed).map_or_else(
                || {
                    "brownout new NAME writes a scenario to start from, brownout list says what ships"
                        .to_owned()
                },
                |experiment| format!("did you mean {experiment}, which ships?"),
            ),
        }
    }
}

impl Source {
    /// Finds a scenario file, the scenario of a folder, or with `brownout:NAME` what ships.
    ///
    /// # Errors
    /// If it is not there.
    pub fn find(typed: &str) -> Result<Self, Unknown> {
        let typed = if cfg!(windows) { typed.replace('\\', "/") } else { typed.to_owned() };
        if let Some(found) = shipped(&typed) {
            let path = found.map_err(Unknown::Shipped)?;
            return Ok(Source { name: name(&path), path, folder: None, text: None });
        }
        let in_folder = Path::new(&typed).is_dir();
        let path = if in_folder { format!("{}/{FILE}", typed.trim_end_matches('/')) } else { typed };
        // Not opened here: a pipe has one reader.
        match std::fs::metadata(&path) {
            Ok(_) => Ok(Source { name: name(&path), path, folder: None, text: None }),
            Err(error) => Err(Unknown::File { path, in_folder, reason: reason(&error) }),
        }
    }

    /// The text on standard input; what is wrong with it as a scenario, if it cannot be one.
    ///
    /// # Errors
    /// If standard input cannot be read.
    pub fn stdin() -> io::Result<Result<Self, &'static str>> {
        let mut bytes = Vec::new();
        // One byte past the limit of a file is enough to see that it is passed.
        let limit = brownout::limits::FILE_BYTES_MAX as u64 + 1;
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(Err("standard input is not UTF-8")) };
        if text.trim().is_empty() {
            return Ok(Err("standard input is empty: a scenario was expected there"));
        }
        // A file says by its ending that it is JSON; a pipe has none, but no TOML begins with a brace.
        let json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        Ok(Ok(Self::of_text(if json { "stdin.json" } else { "stdin" }, text)))
    }

    /// A text that has been read already; mistakes in it are shown under the path, whose ending says whether it is
    /// JSON.
    pub fn of_text(path: &str, text: String) -> Self {
        Source { name: name(path), path: path.to_owned(), folder: None, text: Some(text) }
    }

    /// The same, but what it names is read only within its own folder: for scenarios of unknown authors.
    ///
    /// # Errors
    /// If the folder cannot be found.
    pub fn confined(mut self) -> Result<Self, String> {
        let folder = Path::new(&self.path).parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = std::fs::canonicalize(folder.unwrap_or(Path::new(".")));
        self.folder = Some(folder.map_err(|error| reason(&error))?);
        Ok(self)
    }

    /// Reads the text of the scenario and all that it names under some overrides, to be compiled again and again.
    ///
    /// # Errors
    /// Texts that cannot be read or are no TOML or JSON.
    pub fn document(&self, overrides: &Overrides) -> Result<Document, Problems> {
        let files = Library::with(self);
        let mut document = Document::parse(&self.path, &files)?;
        document.fetch(&files, overrides);
        Ok(document)
    }

    /// Reads the scenario: as it stands and all its variants, or the one that is asked for.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn cases(&self, overrides: &Overrides) -> Result<Vec<Case>, Problems> {
        brownout::open(&self.path, &Library::with(self), overrides)
    }

    /// Refuses a path that leads out of the scenario's folder, also by links, if all reads are confined to it.
    fn check(&self, path: &str) -> Result<(), String> {
        let Some(folder) = self.folder.as_ref().filter(|_| path != self.path) else { return Ok(()) };
        match std::fs::canonicalize(path) {
            Ok(real) if !real.starts_with(folder) => {
                Err("it is not in the scenario's folder, which --confined keeps to".to_owned())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(reason(&error)),
        }
    }
}

impl Files for &Source {
    fn read(&self, path: &str) -> Result<String, String> {
        self.read_at_most(path, BYTES_MAX)
    }

    fn read_at_most(&self, path: &str, most: usize) -> Result<String, String> {
        if let Some(text) = self.text.as_ref().filter(|_| path == self.path) {
            return Ok(text.clone());
        }
        self.check(path)?;
        // What was typed may be a pipe; what a file names is a file.
        file::text(path, most, path != self.path)
    }
}
