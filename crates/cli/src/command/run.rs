//! `brownout run PATH`: every variant under every replication, then what happened.

use super::lab::unanswered;
use crate::arguments::{Format, Run};
use crate::failure::Failure;
use crate::source;
use brownout::results::{Contents, File, TIMING, Timing};
use brownout::words::{csv, json, json_lines, screen};
use brownout::{Asking, Case, Findings, PAGE, Settings, find, fold, report};
use brownout_host::folder::{self, Older};
use brownout_terminal as terminal;
use brownout_terminal::lab::explained;
use brownout_terminal::progress::{self, Bars, memory};
use std::path::{Path, PathBuf};

pub(super) fn perform(run: &Run, quiet: bool) -> Result<(), Failure> {
    let source = source::open(&run.which)?;
    let mut overrides = run.which.overrides();
    if run.replication.is_some() {
        overrides.replications = Some(1);
    }
    let mut cases = source.cases(&overrides)?;
    for case in &mut cases {
        case.first = run.replication.unwrap_or(0);
    }
    if !quiet {
        super::warn(&cases);
    }
    if !quiet && cases.iter().any(|case| case.scenario.sweep.is_some()) {
        terminal::say("note: this runs the values outside of [sweep]; brownout sweep runs those in it\n");
    }
    let out = place(run, &source.name);
    if let Some(out) = &out {
        // An hour of simulation shall not end at a folder that cannot be written.
        folder::try_out(out)?;
    }
    let threads = if run.shown.threads == 0 { progress::cores() } else { run.shown.threads };
    memory::fits(&cases, threads, quiet).map_err(Failure::Failed)?;
    progress::watch_for_interrupts();
    let settings =
        Settings { threads: run.shown.threads, windows: true, beside: !run.alone, provenance: true };
    let (mut findings, timing) = simulate(&cases, settings, quiet)?;
    if run.causes {
        let document = source.document(&overrides)?;
        let asking = Asking { document: &document, overrides: &overrides };
        let asked = explained(asking, &source.name, &cases, findings, (threads, quiet));
        findings = asked.map_err(|error| unanswered(&error))?;
    }
    print(run.format, &findings, timing.wall_seconds)?;
    let unmet = screen::unmet(&findings);
    if let Some(out) = out {
        write(&out, &cases, findings, &timing, run)?;
        let said = format!("report  {}\n", out.join(PAGE).display());
        terminal::placed(&said, (run.format == Format::Text, quiet))?;
    }
    unmet.map_or(Ok(()), |said| Err(Failure::Unmet(if quiet { String::new() } else { said })))
}

fn simulate(cases: &[Case], settings: Settings, quiet: bool) -> Result<(Vec<Findings>, Timing), Failure> {
    let bars = Bars::new("running", cases, quiet);
    let start = progress::now();
    let folds = fold(cases, settings, bars.cases());
    let simulation_seconds = start.elapsed().as_secs_f64();
    bars.clear();
    let folds = folds.map_err(|error| super::ended(&error, &bars))?;
    let findings = progress::without_asking(|| find(cases, folds));
    let wall_seconds = start.elapsed().as_secs_f64();
    let timing = Timing {
        wall_seconds,
        simulation_seconds,
        analysis_seconds: wall_seconds - simulation_seconds,
        threads: settings.threads as u32,
    };
    Ok((findings, timing))
}

fn print(format: Format, findings: &[Findings], wall: f64) -> Result<(), Failure> {
    super::data(&match format {
        Format::Text => screen::summary(findings, Some(wall)),
        Format::Json => format!("{:#}\n", json(findings, Some(wall))),
        Format::Jsonl => json_lines(findings, Some(wall)),
        Format::Csv => csv(findings),
    })
}

fn write(
    out: &Path,
    cases: &[Case],
    findings: Vec<Findings>,
    timing: &Timing,
    run: &Run,
) -> Result<(), Failure> {
    let scenarios = cases.iter().map(|case| case.text.clone()).collect();
    let contents = Contents { findings, scenarios };
    let files = progress::without_asking(|| report(&contents, run.shown.wanted()));
    let mut files = files.map_err(|error| Failure::Failed(error.to_string()))?;
    let timing = serde_json::to_vec_pretty(timing).expect("times are plain data");
    files.push(File { path: TIMING.to_owned(), bytes: timing });
    Ok(folder::write(out, &files, Older::Goes)?)
}

/// Where files go, if they do.
fn place(run: &Run, name: &str) -> Option<PathBuf> {
    let usual = || {
        // One variant alone does not take the place of all of them.
        let variant = run.which.variant.as_ref().map(|variant| format!("-{}", folder::plain(variant)));
        format!("{name}{}", variant.unwrap_or_default())
    };
    run.place.or(usual, run.format == Format::Text)
}
