//! The engines of Python: a script each, in an environment that is made on the first run.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::table::{Cell, Row};
use crate::workload;

/// A script in `python/`.
pub struct Script {
    /// As on PyPI.
    pub name: &'static str,
    file: &'static str,
    /// Hundreds of times fewer than elsewhere, for the same time.
    customers: u64,
}

/// In the order of the table.
pub const SCRIPTS: &[Script] = &[
    Script { name: "SimPy", file: "simpy_network.py", customers: 200_000 },
    Script { name: "Ciw", file: "ciw_network.py", customers: 200_000 },
];

/// All workloads.
///
/// # Errors
/// When there is no Python, no network to install from, or the script fails.
pub fn measure(script: &Script, factor: f64) -> Result<Row, String> {
    let python = environment()?;
    let customers = ((script.customers as f64 * factor) as u64).max(1);
    let mut row = Row {
        engine: script.name.into(),
        version: String::new(),
        cells: Default::default(),
        note: String::new(),
    };
    for (cell, workload) in row.cells.iter_mut().zip(&workload::ALL) {
        let text = serde_json::to_string(workload).expect("numbers and names");
        let file = here().join("python").join(script.file);
        let mut command = Command::new(&python);
        let said = ask(command.arg(file).args([text, customers.to_string(), "1".into()]))?;
        let said: Value = serde_json::from_str(&said).map_err(|error| format!("{}: {error}", script.file))?;
        if let Some(version) = said["version"].as_str() {
            row.version = version.into();
        }
        *cell = match (said["nanos"].as_f64(), said["absent"].as_str()) {
            (Some(nanos), _) => Cell::Measured { nanos, sojourn: said["sojourn"].as_f64() },
            (None, why) => {
                row.note = format!("{}: {}", workload.name, why.unwrap_or("no figure"));
                Cell::Absent
            }
        };
    }
    Ok(row)
}

/// The Python of `.venv`, made if it is not there; the packages' versions are pinned.
fn environment() -> Result<PathBuf, String> {
    let folder = here().join(".venv");
    let python = folder.join("bin").join("python");
    if !folder.join("complete").is_file() {
        eprintln!("making a Python environment in bench-peers/.venv");
        ask(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let requirements = here().join("python").join("requirements.txt");
        ask(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(requirements))?;
        std::fs::write(folder.join("complete"), "").map_err(|error| format!(".venv: {error}"))?;
    }
    Ok(python)
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ask(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let last = complaint.lines().last().unwrap_or("it said nothing").to_owned();
        return Err(format!("python ended with {}: {last}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
