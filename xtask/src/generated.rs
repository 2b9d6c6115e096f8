//! The files that are written by a command and never edited by hand, with the command.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::chores::Outcome;

/// A committed file that must be exactly what the program prints.
struct Generated {
    /// From the root of the repository.
    file: &'static str,
    /// The words after `brownout`.
    command: &'static [&'static str],
}

/// A new generated file is a line here: `cargo xtask reference` writes it, and the gate holds it against the program.
const GENERATED: &[Generated] = &[
    Generated { file: "schema/scenario.schema.json", command: &["schema"] },
    Generated {
        file: "models/traffic/azure2023-conv.toml",
        command: &["fit", "--trace", "models/traffic/azure2023-conv.csv"],
    },
    Generated { file: "crates/scenario/POLICIES.md", command: &["schema", "--policies"] },
    Generated { file: "crates/scenario/KEYS.md", command: &["schema", "--keys"] },
    Generated { file: "crates/metrics/METRICS.md", command: &["schema", "--metrics"] },
];

/// Writes every file of the table anew.
///
/// # Errors
/// When the program fails, or a file cannot be written.
pub(crate) fn write(root: &Path) -> Outcome {
    for generated in GENERATED {
        let path = root.join(generated.file);
        let folder = path.parent().expect("a file of the table lies in a folder");
        let printed = generated.print(root)?;
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, printed));
        written.map_err(|error| format!("{}: {error}", generated.file))?;
        println!("wrote {}", generated.file);
    }
    Ok(())
}

/// Holds every file of the table against what the program prints now.
///
/// # Errors
/// The first line of each file that differs, both versions of it.
pub(crate) fn check(root: &Path) -> Outcome {
    let mut stale = Vec::new();
    for generated in GENERATED {
        let printed = generated.print(root)?;
        let committed = std::fs::read_to_string(root.join(generated.file)).unwrap_or_default();
        stale.extend(difference(generated.file, &committed, &printed));
    }
    if stale.is_empty() { Ok(()) } else { Err(stale.join("\n")) }
}

impl Generated {
    fn print(&self, root: &Path) -> Result<String, String> {
        let program = program(root)?;
        let said = format!("`brownout {}`", self.command.join(" "));
        let output = Command::new(&program).args(self.command).current_dir(root).output();
        let output = output.map_err(|error| format!("{said} could not be started: {error}"))?;
        if !output.status.success() {
            return Err(format!(
                "{said} ended with {}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        String::from_utf8(output.stdout).map_err(|error| format!("{said} did not print UTF-8: {error}"))
    }
}

/// The program that the build step left beside this one: both come from the same profile of the same workspace.
///
/// # Errors
/// When it is not there.
pub(crate) fn program(root: &Path) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("this program cannot find itself: {error}"))?;
    let folder = own.parent().unwrap_or(root);
    let program = folder.join("brownout").with_extension(std::env::consts::EXE_EXTENSION);
    if program.is_file() {
        Ok(program)
    } else {
        Err("the program is not built: run `cargo build --workspace`".into())
    }
}

/// What to say about a file that is not what the program prints; `None` when it is.
fn difference(file: &str, committed: &str, printed: &str) -> Option<String> {
    if committed == printed {
        return None;
    }
    // The line behind the last shared one differs, or one of the two has no such line.
    let shared = committed.lines().zip(printed.lines()).take_while(|(before, now)| before == now).count();
    let line = |text: &str| text.lines().nth(shared).unwrap_or("(no such line)").to_owned();
    let (before, now, line) = (line(committed), line(printed), shared + 1);
    Some(format!("{file}:{line}: is not what the program prints\n    file:    {before}\n    program: {now}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_shown() {
        assert_eq!(difference("a", "x\ny\n", "x\ny\n"), None);
        let said = difference("a", "x\ny\n", "x\nz\n").unwrap();
        assert_eq!(said, "a:2: is not what the program prints\n    file:    y\n    program: z");
        let said = difference("a", "", "x\n").unwrap();
        assert_eq!(said, "a:1: is not what the program prints\n    file:    (no such line)\n    program: x");
    }
}
