//! What is known of a case before it is run, as a terminal shows it.

use crate::Case;
use crate::forecast::Forecast;
use crate::provenance::VERSION;
use brownout_analysis::plan::plan;
use brownout_report::screen;
use brownout_scenario::{Capacity, Problems};
use serde_json::{Value, json};

/// What would be simulated: places, capacities, how long, how much, and what is expected.
pub fn outline(case: &Case) -> String {
    let (scenario, layout) = (&case.scenario, &case.legend.layout);
    let model = &scenario.model;
    let places = layout.places.iter().map(|place| screen::Place {
        name: &place.name,
        kind: &place.kind,
        calls: place.calls.iter().map(String::as_str).collect(),
    });
    let asked = layout.paths.iter().enumerate().filter(|(at, _)| layout.is_asked(*at as u8));
    let capacities = scenario.capacities.iter().map(|capacity| screen::Capacity {
        tier: &capacity.tier,
        advertised: capacity.advertised,
        hidden: capacity.hidden,
    });
    screen::outline(&screen::Outline {
        title: &scenario.title,
        question: &scenario.question,
        places: places.collect(),
        capacities: capacities.collect(),
        paths: asked.map(|(_, (class, operation))| (class.as_str(), operation.as_str())).collect(),
        replications: scenario.replications,
        duration_seconds: model.duration.as_secs_f64(),
        warmup_seconds: model.warmup.as_secs_f64(),
        windows: layout.windows(),
        window_seconds: layout.window.as_secs_f64(),
        events: scenario.events,
        memory: crate::memory::of_run(case),
        faults: model.faults().count(),
        plan: plan(model),
        expectations: scenario.expectations.len(),
        laws: scenario.laws.len(),
        variants: scenario.variants.iter().map(String::as_str).collect(),
        sweep: scenario
            .sweep
            .iter()
            .flat_map(|sweep| &sweep.axes)
            .map(|axis| (axis.path.as_str(), axis.count()))
            .collect(),
        forecast: scenario.sweep.as_ref().map(|sweep| {
            let forecast = Forecast::of_part(case, sweep, true, 1);
            let Forecast { points, replications, runs, bytes, .. } = forecast;
            screen::forecast(points, replications, runs, forecast.seconds(1), bytes)
        }),
        promises: promises(case),
        version: VERSION,
        scenario_hash: scenario.hash,
        seed: scenario.seed,
    })
}

/// What a question about the scenario takes as promised; where nothing suggests that one is asked, nothing.
fn promises(case: &Case) -> Vec<&str> {
    let scenario = &case.scenario;
    if scenario.sweep.is_none() && scenario.plan.knobs.is_empty() {
        return Vec::new();
    }
    let promised = scenario.plan.promises.iter().map(|promise| promise.expect.that.as_str());
    let expected = scenario.expectations.iter().map(|expect| expect.that.as_str());
    if scenario.plan.promises.is_empty() { expected.collect() } else { promised.collect() }
}

/// The same as an object for programs: whether it is valid, what is wrong with it, its hash and its capacities.
pub fn checked(cases: &Result<Vec<Case>, Problems>) -> Value {
    let object = |valid: bool, problems: &Problems, hash: Option<u64>, capacities: Value| {
        let hash = hash.map(|hash| format!("{hash:016x}"));
        json!({
            "version": VERSION, "valid": valid, "scenario_hash": hash, "problems": problems, "capacities": capacities,
        })
    };
    match cases {
        Ok(cases) => {
            let scenario = &cases[0].scenario;
            let one =
                |of: &Capacity| json!({ "tier": of.tier, "advertised": of.advertised, "hidden": of.hidden });
            let capacities = scenario.capacities.iter().map(one).collect();
            object(true, &scenario.warnings, Some(scenario.hash), capacities)
        }
        Err(problems) => object(false, problems, None, Value::Null),
    }
}
