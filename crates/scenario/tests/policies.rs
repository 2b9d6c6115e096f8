//! The table of policies, read from files: whatever a row says can be written, and nothing else.

mod common;

use brownout_model::{Body, Policy};
use brownout_scenario::Scenario;
use brownout_tiers::policy::{Need, Param, PolicyKind, Role, Side, find, kinds};
use common::load_text;

/// A scenario with one policy, by its body in TOML.
fn scenario(side: Side, policies: &str) -> String {
    let (client, tier) = match side {
        Side::Outlet => (policies, ""),
        Side::Inlet => ("", policies),
    };
    format!(
        "schema = 1\n[run]\nduration = \"1h\"\n\
         [load.web]\nrate = \"1/s\"\njourney = [{{ do = \"get\" }}]\n\
         [load.web.client]\nretries = 1\n[load.web.client.policies]\n{client}\n\
         [tier.app]\nkind = \"service\"\nworkers = 1\nservice = \"1ms\"\n[tier.app.policies]\n{tier}\n"
    )
}

fn policies(side: Side, scenario: &Scenario) -> &[Policy] {
    let Body::Station(station) = &scenario.model.tiers[0].body else { panic!("a service is a station") };
    match side {
        Side::Outlet => &scenario.model.loads[0].client.policies,
        Side::Inlet => &station.policies,
    }
}

/// Something that its role allows.
fn sample(param: &Param) -> String {
    match param.role {
        Role::Count(min, max) => min.max(100).min(max).to_string(),
        Role::Number(min, max) => min.max(1.0).min(max).to_string(),
        Role::Ratio => "\"50%\"".to_owned(),
        Role::Span => "\"2s\"".to_owned(),
        Role::Rate => "\"100/s\"".to_owned(),
        Role::Word(words) => format!("\"{}\"", words[0]),
        Role::Hours => format!("[{}]", ["1"; 24].join(", ")),
        Role::Clock => unreachable!("it is never written"),
    }
}

fn written(kind: &PolicyKind, wanted: impl Fn(&Param) -> bool) -> String {
    let said = kind.params.iter().filter(|param| param.role != Role::Clock && wanted(param));
    let said = said.map(|param| format!("{} = {}", param.name, sample(param)));
    said.collect::<Vec<_>>().join(", ")
}

#[test]
fn names_are_found_and_unique() {
    for kind in kinds() {
        assert_eq!(find(kind.name), Some(kind));
        assert_eq!(kinds().iter().filter(|other| other.name == kind.name).count(), 1);
        assert!(kind.doc.ends_with('.') && kind.params.iter().all(|param| param.doc.ends_with('.')));
        for param in kind.params {
            assert_eq!(kind.params.iter().filter(|other| other.name == param.name).count(), 1);
        }
    }
    assert!(find("hope").is_none());
}

#[test]
fn whatever_a_row_says_can_be_written() {
    for kind in kinds() {
        let whole = written(kind, |_| true);
        let text = scenario(kind.side(), &format!("{} = {{ {whole} }}", kind.name));
        let scenario = load_text(&text).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let policy = &policies(kind.side(), &scenario)[0];
        assert_eq!(policy.kind, kind.name);
        let said = |param: &Param| policy.args.get(param.name).is_some();
        assert!(kind.params.iter().all(|param| param.role == Role::Clock || said(param)), "{policy:?}");
    }
}

#[test]
fn what_is_needed_is_asked_for_and_what_is_unknown_refused() {
    for kind in kinds() {
        let needed = kind.params.iter().filter(|param| param.need == Need::Required);
        for missing in needed {
            let rest = written(kind, |param| param.name != missing.name);
            let text = scenario(kind.side(), &format!("{} = {{ {rest} }}", kind.name));
            let problems = load_text(&text).expect_err("something is missing").to_string();
            assert!(problems.contains(&format!("needs \"{}\"", missing.name)), "{problems}");
        }
        let whole = written(kind, |_| true);
        let comma = if whole.is_empty() { "" } else { ", " };
        let text =
            scenario(kind.side(), &format!("own = {{ kind = \"{}\"{comma}{whole}, colour = 1 }}", kind.name));
        let problems = load_text(&text).expect_err("it has no colour").to_string();
        assert!(problems.contains("has no key \"colour\""), "{problems}");
    }
}

#[test]
fn false_takes_a_policy_away() {
    let text = scenario(Side::Inlet, "concurrency-limit = false\nrate-limit = { rate = \"1/s\" }");
    let scenario = load_text(&text).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let left = policies(Side::Inlet, &scenario);
    assert_eq!(left.iter().map(|policy| &*policy.kind).collect::<Vec<_>>(), ["rate-limit"]);
}
