//! Each reason for which an intent is not served, planted and found: where it was decided and because of what; the
//! mechanisms of the chain; and that asking for reasons changes nothing else.

use brownout::findings::Findings;
use brownout::reasons::{Because, Decided, Mechanism, Outcome, Provenance, Reason};
use brownout::{Overrides, Settings, Silent, Text, digests, open, setting, simulate};

/// Users log in through an edge, an api whose workers wait for its database, and that database.
const SERVICE: &str = r#"
schema = 1
title = "Reasons"
[run]
duration = "5m"
warmup = "20s"
seed = 3
replications = 1
[operation.login]
slo = "1s"
[load.web]
entry = "edge"
rate = "20/s"
journey = [{ do = "login" }]
client = { timeout = "5s" }
[tier.edge]
kind = "gateway"
calls = [{ to = "api" }]
[tier.api]
kind = "service"
workers = 20
service = { dist = "gamma", mean = "50ms", cv = 0.5 }
calls = [{ to = "db" }]
[tier.db]
kind = "database"
connections = 4
service = { dist = "exponential", mean = "50ms" }
"#;

/// The api serves half of what comes.
const SLOW: [&str; 3] = ["tier.api.workers=1", "tier.api.hold=false", "load.web.rate=40/s"];

fn found(set: &[&str], extra: &str) -> Findings {
    let set = set.iter().map(|one| setting(one).expect("a setting")).collect();
    let overrides = Overrides { set, ..Overrides::default() };
    let text = Text(format!("{SERVICE}{extra}"));
    let cases = match open("reasons.toml", &text, &overrides) {
        Ok(cases) => cases,
        Err(problems) => panic!("{}", problems.render(false)),
    };
    let settings = Settings { threads: 2, windows: true, beside: true, provenance: true };
    simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0)
}

fn fault(tier: &str, what: &str) -> String {
    format!("[[fault]]\nat = \"1m\"\nfor = \"1m\"\ntier = \"{tier}\"\nkind = {what}\n")
}

fn provenance(findings: &Findings) -> &Provenance {
    findings.provenance.as_ref().expect("it was asked for")
}

/// The reason of most intents that ended so.
fn most(findings: &Findings, outcome: Outcome) -> &Decided {
    let of = provenance(findings).reasons.iter().filter(|one| one.outcome == outcome);
    let said = || format!("{:#?}", provenance(findings).reasons);
    of.max_by(|a, b| a.count.mean.total_cmp(&b.count.mean)).unwrap_or_else(|| panic!("none: {}", said()))
}

/// That most failed for this reason, at this place, because of this; and that a tenth of them is all that failed for
/// others.
fn assert_failed(findings: &Findings, reason: Reason, place: &str, because: &Because) {
    let one = most(findings, Outcome::Failed);
    let told = (one.reason, one.place.as_str(), &one.because);
    assert_eq!(told, (reason, place, because), "{:#?}", provenance(findings).reasons);
    let all: f64 = provenance(findings).reasons.iter().map(|one| one.count.mean).sum();
    assert!((provenance(findings).unserved.mean - all).abs() < 1e-6, "reasons add up");
}

fn fault_of(findings: &Findings) -> Because {
    Because::Change(findings.marks[0].change.expect("a fault is a change"))
}

#[test]
fn a_tier_that_fails_calls() {
    let findings = found(&[], &fault("db", "\"errors\"\nratio = \"100%\""));
    assert_failed(&findings, Reason::Error, "db", &fault_of(&findings));
    // Every login in that minute, to the last one.
    let failed = most(&findings, Outcome::Failed).count.mean;
    assert!((1_000.0..1_400.0).contains(&failed), "20 a second for a minute: {failed}");
}

#[test]
fn a_name_that_is_not_resolved_and_calls_that_get_lost() {
    let findings = found(&[], &fault("db", "\"dns\""));
    assert_failed(&findings, Reason::Name, "db", &fault_of(&findings));
    let findings = found(&[], &fault("api", "\"loss\"\nratio = \"100%\""));
    assert_failed(&findings, Reason::Lost, "api", &fault_of(&findings));
}

#[test]
fn a_tier_that_is_down() {
    let findings = found(&[], &fault("db", "\"crash\""));
    let one = most(&findings, Outcome::Failed);
    assert_eq!((one.reason, one.place.as_str()), (Reason::Down, "db"));
    assert_eq!(one.because, fault_of(&findings));
    let crashed = provenance(&findings).reasons.iter().any(|one| one.reason == Reason::Crashed);
    assert!(crashed, "calls that were inside are lost: {:#?}", provenance(&findings).reasons);
}

#[test]
fn a_tier_that_hangs_keeps_calls_in_service_and_others_in_queues() {
    let findings = found(&[], &fault("db", "\"hang\""));
    let (reasons, fault) = (&provenance(&findings).reasons, fault_of(&findings));
    let failed = |reason, place: &str| {
        let of = reasons.iter().filter(|one| one.outcome == Outcome::Failed && one.because == fault);
        of.filter(|one| one.reason == reason && one.place == place).map(|one| one.count.mean).sum::<f64>()
    };
    // Of the twenty workers of the api all call the database, which has four in service and sixteen in its queue; the
    // calls stay when their clients leave. All others wait at the api.
    assert_eq!((failed(Reason::Service, "db").round(), failed(Reason::Waiting, "db").round()), (4.0, 16.0));
    let pool = reasons.iter().filter(|one| one.because == Because::Callee("db".to_owned()));
    assert!(500.0 < pool.map(|one| one.count.mean).sum::<f64>(), "{reasons:#?}");
    let chain = findings.chain.as_ref().expect("it broke");
    let step = chain.steps.iter().find(|step| step.mechanism == Mechanism::PoolExhaustion).expect("a step");
    assert_eq!((step.from.as_str(), step.to.as_str()), ("db", "api"));
    assert_eq!(chain.first.as_deref(), Some("db"), "{chain:#?}");
}

#[test]
fn a_full_queue_refuses_and_a_full_backlog_drops() {
    let few = ["tier.api.workers=1", "tier.api.queue.limit=5", "load.web.rate=40/s"];
    let findings = found(&[&few[..], &["tier.db.service=200ms"]].concat(), "");
    assert_failed(&findings, Reason::FullQueue, "api", &Because::Callee("db".to_owned()));
    let findings = found(&[&few[..], &["tier.api.hold=false"]].concat(), "");
    assert_failed(&findings, Reason::FullQueue, "api", &Because::FirstAttempts);
    let drops = ["tier.api.queue.overflow=drop", "tier.api.queue.retransmit=none", "tier.api.hold=false"];
    let findings = found(&[&few[..], &drops].concat(), "");
    assert_failed(&findings, Reason::Dropped, "api", &Because::FirstAttempts);
}

#[test]
fn a_policy_turns_calls_away() {
    let findings = found(&["tier.api.policies.few={ kind = \"rate-limit\", rate = \"5/s\" }"], "");
    assert_failed(&findings, Reason::Policy, "api", &Because::Policy("rate-limit".to_owned()));
}

#[test]
fn calls_that_waited_too_long_are_dropped() {
    let set = [&SLOW[..], &["tier.api.queue.expire=2s"]].concat();
    let findings = found(&set, "");
    assert_failed(&findings, Reason::Expired, "api", &Because::FirstAttempts);
}

#[test]
fn a_queue_of_retries_and_one_of_abandoned_calls() {
    let set = [&SLOW[..], &["load.web.client.on_timeout=abandon"]].concat();
    let findings = found(&set, "");
    assert_failed(&findings, Reason::Waiting, "api", &Because::Abandoned);
    let one = most(&findings, Outcome::Failed);
    let waited = one.waited.as_ref().expect("a wait");
    assert!((waited.seconds - 5.0).abs() < 0.1, "each waits until its client leaves: {waited:?}");
    assert!((waited.parts.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{waited:?}");
    let chain = findings.chain.as_ref().expect("it broke");
    assert!(
        chain.steps.iter().any(|step| step.mechanism == Mechanism::OldQueue && step.to == "api"),
        "{chain:#?}"
    );
    let set = [&SLOW[..], &["tier.api.queue.limit=2", "load.web.client.retries=10"]].concat();
    let findings = found(&set, "");
    assert_failed(&findings, Reason::FullQueue, "api", &Because::Retries);
    let chain = findings.chain.as_ref().expect("it broke");
    assert!(
        chain.steps.iter().any(|step| step.mechanism == Mechanism::RetryLoad && step.to == "api"),
        "{chain:#?}"
    );
}

#[test]
fn late_for_a_queue_and_late_for_a_slow_service() {
    let findings = found(&["load.web.client.timeout=none"], &fault("db", "\"hang\""));
    let one = most(&findings, Outcome::Late);
    assert_eq!(one.reason, Reason::Waiting, "{:#?}", provenance(&findings).reasons);
    let findings =
        found(&["tier.db.connections=200", "tier.api.workers=200"], &fault("db", "\"slow\"\nfactor = 40"));
    let one = most(&findings, Outcome::Late);
    assert_eq!(
        (one.reason, one.place.as_str()),
        (Reason::Service, "db"),
        "{:#?}",
        provenance(&findings).reasons
    );
    assert_eq!(one.because, fault_of(&findings));
}

#[test]
fn what_is_open_at_the_end_has_a_reason() {
    let late = "[[fault]]\nat = \"290s\"\nfor = \"1h\"\ntier = \"db\"\nkind = \"hang\"\n";
    let findings = found(&["load.web.client.timeout=none"], late);
    let open = provenance(&findings).reasons.iter().filter(|one| one.outcome == Outcome::Open);
    let count: f64 = open.map(|one| one.count.mean).sum();
    assert!((150.0..260.0).contains(&count), "20 a second for 10 s: {count}");
}

#[test]
fn operations_that_never_began_point_to_the_login_that_failed() {
    let set =
        ["load.web.journey=[{ do = \"login\" }, { do = \"chat\", times = 3 }]", "tier.db.connections=20"];
    let findings = found(&set, &fault("db", "\"errors\"\nratio = \"100%\"\non = [\"login\"]"));
    let starved = &provenance(&findings).starved;
    let chat = starved.iter().find(|one| one.operation == "chat").expect("chats were starved");
    assert_eq!(chat.by.as_deref(), Some("login"), "{starved:#?}");
    let reason = &provenance(&findings).reasons[chat.reason.expect("a reason")];
    assert_eq!((reason.reason, reason.place.as_str()), (Reason::Error, "db"));
    assert!((3_000.0..4_200.0).contains(&chat.count.mean), "three for each of 1,200 logins: {chat:?}");
}

#[test]
fn a_cold_cache_and_a_failover_are_steps() {
    let cache = "[tier.reads]\nkind = \"cache\"\nkeys = 2000\nentries = 1800\nskew = 0\n\n\
                 calls = [{ to = \"store\", timeout = \"1s\" }]\n\
                 [tier.store]\nkind = \"database\"\nconnections = 1\n\
                 service = { dist = \"exponential\", mean = \"3.33ms\" }\n\
                 [[fault]]\nat = \"1m\"\ntier = \"reads\"\nkind = \"flush\"\n";
    let set = [
        "load.web.entry=reads",
        "load.web.rate=600/s",
        "load.web.client.on_timeout=abandon",
        "load.web.client.timeout=1s",
    ];
    let findings = found(&set, cache);
    let chain = findings.chain.as_ref().expect("it broke");
    let cold = chain.steps.iter().find(|step| step.mechanism == Mechanism::ColdCache).expect("a cold cache");
    assert_eq!((cold.from.as_str(), cold.to.as_str()), ("reads", "store"), "{chain:#?}");
    let other =
        "[tier.other]\nkind = \"database\"\nconnections = 1\nservice = \"70ms\"\nqueue = { limit = 10 }\n";
    let set = ["tier.api.calls=[{ to = \"db\", timeout = \"2s\", fallback = \"other\" }]"];
    let findings = found(&set, &format!("{other}{}", fault("db", "\"crash\"")));
    let chain = findings.chain.as_ref().expect("it broke");
    let over = chain.steps.iter().find(|step| step.mechanism == Mechanism::Failover).expect("a failover");
    assert_eq!((over.from.as_str(), over.to.as_str()), ("db", "other"), "{chain:#?}");
}

#[test]
fn asking_for_reasons_changes_nothing_else() {
    let text = Text(format!("{SERVICE}{}", fault("db", "\"hang\"")));
    let cases = open("reasons.toml", &text, &Overrides::default()).expect("a scenario");
    let digest = |provenance| {
        let settings = Settings { threads: 1, windows: true, beside: false, provenance };
        digests(&cases, settings, &[Silent]).expect("runs").remove(0).remove(0)
    };
    let (without, with) = (digest(false), digest(true));
    assert!(without.provenance.is_none() && with.provenance.is_some());
    assert_eq!(without.fingerprint, with.fingerprint);
    let (keep, provenance) = (without.keep.clone(), None);
    assert!(brownout::Digest { keep, provenance, ..with } == without, "all else is the same");
}
