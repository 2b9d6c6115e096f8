//! `brownout run PATH`: every variant under every replication, then what happened.

use crate::arguments::{Format, Run};
use crate::failure::Failure;
use crate::memory;
use crate::output::folder;
use crate::progress::{self, Bar};
use crate::source::Source;
use crate::terminal;
use brownout_analysis::{Origin, analyse};
use brownout_lab::{Error, replicate};
use brownout_report::{Findings, csv, json, json_lines, screen};
use brownout_scenario::{Overrides, Scenario};
use std::path::PathBuf;

pub(super) fn perform(run: &Run, quiet: bool) -> Result<(), Failure> {
    let source = Source::open(&run.which.path)?;
    let scenarios = load_variants(&source, &run.which.options())?;
    if !quiet {
        super::warn(&scenarios);
    }
    if !quiet && scenarios.iter().any(|scenario| !scenario.sweep.is_empty()) {
        terminal::say("note: [sweep] is checked but not run yet: this runs the values outside it\n");
    }
    let out = place(run, &source.name);
    if let Some(out) = &out {
        // An hour of simulation shall not end at a folder that cannot be written.
        folder::try_out(out)?;
    }
    progress::watch_for_interrupts();
    let findings = simulate(&scenarios, run.threads, quiet)?;
    print(run.format, &scenarios, &findings)?;
    if let Some(out) = out {
        let report = folder::write(&out, &findings)?;
        match run.format {
            Format::Text => terminal::data(&format!("report  {}\n", report.display()))?,
            _ if quiet => {}
            _ => terminal::say(&format!("report  {}\n", report.display())),
        }
    }
    expectations(&findings, quiet)
}

/// The scenario as it stands and all its variants, or the one that was asked for.
fn load_variants(source: &Source, options: &Overrides) -> Result<Vec<Scenario>, Failure> {
    let load = |options: &Overrides| source.load(options).map_err(|problems| Failure::invalid(&problems));
    let base = load(options)?;
    let names = if options.variant.is_none() { base.variants.clone() } else { Vec::new() };
    let mut scenarios = vec![base];
    for name in names {
        scenarios.push(load(&Overrides { variant: Some(name), ..options.clone() })?);
    }
    Ok(scenarios)
}

fn simulate(scenarios: &[Scenario], threads: usize, quiet: bool) -> Result<Vec<Findings>, Failure> {
    let mut findings = Vec::new();
    for scenario in scenarios {
        let label = scenario.variant.as_deref().unwrap_or("base");
        let bar = Bar::new(label, scenario.replications, scenario.model.duration, quiet);
        fits(scenario).unwrap_or_else(|error| Err(failure(&error, scenario, &bar, &findings)))?;
        let start = progress::now();
        let runs = replicate(&scenario.model, scenario.seed, scenario.replications, threads, &bar);
        let wall_seconds = start.elapsed().as_secs_f64();
        bar.clear();
        let runs = runs.map_err(|error| failure(&error, scenario, &bar, &findings))?;
        let origin = Origin { version: env!("CARGO_PKG_VERSION").to_owned(), wall_seconds };
        findings.push(progress::without_asking(|| analyse(scenario, &runs, &origin)));
    }
    Ok(findings)
}

/// Whether many replications fit into memory, by what one of them keeps.
fn fits(scenario: &Scenario) -> Result<Result<(), Failure>, Error> {
    if scenario.replications < memory::MANY {
        return Ok(Ok(()));
    }
    let first = brownout_lab::run(&scenario.model, scenario.seed, 0, &progress::Unseen)?;
    Ok(memory::suffices(first.bytes(), scenario.replications))
}

fn failure(error: &Error, scenario: &Scenario, bar: &Bar, finished: &[Findings]) -> Failure {
    let Error::Interrupted { .. } = error else { return Failure::Failed(error.to_string()) };
    let (done, events) = bar.so_far();
    let before = match finished.len() {
        0 => String::new(),
        1 => "1 variant was done; ".to_owned(),
        n => format!("{n} variants were done; "),
    };
    Failure::Interrupted(format!(
        "interrupted: {before}{done} of {} replications of {} were done, after {} events. Nothing was written.",
        scenario.replications,
        scenario.variant.as_deref().unwrap_or("the scenario"),
        brownout_report::number::grouped(events),
    ))
}

fn print(format: Format, findings: &[Findings], wall: f64) -> Result<(), Failure> {
    terminal::data(&match format {
        Format::Text => screen::summary(findings, Some(wall)),
        Format::Json => format!("{:#}\n", json(findings, Some(wall))),
        Format::Jsonl => json_lines(findings, Some(wall)),
        Format::Csv => csv(findings),
    })
}

/// Where files go, if they do.
fn place(run: &Run, name: &str) -> Option<PathBuf> {
    let default = || {
        let text = run.format == Format::Text && !run.no_out;
        // One variant alone does not take the place of all of them.
        let variant = run.which.variant.as_ref().map(|variant| format!("-{}", folder::plain(variant)));
        text.then(|| PathBuf::from("brownout-out").join(format!("{name}{}", variant.unwrap_or_default())))
    };
    run.out.clone().or_else(default)
}

fn expectations(findings: &[Findings], quiet: bool) -> Result<(), Failure> {
    let all = || findings.iter().flat_map(|variant| &variant.expectations);
    let (count, unmet) = (all().count(), all().filter(|expectation| !expectation.pass).count());
    if unmet == 0 {
        return Ok(());
    }
    let said = if quiet { String::new() } else { format!("{unmet} of {count} expectations failed") };
    Err(Failure::Unmet(said))
}
