//! What the README shows is what the program does.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn its_sessions_are_right() {
    // A reader types them in the root of the repository.
    std::env::set_current_dir(root()).expect("the root is there");
    trycmd::TestCases::new().case("README.md");
}

#[test]
fn its_scenario_runs_and_keeps_its_word() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let fenced = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scenario.toml");
    std::fs::write(&path, fenced.expect("a scenario")).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    let status =
        command.arg("run").arg(path).args(["--no-out", "-q"]).output().expect("the program starts").status;
    assert_eq!(status.code(), Some(0));
}
