//! What `brownout run` does, on the library: `cargo run --example run -- SCENARIO FOLDER`.

use brownout::results::Contents;
use brownout::words::screen::summary;
use brownout::{Files, Library, Overrides, Pictures, Settings, Silent, Wanted, open, report, simulate};
use std::path::Path;

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}

/// Runs a scenario, writes its results folder, and gives what a terminal shows.
pub(crate) fn run(scenario: &str, folder: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let cases = open(scenario, &Library::with(Disk), &Overrides::default()).map_err(|p| p.render(false))?;
    let silent: Vec<Silent> = cases.iter().map(|_| Silent).collect();
    let findings =
        simulate(&cases, Settings { threads: 0, windows: true, beside: true, provenance: false }, &silent)?;
    let shown = summary(&findings, None);
    let contents = Contents { findings, scenarios: cases.into_iter().map(|case| case.text).collect() };
    let wanted =
        Wanted { pictures: Pictures { svg: true, png: false }, csv: false, openmetrics: false, threads: 0 };
    for file in report(&contents, wanted)? {
        let path = folder.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, file.bytes)?;
    }
    Ok(shown)
}

#[allow(clippy::print_stdout, reason = "an example talks to its reader")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, scenario, folder] = &arguments[..] else { return Err("usage: run SCENARIO FOLDER".into()) };
    print!("{}", run(scenario, Path::new(folder))?);
    Ok(())
}
