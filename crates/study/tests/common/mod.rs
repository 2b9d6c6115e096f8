//! What tests of the language share: a text as a case, one run of it, and a number of a stretch.
#![allow(dead_code, reason = "each test uses a part of it")]

use brownout::metrics::Asked;
use brownout::{Case, Digest, Overrides, Silent, Text, asked, open};
use brownout_lab::{Of, run as run_one};
use brownout_observe::{Keep, Stretch};
use brownout_units::Span;

/// The one case of a text.
pub(crate) fn case(text: &str, overrides: &Overrides) -> Case {
    let cases = open("test.toml", &Text(text.to_owned()), overrides);
    cases.unwrap_or_else(|problems| panic!("{}", problems.render(false))).remove(0)
}

/// What is wrong with a text.
pub(crate) fn problems(text: &str, overrides: &Overrides) -> String {
    match open("test.toml", &Text(text.to_owned()), overrides) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(problems) => problems.render(false),
    }
}

/// Its first replication.
pub(crate) fn run(case: &Case) -> Digest {
    let of = Of { model: &case.scenario.model, seed: case.scenario.seed, replication: 0 };
    run_one(of, &case.legend, &case.keep(true), &Silent).expect("a run")
}

/// A metric of a run, within a stretch that an expectation of the case asks for.
pub(crate) fn number(case: &Case, digest: &Digest, metric: &str, from: &str, to: &str) -> Option<f64> {
    let Asked { subject, metric } = asked(case, metric).expect("a metric");
    let [from, to] = [from, to].map(|at| at.parse::<Span>().expect("a span"));
    let summary = digest.stretch(Stretch { from, to }).expect("the stretch is kept");
    metric.value(&summary.view(&case.legend), &subject)
}

/// A number of one kept stretch of a run that is made for it alone.
pub(crate) fn keep(case: &Case, stretches: &[Stretch]) -> Keep {
    Keep::new(&case.legend.layout, stretches.iter().copied(), false)
}
