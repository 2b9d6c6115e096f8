//! The example does what `brownout run` does: the folder that it writes reads back, and draws the same pages again.
#![allow(dead_code, reason = "an example has a main of its own")]

#[path = "../examples/run.rs"]
mod example;

use brownout::results::{Read, ReadError, unpack};
use brownout::{Pictures, Wanted, pages};
use std::path::{Path, PathBuf};

struct Folder(PathBuf);

impl Read for Folder {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        std::fs::read(self.0.join(path)).map_err(|_| ReadError::Missing)
    }
}

const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cli/tests/scenarios/variants.toml");

#[test]
fn what_it_writes_is_read_back_and_drawn_again() {
    let out = tempfile::tempdir().expect("a folder");
    let shown = example::run(SCENARIO, out.path()).expect("a run");
    assert!(shown.contains("success"), "{shown}");
    let folder = Folder(out.path().to_owned());
    let contents = unpack(&folder).expect("what was written");
    let wanted =
        Wanted { pictures: Pictures { svg: true, png: false }, csv: false, openmetrics: false, threads: 1 };
    for file in pages(&contents.findings, wanted).expect("pages") {
        let written = std::fs::read(out.path().join(Path::new(&file.path))).expect("a file of the run");
        assert!(written == file.bytes, "{} is drawn differently", file.path);
    }
}
