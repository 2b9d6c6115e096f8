//! Overrides from an instant on and until one: the run before it is the same event by event, and at the start of the
//! run an override is the plain one.

mod common;

use brownout::model::{Cause, Effect, Model};
use brownout::{Case, Library, Overrides, Steered, Text, open};
use brownout_lab::{Of, Run};
use brownout_units::Span;
use common::{case, problems, run};

/// A service in trouble: retries, a breaker, queues that overflow, a cache, an autoscaler that is busy.
const SERVICE: &str = r#"
schema = 1
[run]
duration = "3m"
window = "10s"
[load.web]
rate = "110/s"
journey = [{ do = "read" }, { do = "write" }]
[load.web.client]
timeout = "2s"
retries = 3
backoff = { base = "100ms", jitter = "full" }
policies = { budget = { kind = "retry-budget" } }
[load.plain]
rate = "5/s"
journey = [{ do = "read" }]
surge = [{ at = "75s", over = "30s", factor = 10 }]
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
queue = { limit = 30 }
cache = { keys = 1000, entries = 100, ttl = "20s" }
policies = { door = { kind = "concurrency-limit", limit = 40 } }
[[tier.app.calls]]
to = "cache"
[[tier.app.calls]]
to = "store"
timeout = "500ms"
retries = 1
policies = { breaker = { kind = "breaker", failures = 5 } }
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
metric = "in-flight"
target = 12
max = 40
[[fault]]
kind = "slow"
tier = "store"
at = "50s"
for = "60s"
factor = 10
"#;

/// A tier with half the capacity that it needs, whose calls fail: for what the one above never comes to.
const OVERLOADED: &str = r#"
schema = 1
[run]
duration = "3m"
window = "10s"
[load.web]
rate = "300/s"
journey = [{ do = "read" }]
[tier.app]
kind = "service"
replicas = 2
workers = 2
service = "50ms"
queue = { limit = 10 }
policies = { door = { kind = "concurrency-limit", limit = 11 } }
calls = [{ to = "app2" }, { to = "store", timeout = "500ms", retries = 1 }]
[tier.app2]
kind = "service"
workers = 500
service = "1ms"
[tier.store]
kind = "database"
workers = 500
service = "10ms"
[[fault]]
kind = "errors"
tier = "store"
at = "0s"
for = "3m"
ratio = "50%"
[controller.hpa]
kind = "autoscaler"
tier = "app"
metric = "in-flight"
target = 1
max = 64
sync = "30s"
up = { policies = [{ replicas = 1, every = "30s" }] }
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

/// What may change in mid-run, with another value. The last column: in the first nanosecond it is no longer quite the
/// plain override, because new replicas boot, entries of a warm cache keep their time to live, and the log numbers a
/// policy that replaces another as a further one.
const KNOBS: &[(&str, &str, bool)] = &[
    ("load.web.client.retries", "0", false),
    ("load.web.client.timeout", "\"700ms\"", false),
    ("load.web.client.on_timeout", "\"cancel\"", false),
    ("load.web.client.backoff.base", "\"3s\"", false),
    ("load.web.client.give_up", "\"1s\"", false),
    ("load.web.client.policies.budget.enabled", "false", false),
    ("load.web.client.policies.breaker", "{ kind = \"breaker\", failures = 5 }", false),
    ("load.plain.client", "{ timeout = \"1s\", retries = 2 }", false),
    ("tier.app.queue.limit", "3", false),
    ("tier.app.queue.order", "\"lifo\"", false),
    ("tier.app.queue.expire", "\"100ms\"", false),
    ("tier.app.workers", "10", false),
    ("tier.app.workers", "40", false),
    ("tier.app.replicas", "5", true),
    ("tier.app.balance", "\"random\"", false),
    ("tier.store.full", "429", false),
    ("tier.app.policies.door.enabled", "false", false),
    ("tier.app.policies.door.limit", "5", true),
    ("tier.app.policies.shed", "{ kind = \"rate-limit\", rate = \"30/s\" }", false),
    ("tier.app.calls.1.timeout", "\"100ms\"", false),
    ("tier.app.calls.1.retries", "3", false),
    ("tier.app.calls.1.policies.breaker.enabled", "false", false),
    ("tier.edge.calls.0.timeout", "\"300ms\"", false),
    ("tier.edge.calls.0.retries", "2", false),
    ("tier.edge.policies.shed", "{ kind = \"shed\" }", false),
    ("tier.app.cache.enabled", "false", false),
    ("tier.cache.ttl", "\"1s\"", true),
    ("tier.cache.single_flight", "true", false),
    ("controller.hpa.enabled", "false", false),
];

#[test]
fn until_it_begins_the_run_is_the_same_event_by_event() {
    let before = prefix(&base(), "70s");
    let after = whole(&base());
    let mut wrong = Vec::new();
    for &(path, value, _) in KNOBS {
        let changed = case(SERVICE, &set(path, &format!("{value}@71s..130s")));
        if prefix(&changed, "70s") != before {
            wrong.push(format!("{path} = {value}: the prefix differs"));
        }
        let also = || {
            let on = |overrides: &Overrides| whole(&case(OVERLOADED, overrides));
            on(&Overrides::default()) != on(&set(path, &format!("{value}@71s..130s")))
        };
        if whole(&changed) == after && !also() {
            wrong.push(format!("{path} = {value}: nothing has changed"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn from_the_first_instant_on_it_is_the_plain_override() {
    let mut wrong = Vec::new();
    for &(path, value, apart) in KNOBS {
        let plain = case(SERVICE, &set(path, value));
        let timed = |from: &str| case(SERVICE, &set(path, &format!("{value}@{from}..")));
        if timed("0s").scenario.model != plain.scenario.model {
            wrong.push(format!("{path} = {value} from 0s"));
        }
        // One nanosecond later it is an event of the run, and nothing has happened before it.
        if !apart && whole(&timed("1ns")) != whole(&plain) {
            wrong.push(format!("{path} = {value} from 1ns"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn it_is_a_change_of_the_model_that_can_be_taken_out_again() {
    let changed = case(SERVICE, &set("tier.app.queue.limit", "3@71s..130s"));
    let model = changed.scenario.model.clone();
    let change = model.changes.iter().find(|change| change.cause == Cause::Override).expect("a change");
    assert!(matches!(change.effect, Effect::Set { .. }) && change.name == "override.0");
    assert_eq!(change.title.as_deref(), Some("tier.app.queue.limit = 3"));
    let json = serde_json::to_string(&model).expect("a model is plain data");
    assert_eq!(serde_json::from_str::<Model>(&json).expect("a model"), model);
    let id = change.id;
    let mut without = changed.clone();
    without.scenario.model = model.without(id);
    assert_eq!(whole(&without), whole(&base()), "without it the run is that of the file");
}

#[test]
fn a_file_says_the_same_as_the_command_line() {
    let text = format!(
        "{SERVICE}\n[[override]]\nset = \"load.web.client.retries\"\nto = 0\nfrom = \"71s\"\nuntil = \"130s\"\n"
    );
    let written = case(&text, &Overrides::default());
    let said = case(SERVICE, &set("load.web.client.retries", "0@71s..130s"));
    assert_eq!(written.scenario.model, said.scenario.model);
    assert_eq!(written.scenario.hash, said.scenario.hash);
    assert!(said.text.contains("override"), "a resolved text says all: {}", said.text);
}

#[test]
fn two_that_overlap_hold_together_and_the_later_one_counts() {
    let many = |set: &[(&str, &str)]| {
        let set = set.iter().map(|&(path, value)| (path.to_owned(), value.to_owned())).collect();
        whole(&case(SERVICE, &Overrides { set, ..Overrides::default() }))
    };
    let limit = "tier.app.queue.limit";
    assert_eq!(
        many(&[(limit, "9@71s.."), (limit, "3@71s..130s")]),
        many(&[(limit, "3@71s..130s"), (limit, "9@130s..")])
    );
    // Also where the later one has the value of the file, or begins with the run.
    assert_eq!(
        many(&[(limit, "9@71s.."), (limit, "30@100s..130s")]),
        many(&[(limit, "9@71s..100s"), (limit, "9@130s..")])
    );
    assert_eq!(many(&[(limit, "9@..130s"), (limit, "3@71s..100s")]), {
        many(&[(limit, "9@..71s"), (limit, "3@71s..100s"), (limit, "9@100s..130s")])
    });
    assert_eq!(
        many(&[(limit, "9@..130s"), (limit, "3@..71s")]),
        many(&[(limit, "3@..71s"), (limit, "9@71s..130s")])
    );
    // Orders and pauses are told to nodes as they come, not worked out from all that hold.
    let pause = "controller.hpa.enabled";
    let once = many(&[(pause, "false@71s..130s")]);
    assert_eq!(many(&[(pause, "false@71s..110s"), (pause, "false@90s..130s")]), once);
    assert_eq!(many(&[(pause, "false@71s..130s"), (pause, "false@90s..100s")]), once);
    assert_eq!(many(&[(pause, "false@90s..130s"), (pause, "false@71s..100s")]), once);
    let both = [(limit, "3@71s.."), ("tier.app.queue.order", "lifo@80s..")];
    let once = [("tier.app.queue", "{ limit = 3, order = \"lifo\" }@80s.."), (limit, "3@71s..80s")];
    assert_eq!(many(&both), many(&once));
}

/// One replica of a language model that is busy.
const ENGINES: &str = r#"
schema = 1
[run]
duration = "3m"
[operation.chat]
prompt = 500
output = 100
[load.web]
rate = "2/s"
journey = [{ do = "chat" }]
[tier.llm]
kind = "inference"
replicas = 2
profile = "brownout:models/profiles/h200-sxm-llama-3.1-8b.toml"
"#;

#[test]
fn orders_of_replicas_that_overlap_end_in_the_earlier_one() {
    let many = |set: &[&str]| {
        let path = || "tier.llm.replicas".to_owned();
        let set = set.iter().map(|&value| (path(), value.to_owned())).collect();
        let overrides = Overrides { set, ..Overrides::default() };
        let files = Library::with(Text(ENGINES.to_owned()));
        whole(&open("test.toml", &files, &overrides).expect("a scenario").remove(0))
    };
    let apart = many(&["1@30s..60s", "3@60s..90s", "1@90s..120s"]);
    assert_eq!(many(&["1@30s..120s", "3@60s..90s"]), apart);
    assert_ne!(many(&["1@30s..120s"]), apart);
}

#[test]
fn two_keys_of_one_part_do_not_overlap() {
    let many = |set: &[(&str, &str)]| {
        let set = set.iter().map(|&(path, value)| (path.to_owned(), value.to_owned())).collect();
        problems(SERVICE, &Overrides { set, ..Overrides::default() })
    };
    let (ttl, flight) = ("tier.cache.ttl", "tier.cache.single_flight");
    let refused = many(&[(ttl, "\"1s\"@60s..90s"), (flight, "true@80s..100s")]);
    assert!(refused.contains("at the same time \"tier.cache.ttl\" is overridden"), "{refused}");
    assert_eq!(many(&[(ttl, "\"1s\"@60s..80s"), (flight, "true@80s..100s")]), "nothing is wrong");
    let refused =
        many(&[("tier.app.queue", "{ limit = 3 }@60s.."), ("tier.app.queue.limit", "30@80s..100s")]);
    assert!(refused.contains("\"tier.app.queue\" is overridden"), "{refused}");
    let set = ["\"1s\"@60s..90s", "\"2s\"@60s..100s"].map(|value| (ttl.to_owned(), value.to_owned()));
    let never = case(SERVICE, &Overrides { set: set.to_vec(), ..Overrides::default() });
    let warnings = never.scenario.warnings.render(false);
    assert!(warnings.contains("this override never holds"), "{warnings}");
}

#[test]
fn a_run_under_way_takes_one() {
    let mut steered = Steered::open(base(), 0);
    steered.until("70s".parse().expect("a span")).expect("a run");
    let changed = case(SERVICE, &set("load.web.client.retries", "0@70s.."));
    steered.change(changed.scenario.model.clone()).expect("a run");
    let digest = steered.finish().expect("a run");
    assert_eq!(format!("{:?}", digest.fingerprint), whole(&changed));
}

#[test]
fn what_cannot_change_says_so_and_what_to_do() {
    let check = |path: &str, value: &str, expect: &str| {
        let problems = problems(SERVICE, &set(path, value));
        assert!(problems.contains(expect), "{path} = {value}: {problems}");
    };
    check("tier.app.service", "\"5ms\"@1m..", "this part of the tier \"app\" cannot change in mid-run");
    check("load.web.rate", "\"5/s\"@1m..", "write a surge, or stages of its rate");
    check("fault.0.factor", "9@1m..", "they have times of their own");
    check("tier.app.queue.limit", "3@4m..", "the run is over after 3m");
    check("tier.app.queue.limit", "3@2m..1m", "ends after that");
    check("tier.app.queue.limti", "3@1m..", "did you mean \"limit\"?");
    check("run.duration", "\"2m\"@1m..", "a run has one length");
}
