//! The simulator held against queueing theory, by the same path that every scenario takes.

use crate::{Case, Document, Library, NoFiles, Overrides, Settings, digests};
use brownout_analysis::{Law, laws as hold};
use brownout_lab::{Error, Progress};
use brownout_scenario::Problems;
use brownout_shipped::{SCHEME, laws as shipped};

/// The laws that ship whose name has `only` in it; all without it.
///
/// # Errors
/// If one of them is no valid scenario.
pub fn laws(only: Option<&str>) -> Result<Vec<Case>, Problems> {
    let wanted = shipped().filter(|file| only.is_none_or(|only| file.stem().contains(only)));
    let case = |file: brownout_shipped::Shipped| {
        let document = Document::parse(&format!("{SCHEME}/{}", file.path), &Library::with(NoFiles))?;
        Case::compile(&document, &Overrides::default())
    };
    wanted.map(case).collect()
}

/// Why there is no law, and which there are.
pub fn no_law(only: Option<&str>) -> String {
    let known: Vec<&str> = shipped().map(|file| file.stem()).collect();
    let asked = only.map_or("no law ships".to_owned(), |only| format!("no law has {only:?} in its name"));
    format!("{asked}\nhint: there are {}", known.join(", "))
}

/// What held, law by law, and how many events it took.
///
/// # Errors
/// If a run is interrupted or grows past its limit.
pub fn verify<P: Progress>(cases: &[Case], threads: usize, progress: &[P]) -> Result<(Vec<Law>, u64), Error> {
    let runs =
        digests(cases, Settings { threads, windows: false, beside: false, provenance: false }, progress)?;
    let events = runs.iter().flatten().map(|digest| digest.events).sum();
    let rows = cases.iter().zip(&runs).flat_map(|(case, runs)| hold(&case.scenario.laws, &case.legend, runs));
    Ok((rows.collect(), events))
}
