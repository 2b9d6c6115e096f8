//! Which axes matter, where it is known: of a queue its load and its workers, and not the size of a queue that is never
//! full.

use brownout::matters::Found;
use brownout::{
    Asking, Case, Document, Forgetful, Matters, Means, Method, Overrides, Silent, Text, asked, sensitivity,
};

const QUEUE: &str = r#"
schema = 1
[run]
duration = "200s"
window = "10s"
[load.web]
rate = "8/s"
journey = [{ do = "get" }]
[tier.app]
kind = "service"
workers = 1
queue = { limit = 5_000 }
service = { dist = "exponential", mean = "100ms" }
[sweep]
"load.web.rate" = { from = "4/s", to = "9/s", steps = 2 }
"tier.app.workers" = [1, 2]
"tier.app.queue.limit" = [5_000, 9_000]
"#;

/// The axes in the order in which they matter, and how many runs that took.
fn ranked(method: Method) -> (Vec<usize>, usize) {
    let overrides = Overrides::default();
    let document = Document::parse("queue.toml", &Text(QUEUE.to_owned())).expect("TOML");
    let base = Case::compile(&document, &overrides).expect("a scenario");
    let axes = &base.scenario.sweep.as_ref().expect("a sweep").axes;
    let text = "app.queue_wait.mean".to_owned();
    let asked = asked(&base, &text).expect("a metric");
    let asked = Matters { text, asked, method, seeds: 4, confidence: 0.95 };
    let means = Means { threads: 0, store: &Forgetful, events: None, watch: &Silent };
    let asking = Asking { document: &document, overrides: &overrides };
    let found = sensitivity(asking, axes, &asked, means).expect("an answer");
    let order = match found.found {
        Found::Tornado { swings, .. } => swings.iter().map(|swing| swing.axis).collect(),
        Found::Morris(effects) => {
            assert!(
                effects[2].size.mean.abs() < f64::MIN_POSITIVE,
                "a queue that is never full changes nothing"
            );
            effects.iter().map(|effect| effect.axis).collect()
        }
        Found::Sobol(parts) => {
            let parts = parts.expect("waits vary");
            assert!(
                parts.axes[2].total.0.abs() < f64::MIN_POSITIVE,
                "a queue that is never full changes nothing"
            );
            parts.axes.iter().map(|part| part.axis).collect()
        }
    };
    (order, found.runs)
}

/// With one worker the wait grows from 67 ms to 900 ms, with two from 4 ms to 25 ms: the load matters through the
/// workers, and where the scenario stands (8/s on one) a second worker takes nearly all of the wait away.
#[test]
fn load_and_workers_matter_and_an_endless_queue_does_not() {
    let (tornado, runs) = ranked(Method::Tornado);
    assert_eq!((tornado[2], runs), (2, 7 * 4), "{tornado:?}");
    let (morris, runs) = ranked(Method::Morris { trajectories: 8 });
    assert_eq!((morris[2], runs), (2, 8 * 4 * 4), "{morris:?}");
    let (sobol, _) = ranked(Method::Sobol { pairs: 16 });
    assert_eq!(sobol[2], 2, "{sobol:?}");
}

#[test]
fn what_has_no_middle_is_told() {
    let text = QUEUE.replace("queue = { limit = 5_000 }\n", "");
    let document = Document::parse("queue.toml", &Text(text)).expect("TOML");
    let overrides = Overrides::default();
    let base = Case::compile(&document, &overrides).expect("a scenario");
    let axes = &base.scenario.sweep.as_ref().expect("a sweep").axes;
    let text = "app.queue_wait.mean".to_owned();
    let asked = asked(&base, &text).expect("a metric");
    let asked = Matters { text, asked, method: Method::Tornado, seeds: 4, confidence: 0.95 };
    let means = Means { threads: 0, store: &Forgetful, events: None, watch: &Silent };
    let asking = Asking { document: &document, overrides: &overrides };
    let error = sensitivity(asking, axes, &asked, means).expect_err("a mistake").to_string();
    assert!(error.contains("tier.app.queue.limit") && error.contains("no middle"), "{error}");
}
