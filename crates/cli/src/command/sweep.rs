//! `brownout sweep PATH`: every point of some axes, then how the numbers change.

use crate::arguments::{Format, Runs, Sweep};
use crate::broken::as_shell;
use crate::failure::Failure;
use crate::progress;
use crate::progress::many::Many;
use crate::{source, terminal};
use brownout::swept::Swept;
use brownout::words::{self, screen};
use brownout::{
    Answer, Case, Forecast, Forgetful, Gather, Means, PAGE, Pictures, Stopped, Store, Wide, answer_pages,
    axis_values, sweep,
};
use brownout_host::folder::{self, Older, Writing};
use brownout_host::store::Folder;
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
    let store = store(&typed.runs)?;
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
    progress::watch_for_interrupts();
    let watch = Many::new("sweeping", forecast.runs, quiet);
    let means =
        Means { threads: typed.runs.threads, store: &*store, events: typed.runs.events_max, watch: &watch };
    let start = progress::now();
    let (swept, writing) = run(&base, wide, means, out.as_ref())?;
    watch.clear();
    let wall = start.elapsed().as_secs_f64();
    terminal::data(&match typed.format {
        Format::Text => screen::sweep(&swept, Some(wall)),
        Format::Json => format!("{:#}\n", words::swept(&swept)),
        Format::Jsonl | Format::Csv => words::swept_lines(&swept),
    })?;
    if let Some(mut writing) = writing {
        writing.put(SCENARIO, base.text.as_bytes())?;
        put_pages(&mut writing, Answer::Swept(&swept), &again(), typed.runs.threads)?;
        writing.finish(Older::Goes)?;
        let out = out.expect("what is written has a place");
        terminal::data(&format!("tables  {}\n", out.join(RUNS).display()))?;
        terminal::data(&format!("page    {}\n", out.join(PAGE).display()))?;
    }
    Ok(())
}

type Swept2 = (Swept, Option<Writing>);

fn run(base: &Case, wide: Wide<'_>, means: Means<'_>, out: Option<&PathBuf>) -> Result<Swept2, Failure> {
    let mut writing = out.map(|out| Writing::begin(out)).transpose()?;
    let files = match &mut writing {
        Some(writing) => Some((writing.file(RUNS)?, writing.file(POINTS)?)),
        None => None,
    };
    let mut gather: Gather<File> = Gather::new(base, wide.sweep, files);
    let done = sweep(wide, base.scenario.seed, means, |visited| gather.add(visited));
    done.map_err(|stopped| failure(&stopped))?;
    let (swept, files) = gather.finish().map_err(Failure::Failed)?;
    drop(files);
    Ok((swept, writing))
}

/// Puts the page of an answer and its pictures into a folder.
pub(super) fn put_pages(
    writing: &mut Writing,
    answer: Answer<'_>,
    again: &str,
    threads: usize,
) -> Result<(), Failure> {
    let pictures = Pictures { svg: true, png: true };
    let files =
        answer_pages(answer, again, pictures, threads).map_err(|error| Failure::Failed(error.to_string()))?;
    for file in files {
        writing.put(&file.path, &file.bytes)?;
    }
    Ok(())
}

/// What was typed, to be typed again.
fn again() -> String {
    let words = std::env::args().skip(1).map(|word| as_shell(&word));
    std::iter::once("brownout".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// Why runs stopped, and that nothing is lost.
pub(super) fn failure(stopped: &Stopped) -> Failure {
    match stopped {
        Stopped::Interrupted => Failure::Interrupted(
            "interrupted: what was run is kept, and the same command goes on from there.".to_owned(),
        ),
        Stopped::Failed(why) => Failure::Failed(why.clone()),
    }
}

/// Where runs are kept, as it was typed.
pub(super) fn store(runs: &Runs) -> Result<Box<dyn Store>, Failure> {
    if runs.no_store {
        return Ok(Box::new(Forgetful));
    }
    let opened = Folder::open(&runs.store).map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(Box::new(opened))
}

fn place(typed: &Sweep, name: &str) -> Option<PathBuf> {
    let text = typed.format == Format::Text && !typed.no_out && typed.shard.is_none();
    let default = || text.then(|| PathBuf::from("brownout-out").join(format!("{name}-sweep")));
    typed.out.clone().or_else(default)
}
