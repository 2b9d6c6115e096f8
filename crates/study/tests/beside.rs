//! Ideal runs of what ships: they serve almost everything, whatever happens in the run.

use brownout::metrics::{Source, Which};
use brownout::{BASE, Case, Legend, Library, NoFiles, Overrides, Silent};
use brownout_observe::{Digest, View};
use brownout_protocol::Kind;

/// The base of an experiment that ships, with one replication.
fn shipped(name: &str) -> Case {
    let overrides =
        Overrides { replications: Some(1), variant: Some(BASE.to_owned()), ..Overrides::default() };
    let path = format!("experiments/{name}/scenario.toml");
    let cases = brownout::open(&path, &Library::with(NoFiles), &overrides);
    cases.unwrap_or_else(|problems| panic!("{}", problems.render(false))).remove(0)
}

/// How many lines of some kinds all loads have.
fn count(view: &View<'_>, legend: &Legend, kinds: &[Kind]) -> f64 {
    (0..legend.layout.loads).map(|load| view.count(load, Which::default(), kinds)).sum()
}

/// The share of intents that an ideal run serves in time, and how many attempts it repeats.
fn served(legend: &Legend, digest: &Digest) -> (f64, f64) {
    let view = digest.measured().view(legend);
    let begun = count(&view, legend, &[Kind::Arrived]);
    assert!(0.0 < begun);
    let good = count(&view, legend, &[Kind::Succeeded]);
    (good / begun, count(&view, legend, &[Kind::Retried, Kind::Reloaded]) / begun)
}

#[test]
fn ideal_runs_of_what_ships_serve_almost_everything() {
    for name in ["front-door-jam", "token-flood", "which-defence", "retry-cliff"] {
        let case = shipped(name);
        let beside = case.beside();
        let of = brownout_lab::Of { model: &beside.ideal, seed: case.scenario.seed, replication: 0 };
        let digest = brownout_lab::run(of, &case.legend, &beside.keep, &Silent).expect("a run");
        let (good, again) = served(&case.legend, &digest);
        println!("{name}: {good} in time, {again} repeated");
        assert!(0.99 < good && again < 0.01, "{name}: {good} in time, {again} repeated");
    }
}
