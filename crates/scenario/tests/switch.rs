//! `enabled = false`: a table that is left out, wherever it stands.

mod common;

use brownout_model::Body;
use brownout_scenario::{Overrides, Problems, Scenario, load};
use common::{MM1, Memory};

fn with(text: &str, set: &[(&str, &str)], variant: Option<&str>) -> Result<Scenario, Problems> {
    let files = Memory::of(&[("a.toml", text), ("mm1.toml", MM1)]);
    let set = set.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    let options = Overrides { set, variant: variant.map(str::to_owned), seed: None, replications: None };
    load("a.toml", &files, &options)
}

fn fine(text: &str, set: &[(&str, &str)], variant: Option<&str>) -> Scenario {
    with(text, set, variant).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn told(text: &str, set: &[(&str, &str)]) -> String {
    match with(text, set, None) {
        Ok(scenario) => scenario.warnings.to_string(),
        Err(problems) => problems.to_string(),
    }
}

const BASE: &str = "extends = \"mm1.toml\"\nschema = 1\n";

/// M/M/1 with something of everything, all of it switched off.
const OFF: &str = r#"extends = "mm1.toml"
schema = 1
[load.web.client]
timeout = "60s"
retries = 2
[load.web.client.hedge]
quantile = "95%"
enabled = false
[[load.web.surge]]
users = 100
at = "1h"
over = "10m"
enabled = false
[tier.server]
calls = [{ to = "store", enabled = false }, { to = "log" }]
ejection = { consecutive = 3, enabled = false }
[tier.server.policies]
rate-limit = { rate = "1/s", enabled = false }
[tier.log]
kind = "gateway"
[tier.store]
kind = "gateway"
enabled = false
[controller.hpa]
enabled = false
kind = "autoscaler"
tier = "server"
metric = "cpu"
target = "60%"
max = 8
[[fault]]
at = "1h"
for = "1m"
tier = "server"
kind = "crash"
enabled = false
[[fault]]
at = "1h"
for = "2m"
tier = "log"
kind = "hang"
[variant.limited]
"tier.server.policies.rate-limit.enabled" = true
"#;

#[test]
fn what_is_switched_off_is_as_if_it_were_not_written() {
    let without = r#"extends = "mm1.toml"
schema = 1
[load.web]
client = { timeout = "60s", retries = 2 }
[tier.server]
calls = [{ to = "log" }]
[tier.log]
kind = "gateway"
[[fault]]
at = "1h"
for = "2m"
tier = "log"
kind = "hang"
"#;
    let (off, without) = (fine(OFF, &[], None), fine(without, &[], None));
    assert_eq!(off.model.tiers.len(), 2);
    assert_eq!(format!("{:?}", off.model), format!("{:?}", without.model));
}

#[test]
fn a_path_switches_one_thing_on() {
    let policies = |scenario: &Scenario| match &scenario.model.tiers[0].body {
        Body::Station(station) => station.policies.len(),
        other => panic!("not a station: {other:?}"),
    };
    let on = [("tier.server.policies.rate-limit.enabled", "true")];
    assert_eq!(policies(&fine(OFF, &[], None)), 0);
    assert_eq!(policies(&fine(OFF, &[], Some("limited"))), 1);
    assert_eq!(policies(&fine(OFF, &on, None)), 1);
    assert_eq!(policies(&fine(OFF, &[("tier.server.policies.rate-limit.enabled", "false")], None)), 0);
    let faults = |place: &str| fine(OFF, &[(place, "false")], None).model.faults().count();
    // Places in lists are those of the file, whatever is switched off before them.
    assert_eq!((faults("fault.0.enabled"), faults("fault.1.enabled")), (1, 0));
    assert_eq!(fine(OFF, &[("fault.0.enabled", "true")], None).model.faults().count(), 2);
    let both = [("tier.store.enabled", "true"), ("tier.server.calls.0.enabled", "true")];
    assert_eq!(fine(OFF, &both, None).model.tiers.len(), 3);
}

#[test]
fn a_sweep_may_throw_a_switch() {
    let sweep = format!("{OFF}[sweep]\n\"tier.server.policies.rate-limit.enabled\" = [false, true]\n");
    let scenario = fine(&sweep, &[], None);
    let axis = &scenario.sweep.as_ref().expect("a sweep").axes[0];
    assert_eq!([axis.level(0).text, axis.level(1).text], ["false", "true"]);
    let off = sweep.replace("[sweep]\n", "[sweep]\nenabled = false\n");
    assert!(fine(&off, &[], None).sweep.is_none());
}

#[test]
fn a_variant_that_is_switched_off_is_not_there() {
    let text = OFF.replace("[variant.limited]\n", "[variant.limited]\nenabled = false\n");
    assert!(fine(&text, &[], None).variants.is_empty());
    assert_eq!(fine(&text, &[("variant.limited.enabled", "true")], None).variants, ["limited"]);
}

#[test]
fn the_hash_sees_no_switch() {
    let hash = |text: &str| fine(text, &[], None).hash;
    let on = format!("{BASE}[tier.server]\nenabled = true\n");
    let off = format!("{BASE}[tier.server.policies]\nrate-limit = {{ rate = \"1/s\", enabled = false }}\n");
    assert_eq!(hash(&on), hash(BASE));
    assert_eq!(hash(&off), hash(&format!("{BASE}[tier.server.policies]\n")));
}

#[test]
fn what_is_needed_cannot_be_switched_off() {
    let off = |table: &str| {
        let told = told(&format!("{BASE}[{table}]\nenabled = false\n"), &[]);
        told.lines().next().unwrap_or_default().replace("a.toml:4: enabled = false: a scenario needs ", "")
    };
    assert_eq!(off("run"), "\"run\", which cannot be switched off");
    assert_eq!(off("load.web"), "at least 1 load");
    assert_eq!(off("tier.server"), "at least 1 tier");
    let whole = told(&BASE.replace("schema", "enabled = false\nschema"), &[]);
    assert_eq!(whole, "a.toml:2: a whole scenario cannot be switched off");
}

#[test]
fn a_slip_in_what_is_switched_off_is_warned_of() {
    let slip = OFF.replace("rate = \"1/s\", enabled", "rates = \"1/s\", enabled");
    let slip = slip.replace("[variant.limited]\n\"tier.server.policies.rate-limit.enabled\" = true\n", "");
    let said = told(&slip, &[]);
    assert!(
        said.contains("if it were switched on: the policy \"rate-limit\" has no key \"rates\""),
        "{said}"
    );
    // A path that leads to nothing makes a table of nothing: as wrong as in one that is on.
    let said = told(BASE, &[("tier.server.policies.rate-limitt.enabled", "false")]);
    assert!(said.contains("if it were switched on: no policy is called \"rate-limitt\""), "{said}");
    assert_eq!(
        fine(OFF, &[], None).warnings.iter().filter(|p| p.to_string().contains("switched")).count(),
        0
    );
}

#[test]
fn an_expectation_may_speak_of_what_only_its_variant_switches_on() {
    let few = "[load.few]\nenabled = false\nrate = \"1/s\"\njourney = [{ do = \"get\" }]\n";
    let variant = "[variant.few]\n\"load.few.enabled\" = true\n";
    let expect = |of: &str| format!("[[expect]]\nthat = \"few.get.success_rate > 9%\"\nvariant = \"{of}\"\n");
    let text = |of: &str| format!("{BASE}{few}{variant}{}", expect(of));
    assert_eq!(fine(&text("few"), &[], Some("few")).expectations.len(), 1);
    assert_eq!(fine(&text("few"), &[], None).expectations.len(), 0);
    assert!(told(&text("base"), &[]).contains("\"few\" is neither a class nor a tier"));
}
