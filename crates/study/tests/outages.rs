//! What is said first about an outage is what those who lived through it would say. Each scenario stands for a kind:
//! what failed is planted, and what must be said follows from it.

use brownout::findings::{Badge, Findings, Reason, SignKind, State};
use brownout::metrics::harm::{
    LOCKOUT_P50, LOCKOUT_P90, MINUTES_DOWN, PEOPLE_LOCKED_OUT, UNSERVED, UNSERVED_NEVER_BEGUN,
    USER_MINUTES_LOST,
};
use brownout::metrics::{Metric, Subject};
use brownout::{Overrides, Settings, Silent, Text, open, simulate};

fn found(text: &str) -> Findings {
    let cases = open("outage.toml", &Text(text.to_owned()), &Overrides::default()).expect("a scenario");
    let settings = Settings { threads: 2, windows: true, beside: true, provenance: false };
    simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0)
}

fn path(class: &str, operation: &str) -> Subject {
    Subject::Path { class: class.to_owned(), operation: operation.to_owned() }
}

fn mean(findings: &Findings, subject: &Subject, metric: &Metric) -> f64 {
    findings.values.get(subject, metric).map_or(f64::NAN, |estimate| estimate.mean)
}

fn badge(findings: &Findings, class: &str, operation: &str) -> Badge {
    findings.verdict.of(&path(class, operation))
}

/// Writes fail for twenty minutes; they are a part of the traffic between one in a thousand and all of it.
fn writes_fail(reads: f64, writes: f64) -> Findings {
    found(&format!(
        r#"
schema = 1
[run]
duration = "2h"
warmup = "5m"
[load.web]
rate = "{reads}/s"
journey = [{{ do = "read" }}]
[load.editors]
rate = "{writes}/s"
journey = [{{ do = "write" }}]
[tier.app]
kind = "service"
workers = 64
service = "20ms"
calls = [{{ to = "db", on = ["write"] }}]
[tier.db]
kind = "database"
connections = 40
service = "10ms"
[[fault]]
at = "50m"
for = "20m"
tier = "db"
kind = "errors"
ratio = "100%"
"#
    ))
}

#[test]
fn an_operation_is_down_whatever_its_part_of_the_traffic() {
    for (reads, writes) in [(100.0, 0.1), (100.0, 1.0), (20.0, 20.0), (0.02, 20.0)] {
        let found = writes_fail(reads, writes);
        let down = mean(&found, &path("editors", "write"), &MINUTES_DOWN);
        // A block of ten writes is the resolution.
        let block = (10.0 / writes / 60.0_f64).max(0.1);
        assert!((down - 20.0).abs() <= block, "{writes}/s: down for {down} min");
        assert_eq!(badge(&found, "editors", "write"), Badge::HealedWithTrigger, "{writes}/s");
        assert_eq!(found.verdict.worst, Some(path("editors", "write")), "{writes}/s");
        if 1.0 <= reads {
            assert_eq!(badge(&found, "web", "read"), Badge::Unharmed);
        }
    }
}

#[test]
fn errors_are_seen_at_once_where_they_begin() {
    let found = writes_fail(20.0, 20.0);
    let first = found.symptoms.first().expect("a symptom");
    assert_eq!((first.tier.as_str(), first.sign.kind), ("db", SignKind::Errors));
    assert!((3000.0..=3005.0).contains(&first.at.mean), "{:?}", first.at);
    let own: Vec<_> = found.symptoms.iter().filter(|symptom| !symptom.handed_on).collect();
    assert_eq!(own.len(), 1, "the caller hands errors on: {own:?}");
    assert!(found.verdict.counts.contains_key("healed-with-trigger"));
}

#[test]
fn users_who_are_refused_in_milliseconds_lose_the_time_until_they_are_served() {
    let found = found(
        r#"
schema = 1
[run]
duration = "1h"
warmup = "0s"
[load.web]
rate = "4/s"
journey = [{ do = "login" }]
client = { timeout = "3s", come_back = { chance = "100%", after = "2m" } }
[tier.app]
kind = "service"
workers = 64
service = "50ms"
[[fault]]
at = "15m"
for = "20m"
tier = "app"
kind = "crash"
"#,
    );
    // Who comes while it is down returns every two minutes until it is up: on average for half of the twenty minutes
    // and half of the two.
    let users = 4.0 * 1200.0;
    let minutes = users * 11.0;
    let subject = path("web", "login");
    let (people, lost) =
        (mean(&found, &subject, &PEOPLE_LOCKED_OUT), mean(&found, &subject, &USER_MINUTES_LOST));
    assert!((people / users - 1.0).abs() < 0.06, "{people} people of {users}");
    assert!((lost / minutes - 1.0).abs() < 0.07, "{lost} user-minutes of {minutes}");
    let down = mean(&found, &subject, &MINUTES_DOWN);
    assert!((down - 20.0).abs() < 0.2, "{down}");
    // One of ten each is locked out for two, four … twenty minutes.
    let [half, most] = [&LOCKOUT_P50, &LOCKOUT_P90].map(|metric| mean(&found, &subject, metric) / 120.0);
    assert!(
        (5.0..=6.1).contains(&half) && (9.0..=10.1).contains(&most),
        "{half} and {most} times two minutes"
    );
}

const FRONT_DOOR: &str = r#"
schema = 1
[run]
duration = "2h"
warmup = "10m"
[load.people]
rate = "2/s"
journey = [{ do = "login" }, { do = "chat", times = 4, think = "30s" }]
client = { timeout = "5s", on_failure = "leave" }
[tier.edge]
kind = "gateway"
calls = [{ to = "auth", on = ["login"] }, { to = "app", on = ["chat"] }]
[tier.auth]
kind = "auth"
workers = 8
service = "50ms"
[tier.app]
kind = "service"
workers = 64
service = "50ms"
[[fault]]
at = "40m"
for = "47m"
tier = "auth"
kind = "errors"
ratio = "100%"
"#;

#[test]
fn chats_that_never_begin_are_counted_with_the_login_that_failed() {
    let found = found(FRONT_DOOR);
    let (login, chat) = (path("people", "login"), path("people", "chat"));
    let down = mean(&found, &login, &MINUTES_DOWN);
    assert!((down - 47.0).abs() < 0.1, "{down}");
    // Users on their journey still chat; then no user does, until logins work again.
    let starved = mean(&found, &chat, &MINUTES_DOWN);
    assert!((40.0..47.5).contains(&starved), "{starved}");
    let operation = found.verdict.operations.iter().find(|o| o.subject() == chat).expect("an operation");
    assert_eq!(operation.mostly, Some(State::Down(Reason::Starved)));
    let logins = mean(&found, &login, &UNSERVED);
    assert!((logins / (2.0 * 47.0 * 60.0) - 1.0).abs() < 0.06, "{logins}");
    let never = mean(&found, &chat, &UNSERVED_NEVER_BEGUN);
    assert!((never / (4.0 * logins) - 1.0).abs() < 0.01, "{never} chats of {logins} logins");
    // A user who is turned away would have been there for two minutes of thinking, and cannot be.
    let lost = mean(&found, &Subject::Class("people".to_owned()), &USER_MINUTES_LOST);
    assert!((lost / (logins * 1.5) - 1.0).abs() < 0.5, "{lost} user-minutes");
}

const HANG: &str = r#"
schema = 1
[run]
duration = "1h"
warmup = "1m"
[load.web]
rate = "5/s"
journey = [{ do = "get" }]
[tier.server]
kind = "service"
workers = 4
service = "100ms"
[[fault]]
at = "10m"
for = "50m"
tier = "server"
kind = "hang"
"#;

#[test]
fn calls_that_never_end_are_seen() {
    let found = found(HANG);
    let subject = path("web", "get");
    let operation = &found.verdict.operations[0];
    assert_eq!(operation.mostly, Some(State::Down(Reason::Silent)));
    let down = mean(&found, &subject, &MINUTES_DOWN);
    assert!((down - 50.0).abs() < 0.2, "{down}");
    let unserved = mean(&found, &subject, &UNSERVED);
    assert!((unserved / 15_000.0 - 1.0).abs() < 0.04, "{unserved}");
    // The trigger lasts until the run ends: nothing can be said of what comes after it.
    assert_eq!(found.verdict.badge, Badge::Undecided);
}

#[test]
fn a_service_that_answers_nobody_is_failing() {
    let text = HANG.replace("100ms", "10h").split("[[fault]]").next().expect("a text").to_owned();
    let found = found(&text);
    assert_eq!(found.verdict.badge, Badge::Failing);
    let unserved = mean(&found, &path("web", "get"), &UNSERVED);
    assert!((unserved / 17_700.0 - 1.0).abs() < 0.04, "{unserved}");
}

#[test]
fn an_outage_that_returns_is_a_relapse() {
    let twice = HANG.replace("50m", "5m").replace("\"hang\"", "\"errors\"\nratio = \"100%\"");
    let twice = format!(
        "{twice}\n[[fault]]\nat = \"17m\"\nfor = \"5m\"\ntier = \"server\"\nkind = \"errors\"\nratio = \"100%\"\n"
    );
    let found = found(&twice);
    let episodes = &found.verdict.operations[0].episodes[0];
    let said: Vec<(bool, bool)> = episodes.iter().map(|episode| (episode.relapse, episode.open)).collect();
    assert_eq!(said, [(false, false), (true, false)], "{episodes:?}");
}

#[test]
fn what_an_operator_turns_away_is_no_symptom() {
    let text = r#"
schema = 1
[run]
duration = "1h"
warmup = "5m"
[load.web]
rate = "20/s"
journey = [{ do = "get" }]
[tier.edge]
kind = "gateway"
calls = [{ to = "app" }]
[tier.app]
kind = "service"
workers = 3
service = "100ms"
queue = { limit = 50 }
[[fault]]
at = "20m"
for = "10m"
tier = "app"
kind = "slow"
factor = 3
[controller.on-call]
kind = "operator"
acknowledge = "10s"
step = [{ at = "22m", do = "shed", tier = "edge", keep = "40%" }]
"#;
    let found = found(text);
    let first = &found.symptoms.first().expect("a symptom").tier;
    assert_eq!(first, "app");
    let edge = found.symptoms.iter().find(|symptom| symptom.tier == "edge");
    // It only suffers what the tier that it calls does, and what it turns away is on purpose.
    assert!(edge.is_none_or(|edge| edge.handed_on), "{edge:?}");
}
