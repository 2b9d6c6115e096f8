//! Reading scenarios: the text once, and what a job of a sweep pays for laying its own values over it.

use brownout_scenario::{Document, Files, Overrides, Problems};

use crate::clock;
use crate::table::{Case, Row, Sample};

const README: &str = include_str!("../../../README.md");
/// The texts that are read, by the last part of their names, which are unique.
const FILES: &[(&str, &str)] = &[
    ("front-door-jam/scenario.toml", include_str!("../../../experiments/front-door-jam/scenario.toml")),
    ("which-defence/scenario.toml", include_str!("../../../experiments/which-defence/scenario.toml")),
    ("chat-and-api.toml", include_str!("../../../models/services/chat-and-api.toml")),
    ("chat-and-api-defended.toml", include_str!("../../../models/services/chat-and-api-defended.toml")),
];
/// How often the work of a sample is done.
const TIMES: u64 = 100;
/// Values of the sweep that is checked.
const VALUES: u64 = 200;

struct Shipped;

impl Files for Shipped {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == "README.md" {
            return Ok(twenty_lines().to_owned());
        }
        let found = FILES.iter().find(|(name, _)| path.ends_with(&format!("/{name}")));
        found
            .map(|(_, text)| (*text).to_owned())
            .ok_or_else(|| format!("{path} is not part of the benchmark"))
    }
}

/// The scenario that the README shows.
fn twenty_lines() -> &'static str {
    let block = README.split("```").find_map(|block| block.strip_prefix("toml\n"));
    block.expect("the README shows a scenario")
}

fn fine<T>(read: Result<T, Problems>) -> T {
    read.unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// The work done [`TIMES`] times, with what it came to.
fn sample(mut work: impl FnMut() -> u64) -> Sample {
    let (check, nanos) = clock::time(|| (0..TIMES).map(|_| work()).fold(0, u64::wrapping_add));
    // Rows differ in what they do, not in their result: any hash will do, as long as it is used.
    Sample { nanos, check: 1.0 + (check & 1) as f64 * f64::EPSILON, events: 0 }
}

fn case(name: &'static str, path: &'static str) -> Case {
    let document = move || fine(Document::parse(path, &Shipped));
    let (compiled, checked) = (document(), document());
    let plain = Overrides::default();
    let (of_compile, of_check, of_load) = (plain.clone(), plain.clone(), plain);
    Case {
        name,
        count: TIMES,
        agree: None,
        rows: vec![
            Row::new("compile", move |_| sample(|| fine(compiled.compile(&of_compile)).hash)),
            Row::new("check", move |_| sample(|| fine(checked.check(&of_check)).hash)),
            Row::new("parse", move |_| {
                sample(|| {
                    std::hint::black_box(document());
                    0
                })
            }),
            Row::new("load", move |_| {
                sample(|| fine(brownout_scenario::load(path, &Shipped, &of_load)).hash)
            }),
        ],
    }
}

/// A sweep of [`VALUES`] values, checked beside as many loads.
fn sweep() -> Case {
    const PATH: &str = "experiments/front-door-jam/scenario.toml";
    let values: Vec<String> = (1..=VALUES).map(|n| n.to_string()).collect();
    let axis = format!("{{ \"tier.auth.replicas\" = [{}] }}", values.join(", "));
    let swept = Overrides { set: vec![("sweep".to_owned(), axis)], ..Overrides::default() };
    let document = fine(Document::parse(PATH, &Shipped));
    Case {
        name: "200 values",
        count: VALUES,
        agree: None,
        rows: vec![
            Row::new("loads", move |_| {
                let mut set = vec![("tier.auth.replicas".to_owned(), String::new())];
                let mut load = |value: u64| {
                    set[0].1 = value.to_string();
                    let overrides = Overrides { set: set.clone(), ..Overrides::default() };
                    fine(brownout_scenario::load(PATH, &Shipped, &overrides)).hash
                };
                let (check, nanos) = clock::time(|| (1..=VALUES).map(&mut load).fold(0, u64::wrapping_add));
                Sample { nanos, check: check as f64, events: 0 }
            }),
            Row::new("check of a sweep", move |_| {
                let (hash, nanos) = clock::time(|| fine(document.check(&swept)).hash);
                Sample { nanos, check: hash as f64, events: 0 }
            })
            .target(0.5),
        ],
    }
}

/// The README's twenty lines, a service with four lines before it, and one with every defence and a variant for each.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("README", "README.md"),
        case("chat-and-api", "models/services/chat-and-api.toml"),
        case("front-door-jam", "experiments/front-door-jam/scenario.toml"),
        case("which-defence", "experiments/which-defence/scenario.toml"),
        sweep(),
    ]
}
