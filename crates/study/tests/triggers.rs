//! What an outage began with, as the first sentence says it: not what no call can meet, nor what came after; each
//! outbreak by its own trigger; and acts that were the trigger.

use brownout::findings::{Badge, Findings, OperationVerdict};
use brownout::words::verdict_line;
use brownout::{Overrides, Settings, Silent, Text, open, simulate};

/// Two loads share an edge and a model; logins need `auth` and its database. Nothing calls `spare`.
const SERVICE: &str = r#"
schema = 1
title = "Which trigger"
[run]
duration = "40m"
warmup = "5m"
seed = 3
replications = 1
[load.web]
entry = "edge"
rate = "10/s"
journey = [{ do = "login" }, { do = "chat", times = 2, think = "5s" }]
client = { timeout = "5s", retries = 2, backoff = { base = "500ms" } }
[load.api]
entry = "edge"
rate = "10/s"
journey = [{ do = "complete" }]
client = { timeout = "5s", retries = 1 }
[tier.edge]
kind = "gateway"
calls = [{ to = "auth", on = ["login"] }, { to = "model", on = ["chat", "complete"] }]
[tier.auth]
kind = "auth"
replicas = 2
workers = 8
service = { dist = "gamma", mean = "100ms", cv = 0.5 }
queue = { limit = 100 }
calls = [{ to = "db", timeout = "1s" }]
[tier.db]
kind = "database"
connections = 20
service = { dist = "exponential", mean = "10ms" }
[tier.model]
kind = "service"
replicas = 4
workers = 16
service = { dist = "exponential", mean = "300ms" }
[tier.spare]
kind = "service"
workers = 4
service = "10ms"
"#;

fn found(extra: &str) -> Findings {
    found_in(format!("{SERVICE}{extra}"))
}

fn found_in(text: String) -> Findings {
    let cases = open("trigger.toml", &Text(text), &Overrides::default()).expect("a scenario");
    let settings = Settings { threads: 2, windows: true, beside: true, provenance: false };
    simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0)
}

fn fault(at: &str, lasts: &str, tier: &str, what: &str) -> String {
    format!("[[fault]]\nat = \"{at}\"\nfor = \"{lasts}\"\ntier = \"{tier}\"\n{what}\n")
}

const DEAD: &str = "kind = \"errors\"\nratio = \"100%\"";

fn operation<'f>(findings: &'f Findings, name: &str) -> &'f OperationVerdict {
    findings.verdict.operations.iter().find(|one| one.operation == name).expect("it is asked for")
}

#[test]
fn what_no_call_can_meet_is_no_trigger_whenever_it_happens() {
    let spare = "kind = \"crash\"";
    for (at, lasts) in [("7m", "30m"), ("15m", "20m"), ("14m", "3m")] {
        let findings = found(&[fault("15m", "8m", "db", DEAD), fault(at, lasts, "spare", spare)].concat());
        let said = verdict_line(&findings);
        assert!(said.starts_with("Web login was down for 8."), "{said}");
        assert!(said.contains("Trigger: db fails 100 % of calls; db broke first at once"), "{said}");
        assert!(!said.contains("spare"), "{said}");
        assert!(findings.marks.iter().any(|mark| mark.unmet), "it is drawn all the same");
    }
    let said = verdict_line(&found(&fault("15m", "8m", "spare", spare)));
    assert!(
        said.contains("No operation was down or degraded; spare is down, where no call comes."),
        "{said}"
    );
}

#[test]
fn a_fault_of_calls_that_never_come_there_is_no_trigger_either() {
    let elsewhere = format!("{DEAD}\non = [\"chat\"]");
    let findings = found(&fault("15m", "8m", "db", &elsewhere));
    assert_eq!(findings.verdict.badge, Badge::Unharmed);
    let said = verdict_line(&findings);
    assert!(said.contains("db fails 100 % of chat calls, where no call comes"), "{said}");
}

#[test]
fn a_part_of_the_replicas_is_named() {
    let half = "kind = \"crash\"\nshare = \"50%\"";
    let said = verdict_line(&found(&fault("15m", "8m", "auth", half)));
    assert!(said.contains("auth is down on 50 % of its replicas"), "{said}");
}

#[test]
fn each_outbreak_has_its_own_trigger() {
    let findings = found(&[fault("10m", "3m", "db", DEAD), fault("25m", "5m", "model", DEAD)].concat());
    let said = verdict_line(&findings);
    let login = operation(&findings, "login");
    assert_eq!(login.outbreaks.len(), 1, "{said}");
    assert_eq!((&login.outbreaks[0].triggers[..], &login.outbreaks[0].later[..]), (&[0][..], &[][..]));
    let complete = operation(&findings, "complete");
    assert_eq!(complete.outbreaks[0].triggers, [1]);
    let chat = operation(&findings, "chat");
    assert_eq!(chat.outbreaks.iter().map(|one| one.triggers.clone()).collect::<Vec<_>>(), [[0], [1]]);
}

#[test]
fn what_came_on_top_is_told_and_the_last_end_counts() {
    let findings = found(&[fault("10m", "8m", "db", DEAD), fault("14m", "12m", "auth", DEAD)].concat());
    let said = verdict_line(&findings);
    assert!(
        said.contains("Trigger: db fails 100 % of calls, and auth fails 100 % of calls came on top"),
        "{said}"
    );
    assert!(said.contains("as soon as the last trigger was over"), "{said}");
    assert_eq!(operation(&findings, "login").badge, Badge::HealedWithTrigger, "{said}");
}

#[test]
fn what_was_going_on_already_is_told_beside_the_trigger() {
    let slow = "kind = \"slow\"\nfactor = 1.2";
    let said =
        verdict_line(&found(&[fault("8m", "12m", "auth", slow), fault("15m", "5m", "db", DEAD)].concat()));
    assert!(said.contains("Trigger: db fails 100 % of calls, while auth is 1.2× slower"), "{said}");
}

#[test]
fn an_act_of_an_operator_is_a_trigger_and_names_its_calls() {
    let step = "[controller.on-call]\nkind = \"operator\"\n[[controller.on-call.step]]\nname = \"oops\"\nat = \"15m\"\n\
                after = \"0s\"\ndo = \"shed\"\ntier = \"edge\"\non = [\"login\"]\nkeep = \"0%\"\n\
                [[controller.on-call.step]]\nat = \"23m\"\nafter = \"0s\"\ndo = \"undo\"\nstep = \"oops\"\n";
    let said = verdict_line(&found(step));
    assert!(said.starts_with("Web login was down for 8."), "{said}");
    assert!(
        said.contains("It began with what was done: on-call: edge keeps 0 % of its login calls"),
        "{said}"
    );
}

#[test]
fn fewer_replicas_by_an_operator_are_a_trigger() {
    let step = "[controller.on-call]\nkind = \"operator\"\n[[controller.on-call.step]]\nname = \"save\"\nat = \"15m\"\n\
                after = \"0s\"\ndo = \"scale\"\ntier = \"model\"\nreplicas = 1\n";
    // Nine of sixteen workers are busy; four are not enough.
    let findings = found_in(format!("{}{step}", SERVICE.replace("workers = 16", "workers = 4")));
    let said = verdict_line(&findings);
    assert!(said.contains("It began with what was done: on-call scales model to 1"), "{said}");
    assert!(!said.contains("without a trigger"), "{said}");
}

#[test]
fn lateness_that_doubles_is_told_where_some_answers_are_late_on_any_day() {
    let slo = "[operation.complete]\nslo = \"400ms\"\n";
    let slow = fault("15m", "10m", "model", "kind = \"slow\"\nfactor = 2.1");
    let quiet = found(slo);
    assert_eq!(operation(&quiet, "complete").badge, Badge::Unharmed, "{}", verdict_line(&quiet));
    let findings = found(&format!("{slo}{slow}"));
    let complete = operation(&findings, "complete");
    assert!(Badge::Dented < complete.badge, "{}", verdict_line(&findings));
    let episode = &complete.episodes[0][0];
    assert!((890.0..960.0).contains(&episode.from) && (1440.0..1600.0).contains(&episode.to), "{episode:?}");
}

#[test]
fn what_outlasts_the_outage_was_not_in_its_way() {
    let slow = "kind = \"slow\"\nfactor = 2";
    let said =
        verdict_line(&found(&[fault("15m", "5m", "auth", DEAD), fault("17m", "20m", "db", slow)].concat()));
    assert!(said.contains("Trigger: auth fails 100 % of calls; auth broke first"), "{said}");
    assert!(!said.contains("db") && said.contains("as soon as the trigger was over"), "{said}");
}

#[test]
fn each_outbreak_has_its_own_first_tier() {
    let findings = found(&[fault("10m", "3m", "db", DEAD), fault("25m", "8m", "model", DEAD)].concat());
    let said = verdict_line(&findings);
    assert!(said.starts_with("Web chat was "), "{said}");
    assert!(said.contains("Trigger: model fails 100 % of calls; model broke first at once."), "{said}");
}

/// An operator who takes capacity away and gives it back has not helped, nor has a restart of another tier.
#[test]
fn an_act_that_cannot_have_helped_is_no_intervention() {
    let operator = "[controller.on-call]\nkind = \"operator\"\n";
    let step = |at: &str, what: &str| {
        format!("[[controller.on-call.step]]\nat = \"{at}\"\nafter = \"0s\"\n{what}\n")
    };
    let dead = fault("15m", "8m", "db", DEAD);
    let scale = |to: u32| format!("do = \"scale\"\ntier = \"auth\"\nreplicas = {to}");
    let restart = "do = \"restart\"\ntier = \"model\"";
    for acts in [step("18m", &scale(1)) + &step("30m", &scale(2)), step("18m", restart)] {
        let findings = found(&[&dead, operator, &acts].concat());
        let login = operation(&findings, "login");
        assert!(login.badge <= Badge::SelfHealed, "{:?}: {}", login.badge, verdict_line(&findings));
    }
}
