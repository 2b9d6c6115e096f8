//! A results folder on a disk: all of a run or nothing of it, and never a file that is not ours.
//!
//! Files are written into a folder beside, which takes the place of the old one in one step. Where that cannot be (the
//! folder holds other files too, or is the one that the program was started in), they are moved in one by one.

mod record;
mod stage;

use crate::file::{BYTES_MAX, Unusable, bytes};
use brownout::Findings;
use brownout::results::{Contents, File, MANIFEST, Read, ReadError, unpack};
use record::Record;
use stage::Stage;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// A results folder that is there already.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl Read for Folder {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        bytes(&self.0.join(path), BYTES_MAX, true).map_err(|error| match error.kind() {
            ErrorKind::NotFound => ReadError::Missing,
            _ if self.0.is_file() => ReadError::Other(
                "this is a file, and results are a folder that `brownout run FILE --out FOLDER` writes"
                    .to_owned(),
            ),
            _ => ReadError::Other(error.to_string()),
        })
    }
}

/// What a run has written into a folder.
///
/// # Errors
/// The folder, and why it cannot be read.
pub fn results(folder: &Path) -> Result<Contents, String> {
    unpack(&Folder(folder.to_owned())).map_err(|error| format!("{}: {error}", folder.display()))
}

/// The first variant of what a run has written, under the name of its folder.
///
/// # Errors
/// As [`results`].
///
/// # Panics
/// If the folder has no variant, which no folder that can be read has.
pub fn first_of(folder: &Path) -> Result<Findings, String> {
    let mut first = results(folder)?.findings.into_iter().next().expect("a folder has at least one variant");
    folder.display().to_string().clone_into(&mut first.stamp.variant);
    Ok(first)
}

/// What becomes of the files of the run before that this one does not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Older {
    /// All go: these are the files of another run.
    Goes,
    /// Charts go: the results are the same, drawn again.
    Stays,
}

/// Makes the way to the folder and tries whether files can be written where they will be, and sweeps what a run that
/// was killed has left there.
///
/// # Errors
/// The folder, and why not.
pub fn try_out(out: &Path) -> Result<(), Unusable> {
    Writing::begin(out)?.stage.discard().map_err(|error| unusable(out, error))
}

/// Writes files, the manifest of results last: a folder in which writing was broken off has none, or is the old one.
/// Files that an earlier run recorded writing are taken away where they are `older` and not among these; no other file
/// is touched, and no link is followed.
///
/// # Errors
/// The path that could not be written, and why.
pub fn write(out: &Path, files: &[File], older: Older) -> Result<(), Unusable> {
    let mut writing = Writing::begin(out)?;
    let (manifest, others): (Vec<&File>, Vec<&File>) = files.iter().partition(|f| f.path == MANIFEST);
    writing.put_all(others.into_iter().chain(manifest))?;
    writing.finish(older)
}

/// A results folder on its way: no reader sees a file of it until all are there.
///
/// Files that are too large for memory are written as they come; when this is dropped without being finished, nothing
/// has happened.
pub struct Writing {
    out: PathBuf,
    place: Place,
    stage: Stage,
    names: Vec<String>,
}

impl Writing {
    /// Begins one that will be at `out`.
    ///
    /// # Errors
    /// The folder, and why it cannot be written.
    pub fn begin(out: &Path) -> Result<Self, Unusable> {
        let place = Place::of(out)?;
        let stage = place.stage().map_err(|error| unusable(out, error))?;
        Ok(Writing { out: out.to_owned(), place, stage, names: Vec::new() })
    }

    /// A file of it, to be written piece by piece.
    ///
    /// # Errors
    /// The folder, and why the file cannot be made.
    pub fn file(&mut self, path: &str) -> Result<fs::File, Unusable> {
        self.names.push(path.to_owned());
        self.stage.create(path).map_err(|error| unusable(&self.out, error))
    }

    /// A file of it, at once.
    ///
    /// # Errors
    /// The folder, and why the file cannot be written.
    pub fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), Unusable> {
        self.names.push(path.to_owned());
        self.stage.put(path, bytes).map_err(|error| unusable(&self.out, error))
    }

    /// Files of it, in their order.
    ///
    /// # Errors
    /// The folder, and why a file cannot be written.
    pub fn put_all<'f>(&mut self, files: impl IntoIterator<Item = &'f File>) -> Result<(), Unusable> {
        files.into_iter().try_for_each(|file| self.put(&file.path, &file.bytes))
    }

    /// Puts it in its place; what becomes of `older` files there, [`write()`] says.
    ///
    /// # Errors
    /// The folder, and why it cannot be put there.
    pub fn finish(self, older: Older) -> Result<(), Unusable> {
        let Writing { out, place, stage, names } = self;
        let before = Record::read(&place.folder);
        let new: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let goes = |path: &&String| {
            !new.contains(path.as_str()) && (older == Older::Goes || path.starts_with("charts/"))
        };
        let (gone, kept): (Vec<&String>, Vec<&String>) =
            before.files.iter().filter(|path| !new.contains(path.as_str())).partition(goes);
        let record = Record::of(new.iter().copied().chain(kept.iter().map(|path| path.as_str())));
        let finish = || {
            stage.put(record::NAME, record.text().as_bytes())?;
            if place.is_all_ours(&before) {
                for path in &kept {
                    stage.keep(path, &place.folder)?;
                }
                stage.swap(&place.folder)
            } else {
                stage.move_into(&place.folder, &names, &gone)
            }
        };
        finish().map_err(|error| unusable(&out, error))
    }
}

fn unusable(out: &Path, error: Error) -> Unusable {
    Unusable::new("cannot write into the folder", out, error)
}

/// A name that may stand in a path: letters, digits, `-`, `_` and dots inside; anything else becomes `-`.
pub fn plain(name: &str) -> String {
    let fine = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    name.chars().map(fine).collect::<String>().trim_matches('.').to_owned()
}

/// Where a results folder is, or will be.
struct Place {
    /// Without links and dots where it exists.
    folder: PathBuf,
    /// Whether another folder can take its place: it has a name, and no program stands in it.
    can_be_swapped: bool,
}

impl Place {
    /// The folder that was named; makes those above it.
    fn of(out: &Path) -> Result<Self, Unusable> {
        let err = |error: Error| Unusable::new("cannot make the folder", out, error);
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(parent) = parent.filter(|_| out.file_name().is_some()) {
            fs::create_dir_all(parent).map_err(err)?;
        }
        // A link that was typed is what its target is; those inside of the folder are never followed.
        let folder = match fs::canonicalize(out) {
            Ok(folder) if folder.is_dir() => folder,
            Ok(_) => return Err(err(Error::new(ErrorKind::AlreadyExists, "a file of this name is there"))),
            Err(_) => std::path::absolute(out).map_err(err)?,
        };
        let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
        let can_be_swapped = folder.file_name().is_some() && !here.starts_with(&folder);
        Ok(Place { folder, can_be_swapped })
    }

    /// An empty folder to write into, beside this one or in it.
    fn stage(&self) -> std::io::Result<Stage> {
        match (self.folder.parent(), self.folder.file_name()) {
            (Some(parent), Some(name)) if self.can_be_swapped => {
                match Stage::make(parent, &name.to_string_lossy()) {
                    Err(error) if error.kind() == ErrorKind::PermissionDenied && self.folder.is_dir() => {
                        Stage::make(&self.folder, "")
                    }
                    made => made,
                }
            }
            _ => Stage::make(&self.folder, ""),
        }
    }

    /// Whether all that is in it was written by an earlier run, so that it can go as a whole.
    fn is_all_ours(&self, record: &Record) -> bool {
        fn holds(folder: &Path, prefix: &str, ours: &dyn Fn(&str) -> bool) -> bool {
            let Ok(entries) = fs::read_dir(folder) else { return false };
            entries.into_iter().all(|entry| {
                let Ok(entry) = entry else { return false };
                let (Ok(kind), Some(name)) =
                    (entry.file_type(), entry.file_name().to_str().map(str::to_owned))
                else {
                    return false;
                };
                let path = format!("{prefix}{name}");
                if kind.is_dir() {
                    holds(&entry.path(), &format!("{path}/"), ours)
                } else {
                    kind.is_file() && ours(&path)
                }
            })
        }
        let ours = |path: &str| path == record::NAME || record.files.contains(path);
        self.can_be_swapped && (!self.folder.exists() || holds(&self.folder, "", &ours))
    }
}

/// Whether a path leads to somewhere below a folder, by names alone.
fn is_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests;
