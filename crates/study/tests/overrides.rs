//! Overrides from an instant on and until one: the run before it is the same event by event, and at the start of the
//! run an override is the plain one.

mod common;

use brownout::model::{Cause, Effect};
use brownout::{Case, Overrides, Steered};
use brownout_lab::{Of, Run};
use brownout_units::Span;
use common::{case, number, problems, run};

/// A service in trouble: retries, a breaker, queues that overflow, a cache, an autoscaler that is busy.
const SERVICE: &str = r#"
schema = 1
[run]
duration = "20m"
[load.web]
rate = "60/s"
journey = [{ do = "read" }, { do = "write" }]
client = { timeout = "2s", retries = 3, backoff = { base = "100ms", jitter = "full" }, policies = { budget = { kind = "retry-budget" } } }
[load.plain]
rate = "5/s"
journey = [{ do = "read" }]
[tier.edge]
kind = "gateway"
workers = 400
service = "1ms"
calls = [{ to = "app" }]
[tier.app]
kind = "service"
replicas = 2
workers = 20
service = { dist = "exponential", mean = "100ms" }
queue = { limit = 100 }
policies = { door = { kind = "concurrency-limit", limit = 200 } }
calls = [{ to = "cache" }, { to = "store", timeout = "500ms", retries = 1, policies = { breaker = { kind = "breaker" } } }]
[tier.cache]
kind = "cache"
keys = 1000
entries = 500
ttl = "30s"
calls = [{ to = "store" }]
[tier.store]
kind = "database"
workers = 30
service = { dist = "exponential", mean = "60ms" }
queue = { limit = 50 }
[controller.hpa]
kind = "autoscaler"
tier = "app"
metric = "cpu"
target = "50%"
max = 6
[[fault]]
kind = "slow"
tier = "store"
at = "8m"
for = "4m"
factor = 3
"#;

fn set(path: &str, value: &str) -> Overrides {
    Overrides { set: vec![(path.to_owned(), value.to_owned())], ..Overrides::default() }
}

fn base() -> Case {
    case(SERVICE, &Overrides::default())
}

/// The fingerprint of all that happens until an instant.
fn prefix(case: &Case, until: &str) -> String {
    let until: Span = until.parse().expect("a span");
    let of = Of { model: &case.scenario.model, seed: case.scenario.seed, replication: 0 };
    let mut run = Run::new(of, &case.legend, case.keep(true));
    while run.at() < until && run.advance().expect("a run").is_some() {}
    assert_eq!(run.at(), until, "a window ends there");
    format!("{:?}", run.finish().fingerprint)
}

fn whole(case: &Case) -> String {
    format!("{:?}", run(case).fingerprint)
}

/// What may change in mid-run, with another value; what of it takes time to follow at the start of a run.
const KNOBS: &[(&str, &str, bool)] = &[
    ("load.web.client.retries", "0", false),
    ("load.web.client.timeout", "\"700ms\"", false),
    ("load.web.client.on_timeout", "\"cancel\"", false),
    ("load.web.client.backoff.base", "\"3s\"", false),
    ("load.web.client.give_up", "\"1s\"", false),
    ("load.web.client.policies.budget.enabled", "false", false),
    ("load.web.client.policies.breaker", "{ kind = \"breaker\" }", false),
    ("load.plain.client", "{ timeout = \"1s\", retries = 2 }", false),
    ("tier.app.queue.limit", "3", false),
    ("tier.app.queue.order", "\"lifo\"", false),
    ("tier.app.queue.expire", "\"100ms\"", false),
    ("tier.app.workers", "10", false),
    ("tier.app.workers", "40", false),
    ("tier.app.replicas", "5", true),
    ("tier.app.balance", "\"random\"", false),
    ("tier.app.full", "429", false),
    ("tier.app.policies.door.enabled", "false", false),
    ("tier.app.policies.door.limit", "5", false),
    ("tier.app.policies.shed", "{ kind = \"rate-limit\", rate = \"30/s\" }", false),
    ("tier.app.calls.1.timeout", "\"100ms\"", false),
    ("tier.app.calls.1.retries", "3", false),
    ("tier.app.calls.1.policies.breaker.enabled", "false", false),
    ("tier.edge.calls.0.timeout", "\"300ms\"", false),
    ("tier.edge.calls.0.retries", "2", false),
    ("tier.edge.policies.shed", "{ kind = \"shed\" }", false),
    ("tier.cache.cache.enabled", "false", false),
    ("tier.cache.ttl", "\"1s\"", false),
    ("tier.cache.single_flight", "true", false),
    ("controller.hpa.enabled", "false", false),
];

#[test]
fn until_it_begins_the_run_is_the_same_event_by_event() {
    let before = prefix(&base(), "9m");
    let after = whole(&base());
    let mut wrong = Vec::new();
    for &(path, value, _) in KNOBS {
        let changed = case(SERVICE, &set(path, &format!("{value}@9m1s..14m")));
        if prefix(&changed, "9m") != before {
            wrong.push(format!("{path} = {value}: the prefix differs"));
        }
        if whole(&changed) == after {
            wrong.push(format!("{path} = {value}: nothing has changed"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn from_the_first_instant_on_it_is_the_plain_override() {
    let mut wrong = Vec::new();
    for &(path, value, takes_time) in KNOBS {
        let plain = whole(&case(SERVICE, &set(path, value)));
        for from in ["0s", "1ns"] {
            let timed = case(SERVICE, &set(path, &format!("{value}@{from}..")));
            if whole(&timed) != plain && !(takes_time && from == "1ns") {
                wrong.push(format!("{path} = {value} from {from}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
