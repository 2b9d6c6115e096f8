//! Every command of the tutorial, typed by a program.

use std::path::Path;
use std::process::{Command, Output};

fn brownout(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.current_dir(folder).args(arguments).output().expect("the program starts")
}

#[test]
fn its_commands_end_well() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/TUTORIAL.md");
    let page = std::fs::read_to_string(page).expect("a tutorial");
    let blocks = page.split("```toml\n").skip(1).filter_map(|block| block.split("```").next());
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("steps.toml"), blocks.collect::<String>()).expect("a file");
    let sessions: [&[&str]; 6] = [
        &["new", "shop"],
        &["check", "shop.toml"],
        &["check", "steps.toml"],
        &["run", "steps.toml", "-q"],
        &["run", "steps.toml", "--no-out", "-q"],
        &["check", "steps.toml", "--set", "tier.db.connections=40"],
    ];
    for session in sessions {
        let output = brownout(folder.path(), session);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "brownout {}: {said}", session.join(" "));
    }
}
