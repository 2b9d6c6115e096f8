//! Where scenarios come from: a file, a folder, standard input, or what ships inside the program.

use crate::arguments::Which;
use crate::failure::Failure;
use brownout::units::shown;
use brownout::{Case, FILE, Files, Library, Overrides, experiment_like, name, shipped};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

const STDIN: &str = "stdin";
/// Nothing longer is read, whatever it turns out to be.
const BYTES_MAX: usize = 1 << 30;

/// A scenario that can be read again and again, under several variants.
#[derive(Debug)]
pub(crate) struct Source {
    /// What the results are filed under: `front-door-jam`.
    pub(crate) name: String,
    path: String,
    /// Nothing outside of this folder is read; none: anything is.
    folder: Option<PathBuf>,
    /// Read once: a pipe has no second time.
    stdin: Option<String>,
}

impl Source {
    /// Finds what was typed.
    ///
    /// # Errors
    /// If there is no such file, or standard input is empty or no text.
    pub(crate) fn open(which: &Which) -> Result<Self, Failure> {
        let mut source = Source::find(&which.path)?;
        if which.confined {
            let folder = Path::new(&source.path).parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = std::fs::canonicalize(folder.unwrap_or(Path::new(".")));
            source.folder = Some(folder.map_err(|error| Failure::Failed(reason(&error)))?);
        }
        Ok(source)
    }

    fn find(typed: &str) -> Result<Self, Failure> {
        if typed == "-" {
            return Source::from_stdin();
        }
        let typed = if cfg!(windows) { typed.replace('\\', "/") } else { typed.to_owned() };
        if let Some(found) = shipped(&typed) {
            let unknown =
                |name| Failure::Failed(format!("nothing called {name:?} ships\nhint: brownout list"));
            let path = found.map_err(unknown)?;
            return Ok(Source { name: name(&path), path, folder: None, stdin: None });
        }
        let folder = Path::new(&typed).is_dir();
        let path = if folder { format!("{}/{FILE}", typed.trim_end_matches('/')) } else { typed.clone() };
        // Not opened here: a pipe has one reader.
        if let Err(error) = std::fs::metadata(&path) {
            return Err(missing(&typed, &path, folder, &error));
        }
        Ok(Source { name: name(&path), path, folder: None, stdin: None })
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
        Ok(Source { name: STDIN.to_owned(), path, folder: None, stdin: Some(text) })
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
        self.read_at_most(path, BYTES_MAX)
    }

    fn read_at_most(&self, path: &str, most: usize) -> Result<String, String> {
        match self.stdin.as_ref().filter(|_| path == self.path) {
            Some(text) => return Ok(text.clone()),
            None => self.confined(path)?,
        }
        // What was typed may be a pipe; what a file names is a file.
        read(path, most, path != self.path)
    }
}

impl Source {
    /// Refuses a path that leads out of the scenario's folder, also by links, if all reads are confined to it.
    fn confined(&self, path: &str) -> Result<(), String> {
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

/// The text of a table: a file, or what ships.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn text(path: &str) -> Result<String, Failure> {
    let text = Library::with(Disk).read(path);
    text.map_err(|reason| Failure::Failed(format!("cannot read {}: {reason}", shown(path))))
}

/// What was typed.
struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        read(path, BYTES_MAX, false)
    }
}

fn read(path: &str, most: usize, only_file: bool) -> Result<String, String> {
    let bytes = bytes(Path::new(path), most, only_file).map_err(|error| reason(&error))?;
    let bytes = if bytes.starts_with(&GZIP) { unpacked(&bytes, most)? } else { bytes };
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// What a file that gzip has compressed begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A compressed file as it was: a few bytes may stand for any number, so their number is bounded, too.
fn unpacked(bytes: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(most as u64 + 1).read_to_end(&mut text);
    read.map_err(|error| format!("it is compressed, and broken: {error}"))?;
    if most < text.len() { Err(format!("unpacked it has more than {} MiB", most >> 20)) } else { Ok(text) }
}

/// The bytes of a file, at most so many; if `only_file`, of nothing but a regular one: a pipe may never say anything,
/// and a device may never end.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn bytes(path: &Path, most: usize, only_file: bool) -> std::io::Result<Vec<u8>> {
    let other = |what: String| std::io::Error::other(what);
    let too_long = || other(format!("it has more than {} MiB", most >> 20));
    // Asked before it is opened: that would wait for a writer.
    if only_file && !std::fs::metadata(path)?.is_file() {
        return Err(other("it is no regular file".to_owned()));
    }
    let file = std::fs::File::open(path)?;
    let found = file.metadata()?;
    if found.is_file() && most as u64 <= found.len().saturating_sub(1) {
        return Err(too_long());
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if most < bytes.len() { Err(too_long()) } else { Ok(bytes) }
}

fn missing(typed: &str, path: &str, folder: bool, error: &std::io::Error) -> Failure {
    let hint = if let Some(experiment) = experiment_like(typed) {
        format!("an experiment of this name ships: {experiment}")
    } else if folder {
        "name the scenario file itself".to_owned()
    } else {
        "brownout new NAME writes a scenario to start from, brownout list says what ships".to_owned()
    };
    Failure::Failed(format!("cannot read {}: {}\nhint: {hint}", shown(path), reason(error)))
}

/// An error of the system in a few words, the same on every system where it can be.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
