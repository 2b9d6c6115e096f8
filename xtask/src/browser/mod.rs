//! The pages of some experiments in a headless browser: nothing overflows, nothing is loaded, and axe-core finds
//! nothing that keeps readers out.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::chores::Outcome;
use crate::gate::{Ending, alone, finish, missing, printed};
use crate::generated::program;
use crate::repository::Repository;

/// What is run for its page, each with two replications: several variants, an outage of one, and language models.
const EXPERIMENTS: [(&str, &[&str]); 3] = [
    ("lifo-under-overload", &[]),
    ("retry-cliff", &["--variant", "base"]),
    ("closed-loop-tpot", &["--variant", "base"]),
];
const SCRIPT: &str = "xtask/src/browser/pages.mjs";
/// What npm reads: the two packages, and the exact versions of them.
const MANIFESTS: [(&str, &str); 2] = [
    ("package.json", include_str!("package.json")),
    ("package-lock.json", include_str!("package-lock.json")),
];
/// What a browser may be called.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The chore: the step alone.
///
/// # Errors
/// As [`step`], and for any word.
pub(crate) fn run(words: &[String]) -> Outcome {
    if !words.is_empty() {
        return Err("usage: cargo xtask browser".into());
    }
    alone(step)
}

/// Writes the pages with the program that the build step left, and opens them.
///
/// # Errors
/// When a page has a problem, and when a tool is missing although `CI=true`: there it would be missed for good.
pub(crate) fn step() -> Result<Ending, String> {
    let repository = Repository::here()?;
    let root = Repository::root()?;
    let target = repository.metadata["target_directory"].as_str().unwrap_or("target");
    let folder = Path::new(target).join("browser");
    let tools = browser().and_then(|browser| modules(&folder).map(|()| browser));
    let browser = match tools {
        Ok(browser) => browser,
        Err(why) => return missing(why),
    };
    let pages = pages(&root, &folder)?;
    let mut node = Command::new("node");
    node.arg(SCRIPT).arg(&folder).arg(&browser).args(&pages).current_dir(&root);
    let output = node.output().map_err(|error| format!("{node:?} could not be started: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        println!("{}: nothing to mend", said.trim());
        return Ok(Ending::Fine);
    }
    Err(format!("{}{}", said, String::from_utf8_lossy(&output.stderr)))
}

/// A browser, from Debian on a machine of the CI.
fn browser() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let find = || {
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let all = BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        all.into_iter().find(|file| file.is_file())
    };
    if find().is_none() && crate::gate::on_ci() {
        println!("chromium is missing, asking Debian for it");
        let packages = ["nodejs", "npm", "chromium"];
        finish(Command::new("apt-get").args(["install", "--yes", "--no-install-recommends"]).args(packages))?;
    }
    find().ok_or_else(|| "there is no chromium".to_owned())
}

/// The two packages of npm, installed once for each version of the lock file.
fn modules(folder: &Path) -> Outcome {
    let installed = folder.join("installed.json");
    let lock = MANIFESTS[1].1;
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == lock) {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (name, text) in MANIFESTS {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(folder);
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    printed(&mut npm).map_err(|why| format!("axe-core and playwright-core cannot be installed: {why}"))?;
    std::fs::write(installed, lock).map_err(failed)
}

/// The page of each experiment.
fn pages(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let page = |(name, words): &(&str, &[&str])| {
        let out = folder.join(name);
        let mut run = Command::new(program(root)?);
        run.arg("run").arg(Path::new("experiments").join(name)).args([
            "--replications",
            "2",
            "--charts",
            "none",
        ]);
        printed(run.args(*words).args(["--quiet", "--out"]).arg(&out).current_dir(root))?;
        Ok(out.join("report.html"))
    };
    EXPERIMENTS.iter().map(page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_refused() {
        assert!(run(&["firefox".into()]).unwrap_err().starts_with("usage"));
    }

    #[test]
    fn the_lock_file_names_the_versions_of_the_manifest_and_no_host() {
        let [(_, manifest), (_, lock)] = MANIFESTS;
        for package in ["axe-core", "playwright-core"] {
            let line = manifest.lines().find(|line| line.contains(package)).expect("it is named");
            assert!(lock.contains(line.trim().trim_end_matches(',')), "{line}");
        }
        assert!(!lock.contains("://"), "a lock file with hosts works with one registry alone");
    }
}
