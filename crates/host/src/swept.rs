//! The folder of a sweep: its tables, its page, and what was asked, so that a point can be run again.

use crate::file::Unusable;
use crate::folder::{Older, Writing};
use brownout::results::File;
use brownout::swept::Swept;
use brownout::{Case, Gather, Means, Overrides, Points, Stopped, VERSION, Wide, sweep};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// The numbers of each run.
pub const RUNS: &str = "runs.parquet";
/// Those of each point, over its runs.
pub const POINTS: &str = "points.parquet";
const SCENARIO: &str = "scenario.toml";
const ASKED: &str = "asked.json";

/// What was asked of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Of brownout.
    version: String,
    /// The scenario, as it was typed.
    pub path: String,
    /// Nothing was read outside of its folder.
    pub confined: bool,
    /// What was changed in it, axes that were typed among that.
    pub set: Vec<(String, String)>,
    /// Only this variant.
    pub variant: Option<String>,
    /// Instead of that of the scenario.
    pub seed: Option<u64>,
    /// Instead of those of the scenario.
    pub replications: Option<u32>,
    /// Nothing ran beside each seed.
    pub alone: bool,
}

impl Asked {
    /// Of a scenario by its path, under these overrides.
    pub fn of(path: &str, confined: bool, overrides: &Overrides, alone: bool) -> Self {
        let Overrides { set, variant, seed, replications } = overrides.clone();
        Asked {
            version: VERSION.to_owned(),
            path: path.to_owned(),
            confined,
            set,
            variant,
            seed,
            replications,
            alone,
        }
    }

    /// That of a folder.
    ///
    /// # Errors
    /// If no sweep has written the folder, or another version has.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(ASKED);
        let wrong = |why: String| format!("{}: {why}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| {
            wrong(format!("{error}\nhint: name a folder that brownout sweep has written"))
        })?;
        let asked: Asked = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if asked.version != VERSION {
            return Err(wrong(format!(
                "brownout {} wrote it, and this is {VERSION}: sweep again",
                asked.version
            )));
        }
        Ok(asked)
    }

    /// What was laid over the scenario.
    pub fn overrides(&self) -> Overrides {
        let Asked { set, variant, seed, replications, .. } = self.clone();
        Overrides { set, variant, seed, replications }
    }
}

/// What is laid over a scenario at one point of its sweep.
///
/// # Errors
/// If there is no such point.
pub fn point(base: &Case, overrides: &Overrides, number: u64) -> Result<Overrides, String> {
    let sweep = base.scenario.sweep.as_ref();
    let points = sweep.map(|sweep| (sweep, Points::new(sweep, base.scenario.seed)));
    let found = points.and_then(|(sweep, points)| {
        points.iter().find(|point| point.number == number).map(|point| point.over(sweep, overrides))
    });
    found.ok_or_else(|| {
        let count = points.map_or(0, |(_, points)| points.count());
        format!("point {number}: this sweep has points 0 to {}", count.saturating_sub(1))
    })
}

/// Why there are no tables.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// Runs stopped.
    #[error("{0}")]
    Stopped(#[from] Stopped),
    /// A file.
    #[error("{0}")]
    File(#[from] Unusable),
    /// A table.
    #[error("{0}")]
    Table(String),
}

/// Sweeps, and writes its tables as it goes into a folder that is not in its place yet.
///
/// # Errors
/// Why there are no tables; nothing of them is left.
pub fn sweep_into(
    base: &Case,
    wide: Wide<'_>,
    means: Means<'_>,
    out: Option<&Path>,
) -> Result<(Swept, Option<Writing>), SweepError> {
    let mut writing = out.map(Writing::begin).transpose()?;
    let files = match &mut writing {
        Some(writing) => Some((writing.file(RUNS)?, writing.file(POINTS)?)),
        None => None,
    };
    let mut gather: Gather<fs::File> = Gather::new(base, wide.sweep, files);
    sweep(wide, base.scenario.seed, means, |visited| gather.add(visited))?;
    let (swept, files) = gather.finish().map_err(SweepError::Table)?;
    drop(files);
    Ok((swept, writing))
}

/// Adds the rest to the folder of a sweep, and puts it into its place.
///
/// # Errors
/// If it cannot be written.
///
/// # Panics
/// Never: what was asked is plain data.
pub fn finish(mut writing: Writing, base: &Case, asked: &Asked, pages: &[File]) -> Result<(), Unusable> {
    writing.put(SCENARIO, base.text.as_bytes())?;
    writing.put(ASKED, &serde_json::to_vec_pretty(asked).expect("what was asked is plain data"))?;
    writing.put_all(pages)?;
    writing.finish(Older::Goes)
}
