//! What happens to a program from outside: it is killed while it writes, its pipes are closed, its disk is full.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::Campaign;
use super::dice::Dice;
use super::program::{ends, signal, wait};

const TIME: Duration = Duration::from_secs(60);
const SCENARIO: &str = "crates/cli/tests/scenarios/tiny.toml";

/// A folder of one case, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("brownout-attack-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A run over the results of another one is killed at some time: what is there then is whole.
pub(super) fn kill(campaign: &Campaign, dice: &mut Dice) -> Result<(), String> {
    let folder = Folder::new()?;
    let out = text(&folder.0.join("out"));
    let scenario = campaign.program.path_of(SCENARIO);
    let words = |seed| ["run", &scenario, "--out", &out, "-q", "--alone", "--seed", seed].map(str::to_owned);
    let start = |seed| {
        let words = words(seed);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = campaign.program.command(&words);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let begun = super::now();
    wait(&mut start("1"), TIME)?;
    let whole = begun.elapsed();
    let mut child = start("2").spawn().map_err(|error| error.to_string())?;
    // In the second half of its time it writes.
    std::thread::sleep(whole.mul_f64(0.5 + dice.below(60) as f64 / 100.0));
    let name = *dice.one(&["KILL", "TERM", "INT"]);
    signal(&child, name);
    ends(&mut child, TIME).ok_or_else(|| format!("it does not end by {name}"))?;
    let drawn = text(&folder.0.join("drawn"));
    let told = wait(&mut campaign.program.command(&["report", &out, "--out", &drawn, "-q"]), TIME)?;
    let page =
        |folder: &str| std::fs::read_to_string(Path::new(folder).join("report.html")).unwrap_or_default();
    if told.text.is_empty() && page(&out) == page(&drawn) && !page(&out).is_empty() {
        return Ok(());
    }
    Err(format!("after {name} the folder is neither old nor new: {}", told.text))
}

/// Streams that are closed or full.
pub(super) fn streams(campaign: &Campaign, dice: &mut Dice) -> Result<(), String> {
    let scenario = campaign.program.path_of(SCENARIO);
    let words = *dice.one(&[
        &["list"][..],
        &["schema"],
        &["run", "SCENARIO", "--no-out", "-q"],
        &["run", "SCENARIO", "--format", "json"],
        &["check", "SCENARIO"],
    ]);
    let words: Vec<&str> =
        words.iter().map(|word| if *word == "SCENARIO" { scenario.as_str() } else { word }).collect();
    let mut command = campaign.program.command(&words);
    // A reader that has gone.
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| error.to_string())?;
    drop((child.stdout.take(), child.stderr.take()));
    let ended = ends(&mut child, TIME).ok_or("it does not end without a reader")?;
    if ended.code() != Some(0) {
        return Err(format!("{words:?} without a reader: {ended}"));
    }
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else { return Ok(()) };
    let mut child = campaign.program.command(&words).stdout(full).stderr(Stdio::null()).spawn();
    let child = child.as_mut().map_err(|error| error.to_string())?;
    let ended = ends(child, TIME).ok_or("it does not end on a full disk")?;
    if ended.code() == Some(1) { Ok(()) } else { Err(format!("{words:?} on a full disk: {ended}")) }
}
