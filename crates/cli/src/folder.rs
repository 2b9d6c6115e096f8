//! A results folder on a disk: each file whole or not there.

use crate::failure::Failure;
use brownout::results::{File, MANIFEST, Read, ReadError};
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A results folder that is there already.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Read for Folder {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        fs::read(self.0.join(path)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => ReadError::Missing,
            _ => ReadError::Other(error.to_string()),
        })
    }
}

/// Makes the folder and tries whether a file can be written there.
///
/// # Errors
/// The folder, and why not.
pub(crate) fn try_out(out: &Path) -> Result<(), Failure> {
    make(out)?;
    let trial = out.join(format!(".brownout.{}", std::process::id()));
    let tried = fs::write(&trial, b"").and_then(|()| fs::remove_file(&trial));
    tried.map_err(|error| Failure::path("cannot write into the folder", out, &error))
}

/// Writes files in their order, the manifest of results last: a folder in which writing was broken off has none.
/// Pictures of an older run that are not among the files are taken away at the end.
///
/// # Errors
/// The path that could not be written, and why; what was written before stays.
pub(crate) fn write(out: &Path, files: &[File]) -> Result<(), Failure> {
    make(out)?;
    let (manifest, others): (Vec<&File>, Vec<&File>) = files.iter().partition(|file| file.path == MANIFEST);
    if !manifest.is_empty() {
        let old = out.join(MANIFEST);
        match fs::remove_file(&old) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Failure::path("cannot replace", &old, &error));
            }
            _ => {}
        }
    }
    let mut written = BTreeSet::new();
    for file in others.into_iter().chain(manifest) {
        let path = out.join(&file.path);
        if let Some(folder) = path.parent() {
            make(folder)?;
        }
        put(&path, &file.bytes)?;
        written.insert(path);
    }
    let charts = out.join("charts");
    if charts.is_dir() { clear(&charts, &written, true) } else { Ok(()) }
}

/// Removes the pictures of a folder, and of those in it, that are not in `keep`, and folders that are empty then.
/// Anything else that was put there stays.
fn clear(folder: &Path, keep: &BTreeSet<PathBuf>, deeper: bool) -> Result<(), Failure> {
    let cannot = |path: &Path, error: &std::io::Error| Failure::path("cannot clear", path, error);
    for entry in fs::read_dir(folder).map_err(|error| cannot(folder, &error))? {
        let entry = entry.map_err(|error| cannot(folder, &error))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|error| cannot(folder, &error))?);
        let picture = path.extension().is_some_and(|end| end == "svg" || end == "png");
        if kind.is_dir() && deeper {
            clear(&path, keep, false)?;
        } else if kind.is_file() && picture && !keep.contains(&path) {
            fs::remove_file(&path).map_err(|error| cannot(&path, &error))?;
        }
    }
    // Fails where something is left, which is as it should be.
    let _ = fs::remove_dir(folder);
    Ok(())
}

/// A name that may stand in a path: letters, digits, `-`, `_` and dots inside; anything else becomes `-`.
pub(crate) fn plain(name: &str) -> String {
    let fine = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    name.chars().map(fine).collect::<String>().trim_matches('.').to_owned()
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::path("cannot make the folder", folder, &error))
}

/// Writes under another name and renames: a full disk leaves what was there before.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unfinished = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let write = || {
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        drop(file);
        fs::rename(&unfinished, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&unfinished);
        Failure::path("cannot write", path, &error)
    })
}
