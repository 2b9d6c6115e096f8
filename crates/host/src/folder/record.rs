//! The list of files that a run has written into a folder: these alone may be taken away again.

use super::is_inside;
use crate::file::bytes;
use std::collections::BTreeSet;
use std::path::Path;

/// The file that has the list, one path a line.
pub(super) const NAME: &str = "files.txt";
/// Ten times the list of the largest report.
const BYTES_MAX: usize = 16 << 20;

/// What was written.
#[derive(Default)]
pub(super) struct Record {
    /// Paths below the folder, with `/` between names.
    pub(super) files: BTreeSet<String>,
}

impl Record {
    pub(super) fn of<'a>(files: impl Iterator<Item = &'a str>) -> Self {
        Record { files: files.map(str::to_owned).collect() }
    }

    /// That of a folder; empty where it has none. Lines that lead out of the folder are no record of ours.
    pub(super) fn read(folder: &Path) -> Self {
        let bytes = bytes(&folder.join(NAME), BYTES_MAX, true).unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        Record::of(text.lines().filter(|line| is_inside(line)))
    }

    pub(super) fn text(&self) -> String {
        self.files.iter().flat_map(|file| [file, "\n"]).collect()
    }
}
