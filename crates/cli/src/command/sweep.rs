//! `brownout sweep PATH`: every point of some axes, then how the numbers change.

use super::lab::{Lab, stopped};
use crate::arguments::{Format, Sweep};
use crate::failure::Failure;
use crate::progress;
use crate::{source, terminal};
use brownout::swept::Swept;
use brownout::words::{self, screen};
use brownout::{Case, Forecast, Gather, Means, Wide, axis_values, sweep};
use brownout_host::folder::{self, Older, Writing};
use std::fs::File;
use std::path::PathBuf;

/// The tables of a sweep.
const RUNS: &str = "runs.parquet";
const POINTS: &str = "points.parquet";
const SCENARIO: &str = "scenario.toml";

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
    let out = place(typed, &source.name);
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
        writing.finish(Older::Goes)?;
        let out = out.expect("what is written has a place");
        terminal::data(&format!("tables  {}\n", out.join(RUNS).display()))?;
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

fn place(typed: &Sweep, name: &str) -> Option<PathBuf> {
    let text = typed.format == Format::Text && !typed.no_out && typed.shard.is_none();
    let default = || text.then(|| PathBuf::from("brownout-out").join(format!("{name}-sweep")));
    typed.out.clone().or_else(default)
}
