//! The tables of a run and of a sweep, read as a notebook reads them: by pandas, polars and `DuckDB`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::chores::Outcome;
use crate::gate::{Ending, alone, missing, printed};
use crate::generated::program;
use crate::repository::Repository;

const READER: &str = "xtask/src/tables/read.py";
const SCENARIO: &str = "xtask/src/tables/scenario.toml";
/// The exact versions of what reads, and where pip finds their list.
const REQUIREMENTS: (&str, &str) = ("xtask/src/tables/requirements.txt", include_str!("requirements.txt"));

/// The chore: the step alone.
///
/// # Errors
/// As [`step`], and for any word.
pub(crate) fn run(words: &[String]) -> Outcome {
    if !words.is_empty() {
        return Err("usage: cargo xtask tables".into());
    }
    alone(step)
}

/// Writes tables with the program that the build step left, and reads them.
///
/// # Errors
/// When a table is read otherwise than it was written, and when Python or a package is missing although `CI=true`.
pub(crate) fn step() -> Result<Ending, String> {
    let repository = Repository::here()?;
    let root = Repository::root()?;
    let target = repository.metadata["target_directory"].as_str().unwrap_or("target");
    let folder = Path::new(target).join("tables");
    let python = match python(&root, &folder.join("venv")) {
        Ok(python) => python,
        Err(why) => return missing(why),
    };
    let (swept, run) = (folder.join("sweep"), folder.join("run"));
    let brownout = |words: &[&str], out: &Path| {
        let mut command = Command::new(program(&root)?);
        command.args(words).args(["-q", "--out"]).arg(out).current_dir(&root);
        printed(&mut command)
    };
    brownout(&["sweep", SCENARIO, "--no-store"], &swept)?;
    brownout(&["run", SCENARIO, "--charts", "none", "--openmetrics"], &run)?;
    printed(Command::new(python).arg(READER).arg(swept).arg(run).current_dir(&root))?;
    Ok(Ending::Fine)
}

/// A Python with what is required, made once: the list of versions that it has stands beside it.
fn python(root: &Path, venv: &Path) -> Result<PathBuf, String> {
    let bin = if cfg!(windows) { "Scripts" } else { "bin" };
    let (python, have) = (venv.join(bin).join("python"), venv.join("requirements.txt"));
    let (list, versions) = REQUIREMENTS;
    if fs::read_to_string(&have).is_ok_and(|has| has == versions) {
        return Ok(python);
    }
    printed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv))
        .map_err(|error| format!("python3 with venv is needed to read tables: {error}"))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", list];
    printed(Command::new(&python).args(pip).current_dir(root))
        .map_err(|error| format!("pandas, polars and DuckDB cannot be installed: {error}"))?;
    fs::write(&have, versions).map_err(|error| format!("{}: {error}", have.display()))?;
    Ok(python)
}
