//! Why a night went as it did, by nights that are known: what it took to begin it, what kept it down, what would have
//! helped.

use brownout::counterfactual::{Counterfactuals, Remedy};
use brownout::findings::Findings;
use brownout::{
    Asking, Document, Forgetful, Means, Overrides, Settings, Silent, Text, cases, causes, simulate,
};

const HEAD: &str = "schema = 1\n[run]\nduration = \"40m\"\nwarmup = \"5m\"\nreplications = 2\n";

/// A database behind a service, of which one call in a second more than half can be served.
const SERVICE: &str = r#"
[load.web]
entry = "app"
rate = "30/s"
journey = [{ do = "read" }]
client = { timeout = "2s" }
[tier.app]
kind = "service"
workers = 64
service = "1ms"
queue = { limit = 200 }
calls = [{ to = "db", timeout = "1s" }]
[tier.db]
kind = "database"
workers = 5
service = { dist = "exponential", mean = "100ms" }
queue = { limit = 40 }
"#;

fn asked(text: &str) -> (Findings, Option<Counterfactuals>) {
    let (document, overrides) =
        (Document::parse("night.toml", &Text(text.to_owned())).expect("a scenario"), Overrides::default());
    let cases = cases(&document, &overrides).expect("a scenario");
    let settings = Settings { threads: 2, windows: false, beside: true, provenance: false };
    let findings = simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0);
    let asking = Asking { document: &document, overrides: &overrides };
    let means = Means { threads: 2, store: &Forgetful, events: None, watch: &Silent };
    let found = causes(asking, &cases[0], &findings, means).expect("runs end");
    (findings, found)
}

/// The sets of things that are each enough, by their names.
fn triggers(faults: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let (findings, found) = asked(&format!("{HEAD}{SERVICE}{faults}"));
    let trigger = found.expect("it was harmed").trigger.expect("something had begun");
    let name = |at: &usize| findings.marks[*at].name.clone();
    let sets = trigger.sets.iter().map(|set| set.iter().map(name).collect()).collect();
    (sets, trigger.innocent.iter().map(name).collect())
}

fn fault(at: &str, lasts: &str, tier: &str, kind: &str) -> String {
    format!("[[fault]]\nat = \"{at}\"\nfor = \"{lasts}\"\ntier = \"{tier}\"\n{kind}\n")
}

const DOWN: &str = "kind = \"errors\"\nratio = \"100%\"";

#[test]
fn either_of_two_faults_is_enough() {
    let faults = [fault("10m", "10m", "db", DOWN), fault("10m", "10m", "app", DOWN)].concat();
    let (sets, innocent) = triggers(&faults);
    assert_eq!(sets, [["fault.0"], ["fault.1"]]);
    assert!(innocent.is_empty(), "{innocent:?}");
}

#[test]
fn both_of_two_are_needed() {
    // 50/s can be served: 36/s of a slower database, and 42/s are asked for in the surge.
    let slow = fault("10m", "15m", "db", "kind = \"slow\"\nfactor = 1.4");
    let surge = "[[load.web.surge]]\nat = \"10m\"\nover = \"15m\"\nusers = 10_800\n";
    let (sets, _) = triggers(&format!("{slow}{surge}"));
    assert_eq!(sets.len(), 1, "{sets:?}");
    assert_eq!(sets[0].len(), 2, "{sets:?}");
}

#[test]
fn what_begins_when_all_is_down_has_not_begun_it() {
    let faults = [fault("10m", "20m", "db", DOWN), fault("15m", "10m", "app", DOWN)].concat();
    let (sets, _) = triggers(&faults);
    assert_eq!(sets, [["fault.0"]]);
}

#[test]
fn what_is_harmless_is_not_blamed_though_it_began_last() {
    let faults =
        [fault("10m", "10m", "db", DOWN), fault("10m", "10m", "app", "kind = \"slow\"\nfactor = 1.1")];
    let (sets, innocent) = triggers(&faults.concat());
    assert_eq!(sets, [["fault.0"]]);
    assert_eq!(innocent, ["fault.1"]);
}

#[test]
fn a_load_that_rises_is_what_it_does_not_happen_without() {
    // To the last of each duration the rate moves in a line.
    let stages = "stages = [{ duration = \"10m\", rate = \"30/s\" }, { duration = \"2m\", rate = \"90/s\" }, \
                  { duration = \"10m\", rate = \"30/s\" }]";
    let service = SERVICE.replace("rate = \"30/s\"", stages);
    let slow = fault("8m", "20m", "app", "kind = \"slow\"\nfactor = 1.1");
    let (findings, found) = asked(&format!("{HEAD}{service}{slow}"));
    let trigger = found.expect("it was harmed").trigger.expect("something had begun");
    let names =
        |places: &[usize]| places.iter().map(|at| findings.marks[*at].name.clone()).collect::<Vec<_>>();
    assert_eq!(trigger.sets.iter().map(|set| names(set)).collect::<Vec<_>>(), [["load.web"]]);
    assert_eq!(names(&trigger.innocent), ["fault.0"]);
}

#[test]
fn a_quiet_night_has_no_cause() {
    let slow = fault("10m", "10m", "app", "kind = \"slow\"\nfactor = 1.1");
    assert!(asked(&format!("{HEAD}{SERVICE}{slow}")).1.is_none());
}

#[test]
fn a_queue_older_than_its_callers_is_what_keeps_a_database_down() {
    // Unbounded, and every attempt waits in it: what is served has been given up long ago.
    let service = SERVICE
        .replace("queue = { limit = 40 }", "")
        .replace(
            "client = { timeout = \"2s\" }",
            "client = { timeout = \"2s\", retries = 3, backoff = \"100ms\" }",
        )
        .replace("calls = [{ to = \"db\", timeout = \"1s\" }]", "calls = [{ to = \"db\" }]")
        .replace("workers = 64", "workers = 10_000");
    let hang = fault("10m", "3m", "db", "kind = \"hang\"");
    let (_, found) = asked(&format!("{HEAD}{service}{hang}"));
    let found = found.expect("it was harmed");
    let held = found.held.as_ref().expect("it stayed down");
    assert!((held.at - 13.0 * 60.0).abs() < 1e-9, "{}", held.at);
    assert_eq!(held.unchanged, None, "it does not come back by itself");
    let loose: Vec<&Remedy> =
        held.tried.iter().filter(|one| held.loosens(one)).map(|one| &one.remedy).collect();
    assert!(
        loose.iter().any(|remedy| matches!(remedy, Remedy::QueueAge { tier, .. } if tier == "db")),
        "{loose:?}"
    );
    // From the beginning, the same helps most; and what is tried stays within what is promised of its cost.
    let best = found.best().next().expect("something helps");
    let of_queue = |remedy: &Remedy| {
        matches!(remedy, Remedy::QueueAge { .. } | Remedy::NewestFirst { .. } | Remedy::Replicas { .. })
    };
    assert!(of_queue(&best.remedy), "{:?}", best.remedy);
    assert!(0.5 < best.share(&found.operation), "{best:?}");
    let share =
        best.of(&found.operation).and_then(brownout::counterfactual::Saved::share).expect("some were lost");
    let (low, high) = share.ci95.expect("ten runs");
    assert!(low < share.mean && share.mean < high && high - low < 0.2, "{share:?}");
    assert!(found.runs <= 10 + 30 + 40 + 60 + 30, "{} runs", found.runs);
}
