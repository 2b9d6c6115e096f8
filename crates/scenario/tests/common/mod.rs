//! Files in memory and on the disk of the tests.
#![allow(dead_code)]

use brownout_scenario::{Files, Overrides, Problems, Scenario, load};
use std::collections::BTreeMap;

/// Files that exist only here.
#[derive(Debug, Default)]
pub(crate) struct Memory(pub(crate) BTreeMap<String, String>);

impl Memory {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Memory(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }
}

/// Files below `tests`.
#[derive(Debug)]
pub(crate) struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let bytes = std::fs::read(root.join(path)).map_err(|error| error.kind().to_string())?;
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }
}

pub(crate) fn load_text(text: &str) -> Result<Scenario, Problems> {
    load("test.toml", &Memory::of(&[("test.toml", text)]), &Overrides::default())
}

pub(crate) const MM1: &str = include_str!("../good/mm1.toml");
