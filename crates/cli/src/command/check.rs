//! `brownout check PATH`: what is wrong with a scenario, or what a run of it would do.

use crate::arguments::{Check, Plain};
use crate::failure::Failure;
use crate::output::table::{BOLD, Cell, DIM, Side, Table, paint, wrap};
use crate::source::Source;
use crate::terminal;
use brownout_report::number::{self, Unit};
use brownout_scenario::{Capacity, Options, Problems, Scenario};
use serde_json::{Value, json};

/// What fits on every terminal.
const WIDTH: usize = 80;

pub(super) fn perform(check: &Check, quiet: bool) -> Result<(), Failure> {
    let source = Source::open(&check.which.path)?;
    let options = check.which.options();
    match check.format {
        Plain::Json => as_json(&source, &options),
        Plain::Text => {
            let scenario = source.load(&options).map_err(|problems| Failure::invalid(&problems))?;
            if !quiet {
                super::warn(std::slice::from_ref(&scenario));
            }
            terminal::data(&describe(&scenario))
        }
    }
}

/// Problems are data here: they go to standard output, and the exit code says whether there is an error.
fn as_json(source: &Source, options: &Options) -> Result<(), Failure> {
    let object = |valid: bool, problems: &Problems, hash: Option<u64>, capacities: Value| {
        let hash = hash.map(|hash| format!("{hash:016x}"));
        let version = env!("CARGO_PKG_VERSION");
        format!(
            "{:#}\n",
            json!({
                "version": version, "valid": valid, "scenario_hash": hash, "problems": problems,
                "capacities": capacities,
            })
        )
    };
    match source.load(options) {
        Ok(scenario) => {
            let of = |c: &Capacity| json!({ "tier": c.tier, "advertised": c.advertised, "hidden": c.hidden });
            let capacities = scenario.capacities.iter().map(of).collect();
            terminal::data(&object(true, &scenario.warnings, Some(scenario.hash), capacities))
        }
        Err(problems) => {
            terminal::data(&object(false, &problems, None, Value::Null))?;
            Err(Failure::Invalid(String::new()))
        }
    }
}

fn describe(scenario: &Scenario) -> String {
    let mut out = format!("{}\n", paint(&scenario.title, BOLD));
    for line in wrap(&scenario.question, WIDTH) {
        out.push_str(&paint(&line, DIM));
        out.push('\n');
    }
    let capacities = capacities(scenario);
    let parts = [out, places(scenario), capacities, facts(scenario)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Loads and tiers, and whom they call.
fn places(scenario: &Scenario) -> String {
    let mut table = Table::new(&[("place", Side::Left), ("kind", Side::Left), ("calls", Side::Left)]);
    for place in brownout_lab::layout(&scenario.model).places {
        let calls = wrap(&place.calls.join(", "), WIDTH / 2);
        let mut calls = calls.into_iter();
        let first = calls.next().unwrap_or_default();
        table.row(vec![Cell::plain(place.name), Cell::plain(place.kind), Cell::plain(first)]);
        for more in calls {
            table.row(vec![Cell::plain(""), Cell::plain(""), Cell::plain(more)]);
        }
    }
    table.render()
}

/// What tiers can serve, as multiples of the load at the start.
fn capacities(scenario: &Scenario) -> String {
    if scenario.capacities.is_empty() {
        return String::new();
    }
    let head = [
        ("capacity, of the load at the start", Side::Left),
        ("advertised", Side::Right),
        ("hidden", Side::Right),
    ];
    let mut table = Table::new(&head);
    for capacity in &scenario.capacities {
        let times = |of: f64| Cell::plain(format!("{of:.2} ×"));
        table.row(vec![
            Cell::plain(capacity.tier.clone()),
            times(capacity.advertised),
            times(capacity.hidden),
        ]);
    }
    let mut out = table.render();
    let note = "Advertised: first attempts, warm caches. Hidden: every try that may be made, empty caches; above it \
        an outage may stay when its cause is gone.";
    for line in wrap(note, WIDTH) {
        out.push_str(&paint(&line, DIM));
        out.push('\n');
    }
    out
}

fn facts(scenario: &Scenario) -> String {
    let model = &scenario.model;
    let layout = brownout_lab::layout(model);
    let clock = |span: brownout_units::Span| number::clock(span.as_secs_f64());
    // Renewals of leases are calls of tiers: nobody does them.
    let asked =
        |at: &usize| layout.places[..layout.loads].iter().any(|load| load.paths.contains(&(*at as u8)));
    let asked = (0..layout.paths.len()).filter(asked).map(|at| &layout.paths[at]);
    let paths: Vec<String> = asked.map(|(class, operation)| format!("{class} {operation}")).collect();
    let events = number::value(scenario.events, Unit::Count);
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let expected = count(scenario.expectations.len(), "expectation");
    let laws = if scenario.laws.is_empty() {
        String::new()
    } else {
        format!(", {}", count(scenario.laws.len(), "law"))
    };
    let runs = count(scenario.replications as usize, "replication");
    let windows = format!("{} of {}", count(layout.windows(), "window"), clock(layout.window));
    let mut rows = vec![
        ("users do", paths.join(", ")),
        ("run", format!("{runs} of {}, {} warm-up, {windows}", clock(model.duration), clock(model.warmup))),
        ("events", format!("about {events} each")),
        ("goes wrong", count(model.faults().count(), "fault")),
        ("checked", format!("{expected}{laws}")),
    ];
    if !scenario.variants.is_empty() {
        rows.push(("variants", scenario.variants.join(", ")));
    }
    if !scenario.sweep.is_empty() {
        let axes = scenario.sweep.iter().map(|axis| format!("{} ({} values)", axis.path, axis.values.len()));
        rows.push(("sweep", axes.collect::<Vec<_>>().join(", ")));
    }
    let version = env!("CARGO_PKG_VERSION");
    rows.push((
        "stamp",
        format!("brownout {version} · scenario {:016x} · seed {}", scenario.hash, scenario.seed),
    ));
    let mut out = String::new();
    for (name, text) in rows {
        for (at, line) in wrap(&text, WIDTH - 12).iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            let name = paint(&format!("{name:<10}"), DIM);
            out.extend([name.as_str(), "  ", line, "\n"]);
        }
    }
    out
}
