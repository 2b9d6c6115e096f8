//! A run as a folder: pages, charts and numbers, each file whole or not there.

use crate::failure::Failure;
use brownout_report::{Findings, chart_folders, charts, html, json, markdown, png, series_csv};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Makes the folder and tries whether a file can be written there.
///
/// # Errors
/// The folder, and why not.
pub(crate) fn try_out(out: &Path) -> Result<(), Failure> {
    make(out)?;
    let trial = out.join(format!(".brownout.{}", std::process::id()));
    let tried = fs::write(&trial, b"").and_then(|()| fs::remove_file(&trial));
    tried.map_err(|error| Failure::path("cannot write into the folder", out, &error))
}

/// Writes everything, the numbers first: they cannot be drawn again. Returns the page to open.
///
/// # Errors
/// The path that could not be written, and why; what was written before stays. Charts of an older run that this one
/// does not have are taken away at the end.
pub(crate) fn write(out: &Path, findings: &[Findings]) -> Result<PathBuf, Failure> {
    make(out)?;
    put(&out.join("result.json"), format!("{:#}\n", json(findings, None)).as_bytes())?;
    put(&out.join("series.csv"), series_csv(findings).as_bytes())?;
    put(&out.join("report.md"), markdown(findings).map_err(|error| drawing(&error))?.as_bytes())?;
    let page = out.join("report.html");
    put(&page, html(findings).map_err(|error| drawing(&error))?.as_bytes())?;
    let mut drawn = BTreeSet::new();
    for (variant, folder) in findings.iter().zip(chart_folders(findings)) {
        let folder = out.join(folder);
        make(&folder)?;
        for chart in charts(variant).map_err(|error| drawing(&error))? {
            let file = |kind: &str| folder.join(format!("{}.{kind}", chart.name));
            put(&file("svg"), chart.svg.as_bytes())?;
            put(&file("png"), &png(&chart.svg).map_err(|error| drawing(&error))?)?;
            drawn.extend([file("svg"), file("png")]);
        }
    }
    let charts = out.join("charts");
    clear(&charts, &drawn, true)?;
    Ok(page)
}

/// Removes the pictures of a folder, and of those in it, that are not in `keep`, and folders that are empty then.
/// Anything else that somebody has put there stays.
fn clear(folder: &Path, keep: &BTreeSet<PathBuf>, deeper: bool) -> Result<(), Failure> {
    let cannot = |path: &Path, error: &std::io::Error| Failure::path("cannot clear", path, error);
    for entry in fs::read_dir(folder).map_err(|error| cannot(folder, &error))? {
        let entry = entry.map_err(|error| cannot(folder, &error))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|error| cannot(folder, &error))?);
        let picture = path.extension().is_some_and(|end| end == "svg" || end == "png");
        if kind.is_dir() && deeper {
            clear(&path, keep, false)?;
        } else if kind.is_file() && picture && !keep.contains(&path) {
            fs::remove_file(&path).map_err(|error| cannot(&path, &error))?;
        }
    }
    if !deeper {
        // Fails where something is left, which is as it should be.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// A name that may stand in a path: letters, digits, `-`, `_` and dots inside; anything else becomes `-`.
pub(crate) fn plain(name: &str) -> String {
    let fine = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    name.chars().map(fine).collect::<String>().trim_matches('.').to_owned()
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::path("cannot make the folder", folder, &error))
}

/// Writes under another name and renames: a full disk leaves what was there before.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unfinished = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let write = || {
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        drop(file);
        fs::rename(&unfinished, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&unfinished);
        Failure::path("cannot write", path, &error)
    })
}

fn drawing(error: &brownout_report::Error) -> Failure {
    Failure::Failed(error.to_string())
}
