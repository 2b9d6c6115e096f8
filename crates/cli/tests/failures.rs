//! The figures of failure and recovery that are known beforehand: scenarios that expect them, run from outside.

use std::path::Path;
use std::process::Command;

#[test]
fn every_figure_comes_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/failures");
    let entries = std::fs::read_dir(folder).expect("the folder is part of the repository");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.sort();
    assert!(4 <= files.len());
    let mut wrong = Vec::new();
    for file in files {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
        let output = command.arg("run").arg(&file).args(["--no-out", "-q"]).output().expect("it starts");
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            wrong.push(format!("{}\n{}", file.display(), String::from_utf8_lossy(&said)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
