//! `brownout check PATH`: what is wrong with a scenario, or what a run of it would do.

use crate::arguments::{Check, Plain};
use crate::failure::Failure;
use crate::source::Source;
use crate::terminal;
use brownout_report::screen;
use brownout_scenario::{Capacity, Overrides, Problems, Scenario};
use serde_json::{Value, json};

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
fn as_json(source: &Source, options: &Overrides) -> Result<(), Failure> {
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

/// What is known of a scenario before it is run.
fn describe(scenario: &Scenario) -> String {
    let model = &scenario.model;
    let layout = brownout_lab::layout(model);
    let places = layout.places.iter().map(|place| screen::Place {
        name: &place.name,
        kind: &place.kind,
        calls: place.calls.iter().map(String::as_str).collect(),
    });
    let asked = layout.paths.iter().enumerate().filter(|(at, _)| layout.is_asked(*at as u8));
    let capacity =
        |c: &'_ Capacity| screen::Capacity { tier: &c.tier, advertised: c.advertised, hidden: c.hidden };
    screen::outline(&screen::Outline {
        title: &scenario.title,
        question: &scenario.question,
        places: places.collect(),
        capacities: scenario.capacities.iter().map(capacity).collect(),
        paths: asked.map(|(_, (class, operation))| (class.as_str(), operation.as_str())).collect(),
        replications: scenario.replications,
        duration_seconds: model.duration.as_secs_f64(),
        warmup_seconds: model.warmup.as_secs_f64(),
        windows: layout.windows(),
        window_seconds: layout.window.as_secs_f64(),
        events: scenario.events,
        faults: model.faults().count(),
        expectations: scenario.expectations.len(),
        laws: scenario.laws.len(),
        variants: scenario.variants.iter().map(String::as_str).collect(),
        sweep: scenario.sweep.iter().map(|axis| (axis.path.as_str(), axis.values.len())).collect(),
        version: env!("CARGO_PKG_VERSION"),
        scenario_hash: scenario.hash,
        seed: scenario.seed,
    })
}
