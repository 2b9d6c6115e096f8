//! The manifest: which format a folder has, what was run, and the seal of every file.

use crate::contents::{Contents, File, Read, ReadError};
use crate::error::Error;
use brownout_analysis::findings::Stamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The file that says what the others are. It is to be written last: a folder without it is no result.
pub const MANIFEST: &str = "results.json";
/// Of the folder as a whole. It grows by one when an older program could not read what a newer one writes.
pub const FORMAT: u64 = 1;
/// The version that reads and writes here.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a folder of results says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// [`FORMAT`].
    pub(crate) format: u64,
    /// The version that wrote it.
    pub(crate) brownout: String,
    /// What was run, in the order of all files.
    pub(crate) variants: Vec<Variant>,
    /// All other files.
    pub(crate) files: BTreeMap<String, Seal>,
    /// Of the text before it, and last: see [`seal`].
    seal: String,
}

/// What was run: enough to get it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variant {
    /// Its name; `base` for the scenario as it stands.
    pub(crate) name: String,
    /// The file with its resolved text.
    pub(crate) scenario: String,
    /// Of that scenario.
    pub(crate) scenario_hash: String,
    /// Of the first replication.
    pub(crate) seed: u64,
    /// How many.
    pub(crate) replications: u32,
    /// Of all of them together.
    pub(crate) fingerprint: String,
}

/// What a file was when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seal {
    /// Its length.
    pub(crate) bytes: u64,
    /// Its hash, 64 hex digits.
    pub(crate) blake3: String,
}

/// What every version writes: enough to refuse the rest.
#[derive(Deserialize)]
struct First {
    format: u64,
    brownout: String,
}

impl Manifest {
    /// Of contents and the files that they have become.
    pub(crate) fn of(contents: &Contents, files: &[File]) -> Self {
        let seal = |file: &File| (file.path.clone(), Seal::of(&file.bytes));
        Manifest {
            format: FORMAT,
            brownout: VERSION.to_owned(),
            variants: Variant::all(contents),
            files: files.iter().map(seal).collect(),
            seal: String::new(),
        }
    }

    /// As a file.
    pub(crate) fn write(&self) -> File {
        let text = serde_json::to_string_pretty(self).expect("names and numbers are JSON");
        let body = sealed(&text).expect("the seal is the last member");
        File {
            path: MANIFEST.to_owned(),
            bytes: format!("{body}{SEAL}: \"{}\"\n}}\n", seal(body)).into_bytes(),
        }
    }

    /// That of a folder.
    ///
    /// # Errors
    /// If there is none, or none that this version reads.
    pub(crate) fn read(folder: &dyn Read) -> Result<Self, Error> {
        let bytes = folder.bytes(MANIFEST).map_err(|error| match error {
            ReadError::Missing => Error::NoManifest,
            ReadError::Other(why) => Error::Unreadable { file: MANIFEST.to_owned(), why },
        })?;
        let broken = |why: serde_json::Error| Error::Manifest { why: why.to_string() };
        let First { format, brownout: by } = serde_json::from_slice(&bytes).map_err(broken)?;
        if format != FORMAT {
            let newer = "read it with that version or a newer one";
            let older = "read it with that version, or run the scenario again with this one";
            return Err(Error::Format {
                found: format,
                by,
                todo: if FORMAT < format { newer } else { older },
            });
        }
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(broken)?;
        if str::from_utf8(&bytes).ok().and_then(sealed).map(seal).as_ref() != Some(&manifest.seal) {
            return Err(Error::Manifest {
                why: format!("its seal, of brownout {}, is not that of its text", manifest.brownout),
            });
        }
        manifest.check()?;
        Ok(manifest)
    }

    /// Whether the list of files is the one that such variants have.
    fn check(&self) -> Result<(), Error> {
        let err = |why| Err(Error::Manifest { why });
        if self.variants.is_empty() {
            return err("it lists no variant".to_owned());
        }
        let names: Vec<&str> = self.variants.iter().map(|variant| variant.name.as_str()).collect();
        if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
            return err("it lists a variant twice".to_owned());
        }
        for (variant, path) in self.variants.iter().zip(scenario_paths(&names)) {
            if variant.scenario != path {
                return err(format!(
                    "the text of variant {:?} is {path}, not {:?}",
                    variant.name, variant.scenario
                ));
            }
        }
        let scenarios = self.variants.iter().map(|variant| variant.scenario.as_str());
        let wanted: BTreeSet<&str> = crate::contents::TABLES.into_iter().chain(scenarios).collect();
        let listed: BTreeSet<&str> = self.files.keys().map(String::as_str).collect();
        match (wanted.difference(&listed).next(), listed.difference(&wanted).next()) {
            (Some(missing), _) => err(format!("it does not list {missing}")),
            (None, Some(more)) => err(format!("it lists {more:?}, which is no file of this format")),
            (None, None) => Ok(()),
        }
    }

    /// The bytes of a file, if they are those that were written.
    pub(crate) fn bytes(&self, folder: &dyn Read, path: &str) -> Result<Vec<u8>, Error> {
        let (file, by) = (path.to_owned(), self.brownout.clone());
        let bytes = match folder.bytes(path) {
            Ok(bytes) => bytes,
            Err(ReadError::Missing) => return Err(Error::Missing { file, by }),
            Err(ReadError::Other(why)) => return Err(Error::Unreadable { file, why }),
        };
        let (found, wanted) = (Seal::of(&bytes), &self.files[path]);
        if found.bytes != wanted.bytes {
            return Err(Error::Length { file, by, found: found.bytes, wanted: wanted.bytes });
        }
        if found.blake3 != wanted.blake3 {
            let start = |hash: &str| hash.chars().take(12).collect();
            return Err(Error::Changed {
                file,
                by,
                found: start(&found.blake3),
                wanted: start(&wanted.blake3),
            });
        }
        Ok(bytes)
    }

    /// What is wrong with a file that is as it was written.
    pub(crate) fn invalid(&self, file: &str, why: impl Into<String>) -> Error {
        Error::Invalid { file: file.to_owned(), by: self.brownout.clone(), why: why.into() }
    }
}

/// The member that closes a manifest.
const SEAL: &str = "\"seal\"";
/// What the hash of a manifest is derived for: not that of its text as any program computes it.
const CONTEXT: &str = "brownout results.json format 1";

/// The part of a manifest that its seal is of.
fn sealed(text: &str) -> Option<&str> {
    text.rsplit_once(SEAL).map(|(body, _)| body)
}

/// A manifest vouches for all other files, and its seal for the manifest. It is no secret and keeps no forger away; it
/// keeps what was edited, merged or made by another program from the decoder of Parquet, which panics on some broken
/// files.
fn seal(body: &str) -> String {
    blake3::Hash::from(blake3::derive_key(CONTEXT, body.as_bytes())).to_hex().to_string()
}

impl Seal {
    fn of(bytes: &[u8]) -> Self {
        Seal { bytes: bytes.len() as u64, blake3: blake3::hash(bytes).to_hex().to_string() }
    }
}

impl Variant {
    /// Those of contents.
    pub(crate) fn all(contents: &Contents) -> Vec<Self> {
        let stamps: Vec<&Stamp> = contents.findings.iter().map(|findings| &findings.stamp).collect();
        let names: Vec<&str> = stamps.iter().map(|stamp| stamp.variant.as_str()).collect();
        stamps.into_iter().zip(scenario_paths(&names)).map(|(stamp, path)| Variant::of(stamp, path)).collect()
    }

    /// That of a stamp, whose scenario is in this file.
    pub(crate) fn of(stamp: &Stamp, scenario: String) -> Self {
        Variant {
            name: stamp.variant.clone(),
            scenario,
            scenario_hash: stamp.scenario_hash.clone(),
            seed: stamp.seed,
            replications: stamp.replications,
            fingerprint: stamp.fingerprint.clone(),
        }
    }
}

impl Variant {
    /// What is wrong with what a file says of it.
    pub(crate) fn says(&self, why: &str) -> String {
        format!("{}: {why}", self.name)
    }
}

/// The file of each variant's text, by its name where that is a name of a file on every system: two that differ only in
/// capitals are one file on some.
fn scenario_paths(names: &[&str]) -> Vec<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let path = |(at, name): (usize, &&str)| match *name {
        name if !name.is_empty() && name.len() <= 64 && name.chars().all(plain) => {
            format!("scenario/{name}.toml")
        }
        _ => format!("scenario/variant.{at}.toml"),
    };
    names.iter().enumerate().map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_a_file_of_its_own_on_every_system() {
        let paths = scenario_paths(&["base", "lifo", "Lifo", "../up", ""]);
        let wanted = ["base", "lifo", "variant.2", "variant.3", "variant.4"];
        assert_eq!(paths, wanted.map(|name| format!("scenario/{name}.toml")));
    }
}
