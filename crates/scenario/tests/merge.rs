//! `extends`, variants, `--set`, and where problems are said to come from.

mod common;

use brownout_model::{Arrivals, Body, Service, Station};
use brownout_scenario::{Overrides, Problems, Scenario, load};
use common::{MM1, Memory};

const CHILD: &str = "extends = \"base/mm1.toml\"\nschema = 1\n\n[tier.server]\nreplicas = 2\n";

fn with(child: &str, set: &[(&str, &str)], variant: Option<&str>) -> Result<Scenario, Problems> {
    let files = Memory::of(&[("child.toml", child), ("base/mm1.toml", MM1)]);
    let set = set.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    let options = Overrides { set, variant: variant.map(str::to_owned), seed: None, replications: None };
    load("child.toml", &files, &options)
}

fn fine(child: &str, set: &[(&str, &str)], variant: Option<&str>) -> Scenario {
    with(child, set, variant).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn station(scenario: &Scenario) -> &Station {
    match &scenario.model.tiers[0].body {
        Body::Station(station) => station,
        other => panic!("not a station: {other:?}"),
    }
}

fn mean(scenario: &Scenario) -> f64 {
    match &station(scenario).service[0] {
        Service::Drawn(law) => law.mean(),
        other => panic!("not drawn: {other:?}"),
    }
}

#[test]
fn an_inference_tier_turns_from_slots_to_a_profile_and_back() {
    let tier = "[tier.server]\nkind = \"inference\"\n";
    let slots = format!("{tier}slots = 3\nreplicas = 7\nprefill = \"1/s\"\ndecode = \"1/s\"\n");
    let base = format!(
        "schema = 1\n[run]\nduration = \"1h\"\n[load.web]\nrate = \"1/s\"\njourney = [{{ do = \"get\" }}]\n\
         [operation.get]\nprompt = 10\noutput = 10\n{slots}"
    );
    let profile = format!("extends = \"base.toml\"\n{tier}profile = \"models/profiles/p.toml\"\n");
    let back = format!("extends = \"profile.toml\"\n{slots}");
    let files = Memory::of(&[
        ("base.toml", &base),
        ("profile.toml", &profile),
        ("back.toml", &back),
        ("models/profiles/p.toml", include_str!("../../../models/profiles/rtx-4090-llama-3.1-8b.toml")),
        ("models/hardware/rtx-4090.toml", include_str!("../../../models/hardware/rtx-4090.toml")),
        ("models/llm/llama-3.1-8b.toml", include_str!("../../../models/llm/llama-3.1-8b.toml")),
    ]);
    let body = |file| match load(file, &files, &Overrides::default()) {
        Ok(scenario) => scenario.model.tiers[0].body.clone(),
        Err(problems) => panic!("{}", problems.render(false)),
    };
    let Body::Engines(engines) = body("profile.toml") else { panic!("slots are left") };
    assert_eq!(engines.replicas, 1, "nothing of the slots is left");
    assert!(matches!(body("back.toml"), Body::Station(station) if station.replicas == 7));
}

#[test]
fn tables_merge_and_the_rest_is_replaced() {
    let scenario = fine(CHILD, &[], None);
    assert_eq!((station(&scenario).replicas, scenario.title.as_str()), (2, "M/M/1 at 80 %"));
    let journey = format!("{CHILD}\n[load.web]\njourney = [{{ do = \"put\" }}, {{ do = \"get\" }}]\n");
    let scenario = fine(&journey, &[], None);
    assert_eq!((scenario.model.loads[0].journey.len(), scenario.model.loads.len()), (2, 1));
}

#[test]
fn a_law_is_replaced_whole() {
    // Merged key by key, the mean of the exponential below would stay and not go with these.
    let child = format!("{CHILD}service = {{ dist = \"uniform\", min = \"1s\", max = \"3s\" }}\n");
    assert!((mean(&fine(&child, &[], None)) - 2.0).abs() < 1e-12);
}

#[test]
fn set_wins_over_variant_over_file_over_base() {
    let child = format!("{CHILD}\n[variant.more]\n\"tier.server.replicas\" = 3\ntier.server.workers = 5\n");
    assert_eq!(station(&fine(&child, &[], None)).replicas, 2);
    assert_eq!(station(&fine(&child, &[], Some("base"))).replicas, 2);
    assert_eq!(station(&fine(&child, &[], Some("more"))).replicas, 3);
    assert_eq!(station(&fine(&child, &[("tier.server.replicas", "4")], Some("more"))).replicas, 4);
    assert_eq!(fine(&child, &[], None).variants, ["more"]);
}

#[test]
fn set_takes_toml_values_or_bare_strings_and_reaches_into_lists() {
    let scenario = fine(CHILD, &[("load.web.rate", "1.5/s"), ("load.web.journey.0.times", "2")], None);
    assert_eq!(scenario.model.loads[0].journey[0].times.as_ref().map(brownout_dist::Law::mean), Some(2.0));
    let Arrivals::Open { rate, .. } = &scenario.model.loads[0].arrivals else { panic!("open") };
    assert_eq!(rate.0[0].1.to_bits(), 1.5f64.to_bits());
    let law = ("tier.server.service", "{ dist = \"exponential\", mean = \"3s\" }");
    assert!((mean(&fine(CHILD, &[law], None)) - 3.0).abs() < 1e-12);
}

fn first(problems: &Result<Scenario, Problems>) -> String {
    match problems {
        Ok(_) => "accepted".to_owned(),
        Err(problems) => problems.iter().next().map(ToString::to_string).unwrap_or_default(),
    }
}

#[test]
fn problems_point_to_the_file_that_said_it() {
    let child = CHILD.replace("replicas = 2", "replicas = 0");
    let replicas = "replicas = 0: a tier needs at least 1 replica";
    assert_eq!(first(&with(&child, &[], None)), format!("child.toml:5: {replicas}"));
    assert_eq!(first(&with(CHILD, &[("tier.server.replicas", "0")], None)), format!("--set:1: {replicas}"));
    let base =
        Memory::of(&[("child.toml", CHILD), ("base/mm1.toml", &MM1.replace("workers = 1", "workers = 0"))]);
    let problems = load("child.toml", &base, &Overrides::default());
    let workers = "workers = 0: a replica without workers serves no calls";
    assert_eq!(first(&problems), format!("base/mm1.toml:16: {workers}"));
    let set = with(CHILD, &[("tier.sever.replicas", "2")], None);
    assert_eq!(first(&set), "--set:1: no tier is called \"sever\"");
    assert_eq!(first(&with(CHILD, &[], Some("mroe"))), "--variant:1: no variant is called \"mroe\"");
}

#[test]
fn a_variant_that_is_not_asked_for_is_checked_too() {
    let child = format!("{CHILD}\n[variant.none]\n\"tier.server.replicas\" = 0\n");
    let expected = "child.toml:8: replicas = 0: a tier needs at least 1 replica";
    assert_eq!(first(&with(&child, &[], None)), expected);
}

#[test]
fn options_win_over_the_file() {
    let files = Memory::of(&[("a.toml", MM1)]);
    let options = Overrides { set: Vec::new(), variant: None, seed: Some(99), replications: Some(3) };
    let scenario = load("a.toml", &files, &options).expect("a good file");
    assert_eq!((scenario.seed, scenario.replications), (99, 3));
}

#[test]
fn eight_steps_of_extends_and_no_more() {
    let mut files = vec![("0.toml".to_owned(), MM1.to_owned())];
    for n in 1..=9 {
        files.push((format!("{n}.toml"), format!("extends = \"{}.toml\"\n", n - 1)));
    }
    let files = Memory(files.into_iter().collect());
    assert!(load("8.toml", &files, &Overrides::default()).is_ok());
    let message = first(&load("9.toml", &files, &Overrides::default()));
    assert_eq!(message, "1.toml:1: too many files extend each other");
}

#[test]
fn json_says_the_same_as_toml() {
    let json = r#"{
        "schema": 1, "title": "M/M/1 at 80 %",
        "run": { "duration": "2h", "warmup": "10m", "seed": 7, "replications": 20 },
        "load": { "web": { "rate": "0.8/s", "journey": [{ "do": "get" }] } },
        "tier": { "server": { "kind": "service", "workers": 1, "service": { "dist": "exponential", "mean": "1s" } } }
    }"#;
    let files = Memory::of(&[
        ("a.json", json),
        ("a.toml", MM1),
        ("b.json", &json.replace(": 1, \"service", ": 0, \"service")),
    ]);
    let (toml, same) =
        (load("a.toml", &files, &Overrides::default()), load("a.json", &files, &Overrides::default()));
    let (toml, same) = (toml.expect("a good file"), same.expect("a good file"));
    assert_eq!((toml.model, toml.hash), (same.model, same.hash));
    let message = first(&load("b.json", &files, &Overrides::default()));
    assert_eq!(message, "b.json:5: workers = 0: a replica without workers serves no calls");
}
