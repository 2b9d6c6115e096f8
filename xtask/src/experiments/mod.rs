//! Runs every experiment at its full size, writes down how each of its variants ended, and draws its pictures anew.

mod answers;
mod page;
mod pictures;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io};

use serde_json::Value;

use crate::chores::Outcome;
use crate::repository::Repository;

/// What is written into the folder of each experiment.
const PAGE: &str = "VERDICT.md";
/// The exit code of a run whose expectations are not met.
const UNMET: i32 = 4;

/// Questions that belong to no experiment: those of docs/you-asked.md.
const ASKED: &str = "docs/asked";

/// Where the campaign runs, and with which program.
struct Place {
    root: PathBuf,
    program: PathBuf,
}

/// How one experiment went.
struct Row {
    name: String,
    variants: usize,
    replications: u64,
    took: Duration,
    pictures: usize,
    /// What is wrong, if something is.
    trouble: Option<String>,
}

/// All experiments, or those whose name has a word in it.
///
/// # Errors
/// When one cannot be run, an expectation is not met or a picture cannot be drawn; the others are run all the same.
pub(crate) fn run(rest: &[String]) -> Outcome {
    let root = Repository::root()?;
    let wanted = |name: &String| rest.is_empty() || rest.iter().any(|word| name.contains(word.as_str()));
    let names = names(&root.join("experiments")).map_err(|error| format!("experiments: {error}"))?;
    let names: Vec<String> = names.into_iter().filter(wanted).collect();
    println!("building");
    let place = Place { program: build(&root)?, root };
    let mut rows = Vec::new();
    for name in names {
        let row = experiment(&place, name);
        println!("{}", line(&row));
        rows.push(row);
    }
    let asked = if wanted(&ASKED.to_owned()) { answers::ask(&place, ASKED) } else { Ok(()) };
    let took: Duration = rows.iter().map(|row| row.took).sum();
    println!("\n{} experiments in {:.0} s", rows.len(), took.as_secs_f64());
    rows.sort_by_key(|row| std::cmp::Reverse(row.took));
    for row in &rows {
        println!("{}", line(row));
    }
    let failed: Vec<&str> = rows.iter().filter(|row| row.trouble.is_some()).map(|row| &*row.name).collect();
    if failed.is_empty() { asked } else { Err(format!("not as expected: {}", failed.join(", "))) }
}

fn line(row: &Row) -> String {
    let said = row.trouble.as_deref().unwrap_or("as expected");
    format!(
        "{:24} {:3} variants × {:3}  {:6.1} s  {:2} pictures  {said}",
        row.name,
        row.variants,
        row.replications,
        row.took.as_secs_f64(),
        row.pictures
    )
}

#[allow(clippy::disallowed_methods, reason = "the campaign measures the machine, not the model")]
fn experiment(place: &Place, name: String) -> Row {
    let start = Instant::now();
    let mut row =
        Row { name, variants: 0, replications: 0, took: Duration::ZERO, pictures: 0, trouble: None };
    row.trouble = write(place, &mut row).err();
    row.took = start.elapsed();
    row
}

/// Runs it, and writes its page and its pictures.
fn write(place: &Place, row: &mut Row) -> Outcome {
    let path = format!("experiments/{}", row.name);
    let output = brownout(place, &["run", &path, "--no-out", "--format", "json", "-q"])?;
    let result: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let variants: Vec<String> =
        result["variants"].as_object().into_iter().flat_map(|variants| variants.keys().cloned()).collect();
    (row.variants, row.replications) = (1 + variants.len(), result["replications"].as_u64().unwrap_or(0));
    let file = place.root.join(path).join(PAGE);
    fs::write(&file, page::verdict(&result)).map_err(|error| format!("{}: {error}", file.display()))?;
    row.pictures = pictures::refresh(place, &row.name, &variants)?;
    if !output.status.success() {
        return Err(format!("NOT MET: {}", page::unmet(&result)));
    }
    answers::ask(place, &format!("experiments/{}", row.name))
}

/// Folders with a scenario, by name.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.join("scenario.toml").is_file() {
            names.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// Builds the program in release, once: it has the experiments inside, so that every page which is written here would
/// build it anew.
fn build(root: &Path) -> Result<PathBuf, String> {
    let mut command = Command::new("cargo");
    command.args(["build", "--release", "--locked", "--package", "brownout-cli", "--message-format"]);
    command.arg("json-render-diagnostics").current_dir(root).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("cargo could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = messages.filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)));
    programs.next_back().filter(|_| output.status.success()).ok_or_else(|| "it does not build".to_owned())
}

/// What the program says; expectations that are not met are no error here.
fn brownout(place: &Place, arguments: &[&str]) -> Result<Output, String> {
    let output = Command::new(&place.program).args(arguments).current_dir(&place.root).output();
    let output = output.map_err(|error| format!("{}: {error}", place.program.display()))?;
    if output.status.success() || output.status.code() == Some(UNMET) {
        return Ok(output);
    }
    Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))
}
