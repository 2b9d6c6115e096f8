//! Nothing is taken for harm where nothing happened: everything that ships, without its triggers, under several seeds.
//!
//! The gate runs what is small under two seeds; `cargo xtask quiet` runs all of it under sixty.

use brownout::findings::{Findings, OperationVerdict};
use brownout::metrics::harm::UNSERVED_SHARE;
use brownout::model::Model;
use brownout::{Case, Library, NoFiles, Overrides, Settings, Silent, open, simulate};
use brownout_shipped::{SCHEME, experiments};

/// Of all path-runs of the campaign this part may have an episode.
const FALSE_MAX: f64 = 0.01;
/// What loses more than this of all intents by itself is not quiet: it has more load than it can serve, by design.
const QUIET: f64 = 0.005;
/// Events of one run that the gate has time for.
const EVENTS_MAX: f64 = 500_000.0;
/// The benchmark of a real engine, which asks for three hundred answers at once and gets all of them late.
const BUSY: &str = "experiments/vllm-300";

/// How many seeds, if the campaign says so.
fn campaign() -> Option<u32> {
    std::env::var("BROWNOUT_QUIET").ok().map(|seeds| seeds.parse().expect("a number of seeds"))
}

/// Every variant of an experiment without what happens to it, and without what is expected of that; each once.
fn quiet(path: &str, replications: u32) -> Vec<Case> {
    let overrides = Overrides { replications: Some(replications), ..Overrides::default() };
    let cases = open(&format!("{SCHEME}/{path}"), &Library::with(NoFiles), &overrides).expect("it ships");
    let calm = |case: Case| {
        let mut scenario = case.scenario;
        scenario.model = Model { changes: Vec::new(), ..scenario.model };
        scenario.expectations.clear();
        Case::new(scenario, case.text)
    };
    let mut calm_cases: Vec<Case> = Vec::new();
    for case in cases.into_iter().map(calm) {
        // Variants often differ in nothing but what happens to them, or in what they say of that.
        let is_known = |known: &Case| known.scenario.model == case.scenario.model;
        if !calm_cases.iter().any(is_known) {
            calm_cases.push(case);
        }
    }
    calm_cases
}

/// How many path-runs of quiet operations there were, and how many of them had an episode.
fn counted(found: &Findings) -> (usize, usize) {
    let is_quiet = |operation: &&OperationVerdict| {
        let lost = found.values.get(&operation.subject(), &UNSERVED_SHARE);
        !operation.few && lost.is_some_and(|lost| lost.mean <= QUIET)
    };
    let quiet = found.verdict.operations.iter().filter(is_quiet);
    quiet.fold((0, 0), |(all, harmed), operation| {
        let episodes = operation.episodes.iter().filter(|episodes| !episodes.is_empty()).count();
        (all + operation.episodes.len(), harmed + episodes)
    })
}

#[test]
fn quiet_runs_of_what_ships_are_unharmed() {
    let most = if campaign().is_some() { f64::INFINITY } else { EVENTS_MAX };
    let settings = Settings { threads: 0, windows: false, beside: true, provenance: false };
    let (mut all, mut harmed, mut said) = (0, 0, Vec::new());
    for experiment in experiments().filter(|experiment| experiment.name() != BUSY) {
        let mut cases = quiet(experiment.path, campaign().unwrap_or(2));
        cases.retain(|case| case.scenario.events <= most);
        let silent = vec![Silent; cases.len()];
        let found = simulate(&cases, settings, &silent).expect("nothing interrupts it");
        for found in &found {
            let (runs, with_episode) = counted(found);
            (all, harmed) = (all + runs, harmed + with_episode);
            if 0 < with_episode {
                let (name, variant) = (experiment.name(), &found.stamp.variant);
                said.push(format!("{name} {variant}: {with_episode} of {runs}"));
            }
        }
    }
    assert!(100 <= all, "only {all} quiet path-runs");
    // Of a hundred path-runs more than three have one in two of a hundred gates, if one in a hundred is true.
    let most = (FALSE_MAX * all as f64).max(3.0);
    assert!(harmed as f64 <= most, "{harmed} of {all}: {said:#?}");
}
