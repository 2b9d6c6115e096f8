//! A job is plain data that another process runs with the same outcome, and a run that is steered is the same run.

use brownout::{Job, JobError, Overrides, Settings, Silent, Steered, Text, VERSION, asked, digests, open};
use std::collections::BTreeMap;

const SCENARIO: &str = r#"
schema = 1
[run]
duration = "10m"
replications = 3
[load.web]
rate = "4/s"
journey = [{ do = "get" }]
client = { timeout = "2s", retries = 1 }
[tier.app]
kind = "service"
workers = 1
service = { dist = "exponential", mean = "100ms" }
queue = { limit = 50 }
"#;

fn job() -> Job {
    Job {
        version: VERSION.to_owned(),
        path: "one.toml".to_owned(),
        texts: BTreeMap::from([("one.toml".to_owned(), SCENARIO.to_owned())]),
        set: vec![("load.web.rate".to_owned(), "5/s".to_owned())],
        variant: None,
        seed: Some(11),
        replications: 1..3,
        windows: true,
    }
}

#[test]
fn a_job_from_its_text_gives_what_the_study_gives() {
    let text = serde_json::to_string(&job()).expect("plain data");
    let sent: Job = serde_json::from_str(&text).expect("what was written");
    let there = sent.perform(&Silent).expect("a run");
    let overrides = Overrides { set: job().set, seed: Some(11), ..Overrides::default() };
    let cases = open("one.toml", &Text(SCENARIO.to_owned()), &overrides).expect("a scenario");
    let here =
        digests(&cases, Settings { threads: 2, windows: true, beside: false, provenance: false }, &[Silent])
            .expect("runs");
    assert!(there == here[0][1..3], "replications 1 and 2");
    assert_ne!(here[0][0].fingerprint, here[0][1].fingerprint);
}

#[test]
fn a_job_of_another_version_or_with_mistakes_is_refused() {
    let old = Job { version: "0.0.1".to_owned(), ..job() };
    assert!(matches!(old.perform(&Silent), Err(JobError::Version { wanted, .. }) if wanted == "0.0.1"));
    let wrong = Job { set: vec![("tier.app.workers".to_owned(), "0".to_owned())], ..job() };
    assert!(matches!(wrong.perform(&Silent), Err(JobError::Invalid(text)) if text.contains("workers")));
}

#[test]
fn a_run_that_is_steered_is_the_same_run_until_it_is_changed() {
    let open = |set: Vec<(String, String)>| {
        let overrides = Overrides { set, ..Overrides::default() };
        open("one.toml", &Text(SCENARIO.to_owned()), &overrides).expect("a scenario").remove(0)
    };
    let case = open(vec![]);
    let whole = digests(
        std::slice::from_ref(&case),
        Settings { threads: 1, windows: true, beside: false, provenance: false },
        &[Silent],
    )
    .expect("runs");
    let at = |text: &str| text.parse().expect("a span");
    let mut run = Steered::open(case.clone(), 0);
    run.until(at("5m")).expect("a run");
    let rate = asked(&case, "web.success_rate").expect("a metric");
    assert_eq!(run.metric(&rate, at("1m")).expect("a run"), Some(1.0));
    assert_eq!(run.finish().expect("a run").fingerprint, whole[0][0].fingerprint);

    // The tier hangs from the fifth minute on: until then all is as it was, then nothing is answered.
    let fault = r#"[{ tier = "app", kind = "hang", at = "5m", for = "5m" }]"#;
    let other = open(vec![("fault".to_owned(), fault.to_owned())]);
    let mut run = Steered::open(case, 0);
    run.until(at("5m")).expect("a run");
    run.change(other.scenario.model).expect("the same until now");
    run.until(at("9m")).expect("a run");
    let after = run.metric(&rate, at("6m")).expect("a run");
    assert_eq!((run.metric(&rate, at("1m")).expect("a run") < Some(1.0), after), (true, Some(0.0)));
}
