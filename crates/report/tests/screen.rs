//! The terminal: everything fits, and no number is without its unit.

mod service;

use anstream::adapter::strip_str;
use brownout_analysis::Law;
use brownout_analysis::findings::{Expectation, Findings, Path, Tier};
use brownout_metrics::{Metric, Scope, Subject, Unit, all, clients, tiers};
use brownout_report::screen::{Capacity, Outline, Place, laws, outline, summary};
use brownout_stats::Estimate;

fn plain(text: &str) -> String {
    strip_str(text).to_string()
}

#[test]
fn a_summary_fits_one_screen() {
    let findings = service::findings();
    for findings in [&findings[..], &findings[..1]] {
        let shown = plain(&summary(findings, Some(1.5)));
        let widest = shown.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!((10..=37).contains(&shown.lines().count()) && widest <= 80, "{widest}:\n{shown}");
    }
    assert_eq!(summary(&[], None), "");
}

#[test]
fn a_summary_says_what_happened() {
    let findings = service::findings();
    let shown = plain(&summary(&findings[..1], Some(1.5)));
    let has = |wanted: &str| assert!(shown.contains(wanted), "no {wanted:?} in\n{shown}");
    for wanted in
        ["A page, and a chat beside it", "impact ", "tiers by onset", "models  ", "FAILED", "web get"]
    {
        has(wanted);
    }
    for wanted in ["http_503", "events/s", &findings[0].stamp.fingerprint, "calls waited for"] {
        has(wanted);
    }
    let without = plain(&summary(&findings[..1], None));
    assert!(without.trim_end().ends_with(" events"), "no clock, no speed:\n{without}");
    let both = plain(&summary(&findings, None));
    assert!(both.contains("base: ") && both.contains("\nfast ") && both.contains("variant"), "{both}");
}

#[test]
fn names_that_begin_alike_are_told_apart() {
    let mut findings = service::findings();
    findings.truncate(1);
    let long = |end: &str| format!("players that sign in again after the outage of {end}");
    let tiers = [long("eu-west-1"), long("eu-west-2")];
    findings[0].service.paths.truncate(1);
    let path = findings[0].service.paths[0].clone();
    findings[0].service.paths =
        tiers.iter().map(|class| Path { class: class.clone(), ..path.clone() }).collect();
    let tier = findings[0].service.tiers[0].clone();
    findings[0].service.tiers =
        tiers.iter().map(|name| Tier { name: name.clone(), ..tier.clone() }).collect();
    findings[0].expectations.clear();
    let shown = plain(&summary(&findings, None));
    let names: Vec<&str> = shown.lines().filter(|line| line.starts_with("players")).collect();
    let first = |line: &&str| line.split("  ").next().unwrap_or_default().to_owned();
    let names: std::collections::BTreeSet<String> = names.iter().map(first).collect();
    assert_eq!(names.len(), 4, "two classes and two tiers:\n{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

/// Whose numbers such a metric can be, in the small service.
fn subject(scope: Scope) -> Subject {
    let (class, operation, tier) = ("web".to_owned(), "get".to_owned(), "app".to_owned());
    match scope {
        Scope::Run => Subject::Run,
        Scope::Total => Subject::Total,
        Scope::Load => Subject::Load(class),
        Scope::Class => Subject::Class(class),
        Scope::Path => Subject::Path { class, operation },
        Scope::Tier => Subject::Tier(tier),
        Scope::TierPath => Subject::TierPath { tier, class, operation },
    }
}

fn has_unit(shown: &str, unit: Unit) -> bool {
    match unit {
        Unit::Seconds => shown.ends_with(" ms") || shown.ends_with(" s"),
        Unit::PerSecond(_) => shown.ends_with("/s"),
        Unit::Share => shown.ends_with(" %"),
        Unit::Count(of) | Unit::Balance(of) | Unit::Time(of) => shown.ends_with(&format!(" {of}")),
        Unit::Times => shown.ends_with('×'),
        Unit::Dollars => shown.starts_with('$'),
        Unit::DollarsPerMillion => shown.starts_with('$') && shown.ends_with("/M tokens"),
        Unit::Badge => shown.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-'),
    }
}

fn expecting(metric: &Metric, scope: Scope) -> Expectation {
    Expectation {
        that: "X".to_owned(),
        when: String::new(),
        key: metric.key.to_owned(),
        subject: subject(scope),
        value: (metric.unit != Unit::Badge).then_some(Estimate { mean: 0.5, ci95: None, n: 1 }),
        passed: 1,
        replications: 1,
        pass: true,
    }
}

#[test]
fn every_metric_that_is_expected_is_shown_with_its_unit() {
    let found = service::findings().swap_remove(0);
    for metric in all() {
        for &scope in metric.scopes {
            let findings = Findings { expectations: vec![expecting(metric, scope)], ..found.clone() };
            let shown = plain(&summary(&[findings], None));
            let row = shown.lines().find(|line| line.contains(" X ")).expect("a row");
            let came = row.trim_end_matches("1 of 1").split_once('X').expect("a row").1.trim();
            assert!(has_unit(came, metric.unit), "{} of a {}: {row}", metric.key, scope.words());
        }
    }
}

#[test]
fn a_law_is_shown_with_its_unit_and_why_it_fails() {
    let law = |name: &str, metric: &Metric, scope, theory: f64, ci99, pass| Law {
        law: name.to_owned(),
        key: metric.key.to_owned(),
        subject: subject(scope),
        theory,
        simulated: 2.0,
        ci99,
        half_width: 0.02,
        pass,
    };
    let rows = [
        law("M/M/1 W", &tiers::SOJOURN[0], Scope::Tier, 2.0, (1.99, 2.01), true),
        law("M/M/1 rho", &tiers::UTILISATION, Scope::Tier, 0.5, (0.6, 0.7), false),
        law("rate", &clients::GOODPUT, Scope::Class, 2.0, (f64::NEG_INFINITY, f64::INFINITY), false),
    ];
    let shown = plain(&laws(&rows, "0.0.0", 1_234_567, 2.0));
    assert_eq!(
        shown,
        "law         theory  simulated      99 % interval  unit\n\
         M/M/1 W     2.0000     2.0000    1.9900 … 2.0100  s          ok\n\
         M/M/1 rho  0.50000     2.0000  0.60000 … 0.70000  share      FAILED: outside\n\
         rate        2.0000     2.0000              – … –  intents/s  FAILED: too wide\n\
         \n\
         1 of 3 laws hold · brownout 0.0.0 · 1,234,567 events in 2.00 s\n"
    );
}

#[test]
fn a_scenario_is_outlined() {
    let scenario = Outline {
        plan: Vec::new(),
        title: "One worker",
        question: "Does it keep up?",
        places: vec![
            Place { name: "web", kind: "load", calls: vec!["app"] },
            Place { name: "app", kind: "service", calls: Vec::new() },
        ],
        capacities: vec![Capacity { tier: "app", advertised: 5.0, hidden: 2.5 }],
        paths: vec![("web", "get")],
        replications: 3,
        duration_seconds: 600.0,
        warmup_seconds: 60.0,
        windows: 600,
        window_seconds: 1.0,
        events: 12_345.0,
        memory: brownout_units::Bytes::new(31_000_000),
        faults: 0,
        expectations: 1,
        laws: 2,
        variants: vec!["slow"],
        sweep: vec![("tier.app.workers", Some(4))],
        forecast: Some(
            "4 points, 32 runs (64 with those beside): about 1:05, and 2 MB of disk at most\n".to_owned(),
        ),
        promises: vec!["web.get.success_rate > 99%"],
        version: "0.0.0",
        scenario_hash: 0xabc,
        seed: 7,
    };
    assert_eq!(
        plain(&outline(&scenario)),
        "One worker\n\
         Does it keep up?\n\
         \n\
         place  kind     calls\n\
         web    load     app\n\
         app    service\n\
         \n\
         capacity, of the load at the start  advertised  hidden\n\
         app                                     5.00 ×  2.50 ×\n\
         Advertised: first attempts, warm caches. Hidden: every try that may be made,\n\
         empty caches; above it an outage may stay when its cause is gone.\n\
         \n\
         users do    web get\n\
         run         3 replications of 10 min, 1 min warm-up, 600 windows of 1 s\n\
         events      about 12.3 k each\n\
         memory      about 31MB on one thread\n\
         goes wrong  0 faults\n\
         checked     1 expectation, 2 laws\n\
         variants    slow\n\
         sweep       tier.app.workers (4 values)\n\
         \x20           4 points, 32 runs (64 with those beside): about 1:05, and 2 MB of\n\
         \x20           disk at most (on one core)\n\
         promised    web.get.success_rate > 99%\n\
         stamp       brownout 0.0.0 · scenario 0000000000000abc · seed 7\n"
    );
}
