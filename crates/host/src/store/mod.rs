//! What was simulated, kept in a folder by its content: threads, processes and machines may share one.
//!
//! A run has one small file, whose name is its address. It is written beside its place and moved there in one step, so
//! that a reader sees all of it or nothing, and a process that is killed loses the runs it was at and no other. Two
//! processes that do the same run write the same file. A folder of another layout, or with files of others, is refused.

mod merge;

use brownout::{Address, Store};
pub use merge::{Merged, merge};
use std::fs;
use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Says what the folder is, and in which layout.
const ABOUT: &str = "about.txt";
const LAYOUT: &str = "brownout store, layout 1: one file a run, named by what it is a run of\n";
/// Below the folder: files by the beginning of their names, and those that are being written.
const RUNS: &str = "runs";
const WRITING: &str = "writing";
/// What was asked the last time, by the name of the scenario.
const ASKED: &str = "asked";
/// Bytes of the checksum behind a record.
const SUM: usize = 8;
/// A file that was being written that long ago belongs to a process that is gone.
const STALE: Duration = Duration::from_secs(3_600);

/// A folder of runs.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Numbers files that this process writes.
    next: AtomicU64,
}

/// Why a folder is no store.
#[derive(Debug)]
pub struct OpenError {
    /// The folder or file.
    pub path: PathBuf,
    /// What is wrong with it, and what to do.
    pub why: String,
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for OpenError {}

impl Folder {
    /// Opens a store; makes one where there is none.
    ///
    /// # Errors
    /// If the folder has other files, is of another layout, or cannot be written.
    pub fn open(root: &Path) -> Result<Self, OpenError> {
        let failed = |error: &Error| OpenError { path: root.to_owned(), why: error.to_string() };
        match fs::read_to_string(root.join(ABOUT)) {
            Ok(text) if text == LAYOUT => {}
            Ok(_) => {
                let why = "this store has another layout than this version writes; choose another folder";
                return Err(OpenError { path: root.join(ABOUT), why: why.to_owned() });
            }
            Err(error) if error.kind() == ErrorKind::NotFound => make(root)?,
            Err(error) => return Err(failed(&error)),
        }
        fs::create_dir_all(root.join(RUNS)).map_err(|error| failed(&error))?;
        fs::create_dir_all(root.join(WRITING)).map_err(|error| failed(&error))?;
        let store = Folder { root: root.to_owned(), next: AtomicU64::new(0) };
        store.tidy().map_err(|error| failed(&error))?;
        Ok(store)
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// How many runs it has.
    pub fn count(&self) -> u64 {
        self.files().count() as u64
    }

    /// The file of each run.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let folders = fs::read_dir(self.root.join(RUNS)).into_iter().flatten().flatten();
        let files = folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten());
        files.map(|file| file.path())
    }

    /// Where the file of a name belongs.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.root.join(RUNS).join(name.get(..2).unwrap_or("00")).join(name)
    }

    /// Puts a file where it belongs, in one step.
    pub(crate) fn move_in(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let written = self.root.join(WRITING).join(format!("{name}-{}-{number}", std::process::id()));
        let place = self.place(name);
        let moved = fs::write(&written, bytes).and_then(|()| match fs::rename(&written, &place) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(place.parent().expect("a run has a folder"))?;
                fs::rename(&written, &place)
            }
            done => done,
        });
        if moved.is_err() {
            let _ = fs::remove_file(&written);
        }
        moved
    }

    /// Removes what processes that were killed were writing. Another machine may be at work here, so the age of a file
    /// decides, by the clock of the file system.
    fn tidy(&self) -> Result<(), Error> {
        let trial = self.root.join(WRITING).join(format!("trial-{}", std::process::id()));
        fs::write(&trial, b"")?;
        let now = fs::metadata(&trial)?.modified()?;
        fs::remove_file(&trial)?;
        for file in fs::read_dir(self.root.join(WRITING))?.flatten() {
            let age = |at: SystemTime| now.duration_since(at).unwrap_or_default();
            if file.metadata().and_then(|file| file.modified()).is_ok_and(|at| STALE < age(at)) {
                let _ = fs::remove_file(file.path());
            }
        }
        Ok(())
    }
}

impl Folder {
    /// What was asked the last time under a name: a text that says why runs of today are new.
    pub fn asked(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.root.join(ASKED).join(name)).ok()
    }

    /// Keeps what is asked under a name.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn ask(&self, name: &str, text: &str) -> Result<(), String> {
        let folder = self.root.join(ASKED);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let written = self.root.join(WRITING).join(format!("asked-{}-{number}", std::process::id()));
        let done = fs::create_dir_all(&folder).and_then(|()| fs::write(&written, text));
        done.and_then(|()| fs::rename(&written, folder.join(name)))
            .map_err(|error| format!("{}: {error}", self.root.display()))
    }
}

/// Makes a store of a folder that is not there yet, or is empty.
fn make(root: &Path) -> Result<(), OpenError> {
    let refuse = |why: String| OpenError { path: root.to_owned(), why };
    fs::create_dir_all(root).map_err(|error| refuse(error.to_string()))?;
    let mut files = fs::read_dir(root).map_err(|error| refuse(error.to_string()))?;
    // Another process may be making the same store.
    let foreign = files.any(|file| {
        file.is_ok_and(|file| ![ABOUT, RUNS, WRITING, ASKED].iter().any(|own| file.file_name() == *own))
    });
    if foreign {
        let why = "this folder has files of others: choose a new or empty one for the store";
        return Err(refuse(why.to_owned()));
    }
    fs::write(root.join(ABOUT), LAYOUT).map_err(|error| refuse(error.to_string()))
}

/// A record as a file has it: compressed, with its checksum behind it.
pub(crate) fn pack(record: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(record).expect("memory can be written");
    let mut file = encoder.finish().expect("memory can be written");
    file.extend(&blake3::hash(&file).as_bytes()[..SUM]);
    file
}

/// The record of a file; none if it is damaged.
pub(crate) fn unpack(file: &[u8]) -> Option<Vec<u8>> {
    let (packed, sum) = file.split_at_checked(file.len().checked_sub(SUM)?)?;
    if blake3::hash(packed).as_bytes()[..SUM] != *sum {
        return None;
    }
    let mut record = Vec::new();
    flate2::read::DeflateDecoder::new(packed).read_to_end(&mut record).ok()?;
    Some(record)
}

impl Store for Folder {
    fn get(&self, address: Address) -> Option<Vec<u8>> {
        unpack(&fs::read(self.place(&address.to_string())).ok()?)
    }

    fn put(&self, address: Address, record: &[u8]) -> Result<(), String> {
        let moved = self.move_in(&address.to_string(), &pack(record));
        moved.map_err(|error| {
            format!(
                "{}: {error}. What was done before is kept: the same command goes on from there",
                self.root.display()
            )
        })
    }
}
