//! `brownout sweep PATH`: every point of some axes, then how the numbers change.

use super::lab::{Lab, pages, stopped};
use crate::again::again;
use crate::arguments::{Format, Sweep};
use crate::failure::Failure;
use crate::progress;
use crate::{source, terminal};
use brownout::swept::Swept;
use brownout::words::{self, screen};
use brownout::{Answer, Case, Forecast, Gather, Means, PAGE, VERSION, Wide, axis_values, sweep};
use brownout_host::folder::{self, Older, Writing};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The tables of a sweep.
const RUNS: &str = "runs.parquet";
const POINTS: &str = "points.parquet";
const SCENARIO: &str = "scenario.toml";
/// What was asked, so that a point can be run again.
const ASKED: &str = "asked.json";

/// What was asked of a sweep.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    /// Of brownout.
    version: String,
    /// The scenario, as it was typed.
    pub(super) path: String,
    pub(super) confined: bool,
    pub(super) set: Vec<(String, String)>,
    pub(super) variant: Option<String>,
    pub(super) seed: Option<u64>,
    pub(super) replications: Option<u32>,
    pub(super) alone: bool,
}

impl Asked {
    fn of(typed: &Sweep) -> Self {
        let which = &typed.which;
        let axes = typed.axis.iter().map(|(path, values)| axis_values(path, values));
        Asked {
            version: VERSION.to_owned(),
            path: which.path.clone(),
            confined: which.confined,
            set: which.set.iter().cloned().chain(axes).collect(),
            variant: which.variant.clone(),
            seed: which.seed,
            replications: which.replications,
            alone: typed.alone,
        }
    }

    /// That of a folder.
    ///
    /// # Errors
    /// If no sweep has written the folder, or another version has.
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(ASKED);
        let wrong = |why: String| Failure::Failed(format!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(&path).map_err(|error| {
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
}

pub(super) fn perform(typed: &Sweep, quiet: bool) -> Result<(), Failure> {
    let source = source::open(&typed.which)?;
    let mut overrides = typed.which.overrides();
    overrides.set.extend(typed.axis.iter().map(|(path, values)| axis_values(path, values)));
    let invalid = |problems| Failure::invalid(&problems);
    let document = source.document(&overrides).map_err(invalid)?;
    let base = Case::check(&document, &overrides).map_err(invalid)?;
    if !quiet {
        super::warn(std::slice::from_ref(&base));
    }
    let Some(axes) = &base.scenario.sweep else {
        let hint = "add [sweep] to the file, or an axis here: --axis tier.auth.replicas=1..16";
        return Err(Failure::Failed(format!("this scenario has no axes to sweep over\nhint: {hint}")));
    };
    let is_read = typed.format == Format::Text && typed.shard.is_none();
    let out = typed.place.or(|| format!("{}-sweep", source.name), is_read);
    if let Some(out) = &out {
        folder::try_out(out)?;
    }
    let wide = Wide {
        document: &document,
        overrides: &overrides,
        sweep: axes,
        beside: !typed.alone,
        shard: typed.shard.unwrap_or((0, 1)),
    };
    let forecast = Forecast::of(&base, wide);
    if !quiet {
        let Forecast { points, replications, runs, bytes, .. } = forecast;
        let cores = if typed.runs.threads == 0 { progress::cores() } else { typed.runs.threads };
        terminal::say(&screen::forecast(points, replications, runs, forecast.seconds(cores), bytes));
    }
    let lab = Lab::open(&typed.runs, &source.name, &base, ("sweeping", forecast.runs), quiet)?;
    let start = progress::now();
    let ran = run(&base, wide, lab.means(), out.as_ref());
    lab.close(&base);
    let (swept, writing) = ran?;
    let wall = start.elapsed().as_secs_f64();
    terminal::data(&match typed.format {
        Format::Text => screen::sweep(&swept, Some(wall)),
        Format::Json => format!("{:#}\n", words::swept(&swept)),
        Format::Jsonl | Format::Csv => words::swept_lines(&swept),
    })?;
    if let Some(mut writing) = writing {
        writing.put(SCENARIO, base.text.as_bytes())?;
        let asked = serde_json::to_vec_pretty(&Asked::of(typed)).expect("what was typed is plain data");
        writing.put(ASKED, &asked)?;
        let pages = pages(Answer::Swept(&swept), &again(&[], &[]), typed.runs.threads);
        writing.put_all(&pages.map_err(Failure::Failed)?)?;
        writing.finish(Older::Goes)?;
        let out = out.expect("what is written has a place");
        terminal::data(&format!("tables  {}\n", out.join(RUNS).display()))?;
        terminal::data(&format!("page    {}\n", out.join(PAGE).display()))?;
    }
    Ok(())
}

/// What was found, and the folder that its tables are written into.
type Ran = (Swept, Option<Writing>);

fn run(base: &Case, wide: Wide<'_>, means: Means<'_>, out: Option<&PathBuf>) -> Result<Ran, Failure> {
    let mut writing = out.map(|out| Writing::begin(out)).transpose()?;
    let files = match &mut writing {
        Some(writing) => Some((writing.file(RUNS)?, writing.file(POINTS)?)),
        None => None,
    };
    let mut gather: Gather<File> = Gather::new(base, wide.sweep, files);
    let done = sweep(wide, base.scenario.seed, means, |visited| gather.add(visited));
    done.map_err(|why| stopped(&why))?;
    let (swept, files) = gather.finish().map_err(Failure::Failed)?;
    drop(files);
    Ok((swept, writing))
}
