//! The runs beside those of what ships: an ideal run serves almost everything, whatever happens in the run.

use brownout::metrics::{Metric, Subject, clients};
use brownout::{Case, Digest, Library, NoFiles, Overrides, Settings, Silent, replications};

/// The base of an experiment that ships, with one replication.
fn shipped(name: &str) -> Case {
    let overrides = Overrides { replications: Some(1), ..Overrides::default() };
    let path = format!("brownout:/experiments/{name}/scenario.toml");
    let cases = brownout::open(&path, &Library::with(NoFiles), &overrides);
    cases.unwrap_or_else(|problems| panic!("{}", problems.render(false))).remove(0)
}

fn number(case: &Case, digest: &Digest, metric: &Metric) -> f64 {
    metric.value(&digest.measured().view(&case.legend), &Subject::Total).expect("intents ended")
}

#[test]
fn ideal_runs_of_what_ships_serve_almost_everything() {
    for name in ["front-door-jam", "token-flood", "which-defence"] {
        let cases = [shipped(name)];
        let settings = Settings { threads: 0, windows: false, beside: true, provenance: false };
        let mut sets = replications(&cases, settings, &[Silent]).expect("runs");
        let one = sets.remove(0).remove(0);
        let (case, ideal) = (&cases[0], one.ideal.expect("it was asked for"));
        assert!(one.counterfactual.is_some(), "{name} has a trigger");
        let of = |digest: &Digest| {
            [&clients::IN_TIME_RATE, &clients::ATTEMPTS_PER_INTENT].map(|m| number(case, digest, m))
        };
        let ([good, attempts], [run_good, run_attempts]) = (of(&ideal), of(&one.run));
        assert!(0.99 < good && attempts < 1.005, "{name}: {good} in time after {attempts} attempts");
        assert!(run_good < good && attempts <= run_attempts, "{name}: {run_good}, {run_attempts}");
    }
}
