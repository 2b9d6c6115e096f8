//! What the program says of a scenario that a test has as text.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of that text, in a folder that tests may write to.
pub(crate) fn file(name: &str, text: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("toml");
    std::fs::write(&file, text).expect("it can be written");
    file
}

/// The result of its run with some settings, which is not written anywhere.
///
/// # Panics
/// If there is none.
pub(crate) fn of(name: &str, text: &str, set: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.arg("run").arg(file(name, text)).args(["--format", "json", "-q", "--no-out"]);
    let output = command.args(set.iter().flat_map(|set| ["--set", set])).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"))
}
