//! Why a folder cannot be read: each with the file, the version that wrote it, and what to do.

use crate::manifest::{FORMAT, VERSION};

/// Why results cannot be read back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no manifest.
    #[error(
        "results.json is not there: a folder of results has one, written last; name the folder that \
         `brownout run --out` wrote, or run the scenario again if that run was stopped"
    )]
    NoManifest,
    /// The manifest is of another program, or is broken.
    #[error(
        "results.json is cut short, was changed, or is not of brownout: {why}; brownout {VERSION} reads format \
         {FORMAT}: copy the folder again, or run the scenario again"
    )]
    Manifest {
        /// What is wrong with it.
        why: String,
    },
    /// The folder has another format.
    #[error(
        "results.json: format {found}, written by brownout {by}, and brownout {VERSION} reads format {FORMAT}: {todo}"
    )]
    Format {
        /// Its format.
        found: u64,
        /// Which version wrote it.
        by: String,
        /// The way out.
        todo: &'static str,
    },
    /// The manifest names a file that is not there.
    #[error(
        "{file} is not there, and brownout {by} wrote it: copy the whole folder, or run the scenario again"
    )]
    Missing {
        /// Which.
        file: String,
        /// Which version wrote it.
        by: String,
    },
    /// A file is there and cannot be read.
    #[error("{file} cannot be read: {why}")]
    Unreadable {
        /// Which.
        file: String,
        /// As the reader says it.
        why: String,
    },
    /// A file has another length than when it was written.
    #[error(
        "{file} has {found} bytes, and results.json of brownout {by} says {wanted}: it was cut short or changed after \
         the run; copy it again, or run the scenario again"
    )]
    Length {
        /// Which.
        file: String,
        /// Which version wrote it.
        by: String,
        /// How many bytes it has.
        found: u64,
        /// How many it had.
        wanted: u64,
    },
    /// A file has the right length and other bytes.
    #[error(
        "{file} was changed after the run: its hash is {found}… and results.json of brownout {by} says {wanted}…; copy \
         it again, or run the scenario again: its text is in the folder scenario"
    )]
    Changed {
        /// Which.
        file: String,
        /// Which version wrote it.
        by: String,
        /// How its hash begins.
        found: String,
        /// How it began.
        wanted: String,
    },
    /// A file is as it was written, and says what this version cannot take.
    #[error(
        "{file}, written by brownout {by}, is not what brownout {VERSION} reads: {why}; read it with brownout {by}, or \
         run the scenario again with {VERSION}"
    )]
    Invalid {
        /// Which.
        file: String,
        /// Which version wrote it.
        by: String,
        /// What is wrong with it.
        why: String,
    },
}
