//! The repository as data: its text files and its dependency graph, read once, so that a rule is a pure function.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A text file of the repository.
pub(crate) struct File {
    /// From the root, with forward slashes.
    pub(crate) path: String,
    /// The whole of it.
    pub(crate) text: String,
}

impl File {
    /// What follows the last dot of the name; empty when there is none.
    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder under `crates/` it belongs to.
    pub(crate) fn member(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split_once('/').map(|(member, _)| member)
    }

    /// Material that code is held against or shipped with, not written for this project line by line.
    pub(crate) fn is_data(&self) -> bool {
        let folders = ["data", "fixtures", "snapshots", "vendor", "corpus"];
        self.path.split('/').rev().skip(1).any(|folder| folders.contains(&folder))
    }

    /// Code that is only compiled for tests and benchmarks by its place.
    pub(crate) fn is_test_code(&self) -> bool {
        let folders = ["tests", "benches", "examples"];
        self.name() == "tests.rs"
            || self.path.split('/').rev().skip(1).any(|folder| folders.contains(&folder))
    }
}

/// Everything that a tidy rule may look at.
pub(crate) struct Repository {
    /// The text files that git knows or would add, sorted by path.
    pub(crate) files: Vec<File>,
    /// The paths that are not text (pictures, fonts), sorted.
    pub(crate) binaries: Vec<String>,
    /// What `cargo metadata --no-deps` says.
    pub(crate) metadata: Value,
}

impl Repository {
    /// Reads the repository that this program was built from.
    ///
    /// # Errors
    /// When cargo cannot be asked, or a folder cannot be listed.
    pub(crate) fn here() -> Result<Self, String> {
        let root = Self::root()?;
        let mut files = Vec::new();
        let mut binaries = Vec::new();
        for path in listed(&root)? {
            let Ok(bytes) = std::fs::read(root.join(&path)) else {
                // Git lists a file that was deleted but not yet committed; a link into nowhere reads the same.
                continue;
            };
            match String::from_utf8(bytes) {
                Ok(text) if !text.contains('\0') => files.push(File { path, text }),
                _ => binaries.push(path),
            }
        }
        Ok(Repository { files, binaries, metadata: metadata(&root)? })
    }

    /// Where the workspace lies: the folder above this crate's.
    ///
    /// # Errors
    /// When the folder that this program was built in has gone.
    pub(crate) fn root() -> Result<PathBuf, String> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = own.parent().filter(|root| root.join("Cargo.toml").is_file());
        root.map(Path::to_owned).ok_or_else(|| format!("the workspace above {} has gone", own.display()))
    }

    /// A repository made of literal files, for tests of the rules.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File { path: (*path).into(), text: (*text).into() });
        Repository { files: files.collect(), binaries: Vec::new(), metadata: Value::Null }
    }

    /// The Rust sources, data excepted.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.extension() == "rs" && !file.is_data())
    }

    /// The folders under `crates/`, sorted, each once.
    pub(crate) fn members(&self) -> Vec<&str> {
        let manifests = self.files.iter().filter(|file| file.name() == "Cargo.toml");
        let mut members: Vec<&str> = manifests.filter_map(File::member).collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// Whether a path from the root is a file of the repository, or a folder that has one.
    pub(crate) fn has(&self, path: &str) -> bool {
        let inside = |known: &str| {
            path.is_empty()
                || known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.files.iter().any(|file| inside(&file.path)) || self.binaries.iter().any(|known| inside(known))
    }
}

/// Git knows what is ignored; asking it keeps build output and the editor's files out. Where there is no git, or it
/// does not trust the folder's owner (as in an unpacked archive or a container), a walk does nearly as well.
fn listed(root: &Path) -> Result<Vec<String>, String> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let mut paths: Vec<String> = match ask(Command::new("git").args(arguments).current_dir(root)) {
        Ok(said) => said.split('\0').filter(|path| !path.is_empty()).map(String::from).collect(),
        Err(_) => walked(root)?,
    };
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// Every file below the root, but for folders that only tools write.
fn walked(root: &Path) -> Result<Vec<String>, String> {
    const WRITTEN: &[&str] = &[".git", ".venv", "target", "out", "brownout-out", "node_modules"];
    let mut files = Vec::new();
    let mut open = vec![String::new()];
    while let Some(folder) = open.pop() {
        let read = std::fs::read_dir(root.join(&folder)).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        for entry in read.map_err(|error| format!("{folder}: {error}"))? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type().map_err(|error| format!("{path}: {error}"))?;
            if !kind.is_dir() {
                files.push(path);
            } else if !WRITTEN.contains(&name.as_str()) {
                open.push(path);
            }
        }
    }
    Ok(files)
}

fn metadata(root: &Path) -> Result<Value, String> {
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let said = ask(Command::new("cargo").args(arguments).current_dir(root))?;
    serde_json::from_str(&said).map_err(|error| format!("cargo metadata gave no JSON: {error}"))
}

fn ask(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} could not be started: {error}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} ended with {}: {complaint}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{command:?} did not answer in UTF-8: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is() {
        let file = |path: &str| File { path: path.into(), text: String::new() };
        assert_eq!(file("crates/kernel/src/lib.rs").member(), Some("kernel"));
        assert_eq!(file("xtask/src/main.rs").member(), None);
        assert_eq!(file(".ci/run").extension(), "");
        assert!(file("crates/scenario/tests/fixtures/bad.rs").is_data());
        assert!(!file("crates/kernel/src/data.rs").is_data());
        assert!(file("crates/kernel/tests/law.rs").is_test_code());
        assert!(!file("crates/kernel/src/log.rs").is_test_code());
    }

    #[test]
    fn a_walk_finds_what_git_lists() {
        let root = Repository::root().unwrap();
        let walked = walked(&root).unwrap();
        for path in ["Cargo.toml", ".ci/run", "xtask/src/main.rs"] {
            assert!(walked.iter().any(|found| found == path), "{path}");
        }
        assert!(!walked.iter().any(|found| found.starts_with("target/") || found.starts_with(".git/")));
    }

    #[test]
    fn a_folder_is_there_when_something_is_in_it() {
        let repository = Repository::of(&[("models/services/a.toml", "")]);
        for there in ["models", "models/services", "models/services/a.toml", ""] {
            assert!(repository.has(there), "{there:?} is there");
        }
        for absent in ["model", "models/services/a", "models/services/a.toml/b"] {
            assert!(!repository.has(absent), "{absent:?} is not there");
        }
    }
}
