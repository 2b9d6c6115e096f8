//! What is known of a case before it is run, as a terminal shows it.

use crate::Case;
use crate::provenance::VERSION;
use brownout_analysis::plan::plan;
use brownout_report::screen;

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
        version: VERSION,
        scenario_hash: scenario.hash,
        seed: scenario.seed,
    })
}
