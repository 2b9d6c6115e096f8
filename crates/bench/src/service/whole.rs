//! W1, W2 and W3 from text to closed books, beside the hand-written floors.

use std::fmt::Display;

use brownout_lab::Silent;
use brownout_scenario::{Files, Overrides, Scenario};

use crate::seen::Seen;
use crate::table::{Case, Row, Sample};
use crate::{clock, floors};

const QUEUE: &str = include_str!("../../scenarios/queue.toml");
const TANDEM: &str = include_str!("../../scenarios/tandem.toml");

/// One text under every name.
struct Text(&'static str);

impl Files for Text {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.to_owned())
    }
}

/// A dotted path of a scenario, and the value to put there.
pub(crate) fn set(path: &str, value: impl Display) -> (String, String) {
    (path.to_owned(), value.to_string())
}

/// The scenario of a text, changed at some places.
///
/// # Panics
/// If it is not valid.
pub(super) fn scenario(text: &'static str, set: &[(String, String)]) -> Scenario {
    let options = Overrides { set: set.to_vec(), ..Overrides::default() };
    let scenario = brownout_scenario::load("bench.toml", &Text(text), &options);
    scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// Everything that `brownout run` does before it writes a page.
fn whole(text: &'static str, settings: &[(String, String)], customers: u64, seed: u64) -> Sample {
    let (seen, nanos) = clock::time(|| {
        let scenario = scenario(text, settings);
        Seen::run(&scenario.model, seed, &Silent)
    });
    let (arrived, check) = seen.arrived_and_mean_secs();
    // The floor serves exactly this number of customers, a run of a given length approximately.
    Sample { nanos: nanos * customers as f64 / arrived as f64, check, events: seen.digest.events }
}

fn floor(work: impl FnOnce() -> f64) -> Sample {
    let (check, nanos) = clock::time(work);
    Sample { nanos, check, events: 0 }
}

fn queue(workers: u32, customers: u64) -> Vec<(String, String)> {
    let rate = 0.9 * f64::from(workers);
    vec![
        set("tier.server.workers", workers),
        set("load.customers.rate", format!("{rate}/s")),
        set("run.duration", format!("{}s", (customers as f64 / rate).round())),
    ]
}

/// The cases are named as those of the kernel alone, and their means agree within the sampling error.
///
/// A scale below 1 is for counting instructions, with two runs of which the difference counts: a run has about 600
/// windows however long it is, and with few customers their closing is what is measured.
pub(super) fn cases(scale: f64) -> Vec<Case> {
    let scaled = |customers: f64| (customers * scale) as u64;
    let (one, many, through) = (scaled(2e6), scaled(1.5e6), scaled(1e6));
    let w1 = queue(1, one);
    let w2 = queue(32, many);
    let w3 = vec![set("run.duration", format!("{through}s"))];
    vec![
        Case {
            name: "M/M/1, load 0.9",
            count: one,
            agree: Some(0.15),
            rows: vec![
                Row::new("floor", move |seed| floor(|| floors::queue::run(0.9, one, seed))),
                Row::new("whole path", move |seed| whole(QUEUE, &w1, one, seed)).target(7.0),
            ],
        },
        Case {
            name: "M/M/32, load 0.9",
            count: many,
            agree: Some(0.02),
            rows: vec![
                Row::new("floor", move |seed| floor(|| floors::servers::run(28.8, many, seed))),
                Row::new("whole path", move |seed| whole(QUEUE, &w2, many, seed)).target(3.5),
            ],
        },
        Case {
            name: "four tiers, load 0.8",
            count: through,
            agree: Some(0.02),
            rows: vec![
                Row::new("floor", move |seed| floor(|| floors::tandem::run(through, seed))),
                Row::new("whole path", move |seed| whole(TANDEM, &w3, through, seed)).target(4.0),
            ],
        },
    ]
}
