//! Several stores become one: what an array of jobs did on as many machines.

use super::{Folder, unpack};
use std::fs;

/// What became of the runs of another store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Taken over.
    pub taken: u64,
    /// There already.
    pub had: u64,
    /// Damaged, and left out: they will be run again.
    pub damaged: u64,
}

/// Takes the runs of another store over.
///
/// # Errors
/// Which file could not be read or written, and why.
pub fn merge(into: &Folder, from: &Folder) -> Result<Merged, String> {
    let mut merged = Merged::default();
    for path in from.files() {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if into.place(name).exists() {
            merged.had += 1;
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if unpack(&bytes).is_none() {
            merged.damaged += 1;
            continue;
        }
        into.move_in(name, &bytes).map_err(|error| format!("{}: {error}", into.root().display()))?;
        merged.taken += 1;
    }
    Ok(merged)
}
