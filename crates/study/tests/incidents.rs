//! Incidents as a writer of postmortems would put them down: what is said of them could be pasted.

use brownout::findings::{Badge, Findings};
use brownout::words::verdict_line;
use brownout::{Overrides, Settings, Silent, Text, open, simulate};

fn found(text: &str) -> Findings {
    let cases = open("incident.toml", &Text(text.to_owned()), &Overrides::default()).expect("a scenario");
    let settings = Settings { threads: 2, windows: true, beside: true, provenance: false };
    simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0)
}

fn assert_said(findings: &Findings, parts: &[&str]) {
    let said = verdict_line(findings);
    let mut rest = said.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is not said, or too early: {said}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn a_quota_cut_to_zero_takes_logins_down_and_tokens_hold_for_a_while() {
    let found = found(include_str!("incidents/quota.toml"));
    assert_said(
        &found,
        &[
            "People login was down for 47.0 min",
            "Trigger: identity has policies.quota.rate = 0/s",
            "identity broke first at once",
            "It was back as soon as the trigger was over",
            "People read was down for",
            "api read was down for",
        ],
    );
    // Reads went on with cached tokens: they were down for less than the quota was.
    let operation = |class: &str| {
        let mut all = found.verdict.operations.iter();
        all.find(|one| one.class == class && one.operation == "read").expect("it is asked for")
    };
    for class in ["people", "api"] {
        let down = operation(class).minutes_down.mean;
        assert!((30.0..40.0).contains(&down), "{class} read was down for {down} min");
    }
    assert!(found.verdict.badge <= Badge::SelfHealed, "{:?}", found.verdict.badge);
}

#[test]
fn users_who_come_back_together_bring_accounts_down_again() {
    let found = found(include_str!("incidents/relapse.toml"));
    assert_said(
        &found,
        &[
            "App sign-in was down for",
            "Trigger: accounts-db is down; accounts-db broke first at once",
            "It was back at 38 min and fell again 4.",
            "It did not come back by itself",
        ],
    );
    assert_eq!(found.verdict.badge, Badge::NeverCameBack);
}

#[test]
fn a_relapse_names_what_was_taken_back_before_it() {
    let found = found(include_str!("incidents/gate.toml"));
    assert_said(
        &found,
        &[
            "Members sign-in was down for",
            "Trigger: accounts is 6× slower; accounts broke first at once",
            "It was back at 34 min and fell again",
            "after what was done: oncall takes back: edge keeps 20 % of its sign-in calls",
        ],
    );
}
