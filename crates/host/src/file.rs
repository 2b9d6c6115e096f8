//! Reading files of unknown length and kind, writing new ones, and why one cannot be used.

use brownout::Files;
use brownout::units::shown;
use brownout::words::is_signed;
use std::fs::{File, OpenOptions, metadata, symlink_metadata};
use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Nothing longer is read, whatever it turns out to be.
pub(crate) const BYTES_MAX: usize = 1 << 30;

/// A path, what was to be done with it, and why it could not be.
#[derive(Debug, thiserror::Error)]
#[error("{what} {}: {error}", shown(&path.to_string_lossy()))]
pub struct Unusable {
    /// As an error begins: `cannot write`.
    pub what: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub error: Error,
}

impl Unusable {
    pub(crate) fn new(what: &'static str, path: &Path, error: Error) -> Self {
        Unusable { what, path: path.to_owned(), error }
    }
}

/// Writes a file that is not there yet.
///
/// # Errors
/// If there is one (`error.kind()` is `AlreadyExists`), which is left as it is, or it cannot be written.
pub fn write_new(path: &Path, text: &str) -> Result<(), Unusable> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Unusable::new("cannot write", path, error))
}

/// Writes a picture, in the place of one that the program has drawn before: another file there stays as it is, and no
/// link is followed.
///
/// # Errors
/// If there is another one (`error.kind()` is `AlreadyExists`), or it cannot be written.
pub(crate) fn write_picture(path: &Path, picture: &[u8]) -> Result<(), Unusable> {
    let unusable = |error| Unusable::new("cannot write", path, error);
    if let Ok(found) = symlink_metadata(path) {
        let is_ours = found.is_file() && bytes(path, BYTES_MAX, true).is_ok_and(|old| is_signed(&old));
        if !is_ours {
            return Err(unusable(Error::new(ErrorKind::AlreadyExists, "there is another file already")));
        }
    }
    std::fs::write(path, picture).map_err(unusable)
}

/// Any path that the user of a program has typed, a pipe or a device as well.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        text(path, BYTES_MAX, false)
    }
}

/// The text of a file, unpacked if it is compressed, as [`bytes`] reads it.
pub(crate) fn text(path: &str, most: usize, only_file: bool) -> Result<String, String> {
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

/// The bytes of a file, at most `most`; if `only_file`, of nothing but a regular one: a pipe may never say anything,
/// and a device may never end.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn bytes(path: &Path, most: usize, only_file: bool) -> std::io::Result<Vec<u8>> {
    let too_long = || Error::other(format!("it has more than {} MiB", most >> 20));
    // Asked before it is opened: that would wait for a writer.
    if only_file && !metadata(path)?.is_file() {
        return Err(Error::other("it is no regular file"));
    }
    let file = File::open(path)?;
    let found = file.metadata()?;
    if found.is_file() && most as u64 <= found.len().saturating_sub(1) {
        return Err(too_long());
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if most < bytes.len() { Err(too_long()) } else { Ok(bytes) }
}

/// An error of the system in a few words, the same on every system where it can be.
pub(crate) fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
