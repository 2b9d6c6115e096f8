//! Mechanisms that behave as their namesakes: numbers that theory or their documentation gives, from whole scenarios.

mod arrivals;
mod calls;
mod control;
mod limits;
mod ties;
mod tries;

use brownout::metrics::{Metric, Subject, clients};
use brownout::{Findings, Library, Overrides, Settings, Silent, Text, open, simulate};

pub(crate) fn run(scenario: &str) -> Findings {
    let text = format!("schema = 1\ntitle = \"Mechanism\"\n{scenario}");
    let cases = open("mechanism.toml", &Library::with(Text(text)), &Overrides::default());
    let cases = cases.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let settings = Settings { threads: 2, windows: false, beside: false, provenance: false };
    simulate(&cases, settings, &[Silent]).expect("a run").remove(0)
}

pub(crate) fn of(findings: &Findings, subject: &Subject, metric: &Metric) -> f64 {
    findings.values.get(subject, metric).map_or_else(|| panic!("no {}", metric.key), |value| value.mean)
}

pub(crate) fn class(name: &str) -> Subject {
    Subject::Class(name.into())
}

/// The share of intents that succeeded, in the table as of the class.
pub(crate) fn success(findings: &Findings, name: &str) -> f64 {
    of(findings, &class(name), &clients::SUCCESS_RATE)
}

pub(crate) fn near(what: &str, came: f64, expect: f64, error: f64) {
    assert!((came - expect).abs() <= error, "{what}: {came}, not {expect}");
}

pub(crate) const EVEN: &str = r#"
[run]
duration = "1000s"
[load.u]
rate = "10/s"
arrivals = "even"
journey = [{ do = "get" }]
"#;
