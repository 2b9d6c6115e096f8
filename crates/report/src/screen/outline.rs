//! A scenario before any run: what is in it, and what a run of it would do.

use super::WIDTH;
use super::number::under_heading;
use super::paint::{BOLD, DIM, paint, wrap};
use super::plan::plan;
use super::table::{Cell, Side, Table};
use crate::number;
use brownout_analysis::plan::Planned;
use brownout_metrics::Unit;
use brownout_units::Bytes;

/// What is known of a valid scenario before it is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What it asks; empty if it does not say.
    pub question: &'a str,
    /// Loads and tiers, in the order of the file.
    pub places: Vec<Place<'a>>,
    /// What tiers can serve; empty where that is not limited.
    pub capacities: Vec<Capacity<'a>>,
    /// What users do: class and operation.
    pub paths: Vec<(&'a str, &'a str)>,
    /// How many runs.
    pub replications: u32,
    /// Of one run.
    pub duration_seconds: f64,
    /// What results leave out at the start.
    pub warmup_seconds: f64,
    /// How many windows a run has.
    pub windows: usize,
    /// The length of one.
    pub window_seconds: f64,
    /// Of one run, about.
    pub events: f64,
    /// That all runs take on one thread, at most.
    pub memory: Bytes,
    /// How many things are to go wrong.
    pub faults: usize,
    /// What is planned, with its instants.
    pub plan: Vec<Planned>,
    /// How many expectations it has.
    pub expectations: usize,
    /// How many laws it is checked against.
    pub laws: usize,
    /// The names of its variants.
    pub variants: Vec<&'a str>,
    /// What it sweeps over, each with the number of values where these can be counted.
    pub sweep: Vec<(&'a str, Option<usize>)>,
    /// What that would take on one core, as a sentence; none where there is nothing to sweep over.
    pub forecast: Option<String>,
    /// What its plan promises.
    pub promises: Vec<&'a str>,
    /// Of brownout.
    pub version: &'a str,
    /// Of the scenario.
    pub scenario_hash: u64,
    /// Of the first replication.
    pub seed: u64,
}

/// A load or a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// As in the file.
    pub name: &'a str,
    /// As in the file: `load`, `service`, `inference`.
    pub kind: &'a str,
    /// The tiers that it calls.
    pub calls: Vec<&'a str>,
}

/// How much a tier can serve, as multiples of the load at the start of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capacity<'a> {
    /// As in the file.
    pub tier: &'a str,
    /// With warm caches, if nothing fails.
    pub advertised: f64,
    /// With empty caches, if everything is tried as often as it may be.
    pub hidden: f64,
}

/// The places, what they can serve, and the facts of a run.
pub fn outline(outline: &Outline<'_>) -> String {
    let mut out = format!("{}\n", paint(outline.title, BOLD));
    out.push_str(&dim(outline.question));
    let parts =
        [out, places(&outline.places), capacities(&outline.capacities), plan(&outline.plan), facts(outline)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Text that matters less, over as many lines as it needs.
fn dim(text: &str) -> String {
    wrap(text, WIDTH).iter().flat_map(|line| [paint(line, DIM), "\n".to_owned()]).collect()
}

/// Loads and tiers, and whom they call.
fn places(places: &[Place<'_>]) -> String {
    let mut table = Table::new(&[("place", Side::Left), ("kind", Side::Left), ("calls", Side::Left)]);
    for place in places {
        let mut calls = wrap(&place.calls.join(", "), WIDTH / 2).into_iter();
        let first = calls.next().unwrap_or_default();
        table.row(vec![Cell::plain(place.name), Cell::plain(place.kind), Cell::plain(first)]);
        for more in calls {
            table.row(vec![Cell::plain(""), Cell::plain(""), Cell::plain(more)]);
        }
    }
    table.render()
}

/// What tiers can serve, as multiples of the load at the start.
fn capacities(capacities: &[Capacity<'_>]) -> String {
    if capacities.is_empty() {
        return String::new();
    }
    let heading = "capacity, of the load at the start";
    let head = [(heading, Side::Left), ("advertised", Side::Right), ("hidden", Side::Right)];
    let mut table = Table::new(&head);
    for capacity in capacities {
        let times = |of: f64| Cell::plain(format!("{of:.2} ×"));
        table.row(vec![Cell::plain(capacity.tier), times(capacity.advertised), times(capacity.hidden)]);
    }
    let note = "Advertised: first attempts, warm caches. Hidden: every try that may be made, empty caches; above it \
        an outage may stay when its cause is gone.";
    table.render() + &dim(note)
}

fn facts(outline: &Outline<'_>) -> String {
    let mut rows = vec![
        (
            "users do",
            outline.paths.iter().map(|(class, op)| format!("{class} {op}")).collect::<Vec<_>>().join(", "),
        ),
        ("run", run(outline)),
        ("events", format!("about {} each", under_heading(outline.events, Unit::Count("events")))),
        ("memory", format!("about {} on one thread", outline.memory)),
        ("goes wrong", count(outline.faults, "fault")),
        ("checked", checked(outline)),
    ];
    if !outline.variants.is_empty() {
        rows.push(("variants", outline.variants.join(", ")));
    }
    if !outline.sweep.is_empty() {
        let axes = outline.sweep.iter().map(|(path, values)| match values {
            Some(values) => format!("{path} ({})", count(*values, "value")),
            None => (*path).to_owned(),
        });
        rows.push(("sweep", axes.collect::<Vec<_>>().join(", ")));
    }
    if let Some(forecast) = &outline.forecast {
        rows.push(("", format!("{} (on one core)", forecast.trim_end())));
    }
    if !outline.promises.is_empty() {
        rows.push(("promised", outline.promises.join(" and ")));
    }
    let Outline { version, scenario_hash, seed, .. } = outline;
    rows.push(("stamp", format!("brownout {version} · scenario {scenario_hash:016x} · seed {seed}")));
    let mut out = String::new();
    for (name, text) in rows {
        for (at, line) in wrap(&text, WIDTH - 12).iter().enumerate() {
            let name = paint(&format!("{:<10}", if at == 0 { name } else { "" }), DIM);
            out.extend([name.as_str(), "  ", line, "\n"]);
        }
    }
    out
}

fn run(outline: &Outline<'_>) -> String {
    let runs = count(outline.replications as usize, "replication");
    let [duration, warmup, window] =
        [outline.duration_seconds, outline.warmup_seconds, outline.window_seconds].map(number::clock);
    format!("{runs} of {duration}, {warmup} warm-up, {} of {window}", count(outline.windows, "window"))
}

fn checked(outline: &Outline<'_>) -> String {
    let expected = count(outline.expectations, "expectation");
    if outline.laws == 0 { expected } else { format!("{expected}, {}", count(outline.laws, "law")) }
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
