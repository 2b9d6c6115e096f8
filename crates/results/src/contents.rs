//! What a folder of results holds, and the way between that and files.

use crate::error::Error;
use crate::manifest::{Manifest, Variant};
use crate::{findings, series, values};
use brownout_analysis::Findings;

/// The files beside the manifest that every folder has.
pub(crate) const TABLES: [&str; 3] = [findings::FILE, values::FILE, series::FILE];

/// What a folder of results holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    /// Of each variant, in the order in which they are shown; their names differ.
    pub findings: Vec<Findings>,
    /// The resolved text of each variant: what `extends`, `--set` and the variant have made of the scenario.
    pub scenarios: Vec<String>,
}

/// A file of a folder of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Within the folder, with `/`.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Where the files of a folder come from: a disk, a browser page, a test.
pub trait Read {
    /// The bytes of a file, by its path within the folder.
    ///
    /// # Errors
    /// If it is not there, or cannot be read.
    fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError>;
}

/// Why there are no bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("it is not there")]
    Missing,
    /// There is, and something else is wrong.
    #[error("{0}")]
    Other(String),
}

/// Files that were packed, or read by the caller.
impl Read for [File] {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.iter().find(|file| file.path == path).map(|file| file.bytes.clone()).ok_or(ReadError::Missing)
    }
}

impl Read for Vec<File> {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.as_slice().bytes(path)
    }
}

/// The files of a folder, the manifest last: a folder whose writing was interrupted has none. The same contents give
/// the same bytes.
///
/// # Panics
/// If the contents are none that an analysis makes: no variant, two of the same name, not one text for each, lines of
/// different lengths, a number that is not finite outside of lines over time.
pub fn pack(contents: &Contents) -> Vec<File> {
    let Contents { findings: all, scenarios } = contents;
    assert!(!all.is_empty(), "results are of a variant at least");
    assert_eq!(all.len(), scenarios.len(), "one text for each variant");
    let variants = Variant::all(contents);
    for (at, one) in all.iter().enumerate() {
        let before = &all[..at];
        assert!(
            before.iter().all(|other| other.stamp.variant != one.stamp.variant),
            "a variant is there twice"
        );
    }
    let texts = variants.iter().zip(scenarios);
    let texts = texts.map(|(variant, text)| (variant.scenario.clone(), text.clone().into_bytes()));
    let tables = [
        (findings::FILE.to_owned(), findings::write(all)),
        (values::FILE.to_owned(), values::write(all, &variants)),
        (series::FILE.to_owned(), series::write(all, &variants)),
    ];
    let mut files: Vec<File> =
        tables.into_iter().chain(texts).map(|(path, bytes)| File { path, bytes }).collect();
    files.push(Manifest::of(contents, &files).write());
    files
}

/// What was packed into a folder.
///
/// # Errors
/// If the folder is none of results, was written by another format, or a file is not there, was changed since, or does
/// not agree with the others.
pub fn unpack(folder: &dyn Read) -> Result<Contents, Error> {
    let manifest = Manifest::read(folder)?;
    let bytes = |path: &str| manifest.bytes(folder, path);
    let invalid = |file: &'static str| {
        let manifest = &manifest;
        move |why: String| manifest.invalid(file, why)
    };
    let heads = findings::read(&bytes(findings::FILE)?).map_err(invalid(findings::FILE))?;
    let stamps: Vec<_> = heads.iter().map(findings::Head::stamp).collect();
    if stamps.len() != manifest.variants.len() {
        let why = format!("{} variants, and results.json lists {}", stamps.len(), manifest.variants.len());
        return Err(manifest.invalid(findings::FILE, why));
    }
    for (stamp, listed) in stamps.iter().zip(&manifest.variants) {
        if Variant::of(stamp, listed.scenario.clone()) != *listed {
            let why = format!("its variant {:?} is not the one that results.json lists", stamp.variant);
            return Err(manifest.invalid(findings::FILE, why));
        }
    }
    let values = values::read(bytes(values::FILE)?, &manifest.variants).map_err(invalid(values::FILE))?;
    let axes: Vec<_> = heads.iter().map(findings::Head::axis).collect();
    let lines =
        series::read(bytes(series::FILE)?, &manifest.variants, &axes).map_err(invalid(series::FILE))?;
    let mut scenarios = Vec::new();
    for variant in &manifest.variants {
        let text = String::from_utf8(bytes(&variant.scenario)?);
        scenarios.push(text.map_err(|error| manifest.invalid(&variant.scenario, error.to_string()))?);
    }
    let all = heads.into_iter().zip(values).zip(lines);
    Ok(Contents {
        findings: all.map(|((head, values), lines)| head.findings(values, lines)).collect(),
        scenarios,
    })
}
