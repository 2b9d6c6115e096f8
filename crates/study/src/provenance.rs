//! Where numbers come from: version, scenario, seed.

use brownout_analysis::findings::Stamp;
use brownout_model::BASE;
use brownout_scenario::Scenario;

/// The version of the simulation.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The stamp of a scenario; what its runs know is filled in by the analysis.
pub(crate) fn stamp(scenario: &Scenario) -> Stamp {
    Stamp {
        version: VERSION.to_owned(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        variant: scenario.variant.as_deref().unwrap_or(BASE).to_owned(),
        scenario_hash: format!("{:016x}", scenario.hash),
        seed: scenario.seed,
        replications: scenario.replications,
        fingerprint: String::new(),
        events: 0,
        simulated_seconds: scenario.model.duration.as_secs_f64(),
        warmup_seconds: scenario.model.warmup.as_secs_f64(),
        start: scenario.start.as_ref().map(ToString::to_string),
    }
}
