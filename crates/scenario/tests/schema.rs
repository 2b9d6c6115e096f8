//! The schema: made from the tables that read the language, so it only has to hang together.

use brownout_metrics::{Scope, Unit, of};
use brownout_scenario::schema;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(entries) => {
            found.extend(entries.get("$ref").and_then(Value::as_str));
            entries.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let schema = schema();
    let mut found = Vec::new();
    references(&schema, &mut found);
    assert!(20 < found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("references stay in the document");
        assert!(schema.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn every_kind_of_tier_and_law_is_there() {
    let text = schema().to_string();
    for word in ["session-store", "inference", "lognormal", "hyperexponential", "single_flight", "come_back"]
    {
        assert!(text.contains(&format!("\"{word}\"")), "{word} is not in the schema");
    }
}

#[test]
fn every_key_says_what_it_is() {
    let schema = schema();
    let tiers = schema.pointer("/$defs/tier/anyOf").and_then(Value::as_array).expect("the kinds of tiers");
    for tier in tiers {
        let properties = tier["properties"].as_object().expect("keys");
        for (name, property) in properties {
            let description = property["description"].as_str().unwrap_or_default();
            assert!(10 < description.len(), "{name}: {description:?}");
        }
    }
}

/// As editors see a TOML file: dates are strings.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Table(entries) => Value::Object(
            entries.into_iter().map(|(key, value)| (key, as_json(value))).collect::<Map<_, _>>(),
        ),
        toml::Value::Array(items) => items.into_iter().map(as_json).collect(),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
    }
}

fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder ships") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            scenarios(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn whatever_ships_is_what_the_schema_says() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    for folder in
        ["experiments", "models/services", "crates/scenario/tests/good", "crates/scenario/tests/doubtful"]
    {
        scenarios(&root.join(folder), &mut paths);
    }
    // What it has switched off is wrong on purpose, and an editor shows that.
    paths.retain(|path| !path.ends_with("doubtful/switched-off.toml"));
    assert!(60 < paths.len(), "{} files", paths.len());
    for path in paths {
        let text = fs::read_to_string(&path).expect("it is text");
        let scenario = as_json(toml::from_str(&text).expect("it is TOML"));
        let said: Vec<String> = validator
            .iter_errors(&scenario)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(said.is_empty(), "{}:\n{}", path.display(), said.join("\n"));
    }
}

#[test]
fn an_editor_hears_of_mistakes() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let good: Value = as_json(toml::from_str(include_str!("good/mm1.toml")).expect("it is TOML"));
    assert!(validator.is_valid(&good));
    let load = good["load"].as_object().and_then(|loads| loads.keys().next()).expect("a load").clone();
    let broken: [(&str, Value); 4] = [
        ("/run/duration", json!("2 hours and a bit")),
        ("/schema", json!("one")),
        ("/run/seeed", json!(7)),
        ("/load", json!({ load: { "rate": "1/s" } })),
    ];
    for (pointer, value) in broken {
        let mut changed = good.clone();
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        changed.pointer_mut(parent).expect("it is there")[key] = value;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
}

/// A scenario with one expectation and one law row of these texts.
fn asking(that: &str, metric: &str) -> Value {
    let mut scenario: Value = as_json(toml::from_str(include_str!("good/mm1.toml")).expect("it is TOML"));
    scenario["expect"] = json!([{ "that": that }]);
    scenario["law"] = json!([{ "name": "a row", "metric": metric, "theory": 1 }]);
    scenario
}

#[test]
fn an_editor_knows_every_metric_and_no_other() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let mut count = 0;
    let names = [
        (Scope::Class, "web."),
        (Scope::Path, "web.chat-turn."),
        (Scope::Tier, "db-1."),
        (Scope::Total, "total."),
    ];
    for (scope, name) in names {
        for metric in of(scope).filter(|metric| metric.unit != Unit::Badge) {
            let asked = format!("{name}{}", metric.key);
            for right in ["1", "99%", "250ms", "1.5 * baseline", &format!("2*{asked}")] {
                let that = format!("{asked} <= {right}");
                assert!(validator.is_valid(&asking(&that, &asked)), "{that}");
            }
            let wrong = format!("{name}{}y", metric.key);
            assert!(
                !validator.is_valid(&asking(&format!("{wrong} <= 1"), &asked)),
                "{wrong} in an expectation"
            );
            assert!(!validator.is_valid(&asking(&format!("{asked} <= 1"), &wrong)), "{wrong} in a law");
            count += 1;
        }
    }
    assert!(100 < count, "{count} metrics");
    let good = "web.goodput";
    for that in ["verdict != failing", "web.verdict <= slow-drain", "web.goodput > 0.5*total.goodput"] {
        assert!(validator.is_valid(&asking(that, good)), "{that}");
    }
    for that in ["web.goodput", "web.goodput >", "goodput > 1/s", "web.goodput > much", "verdict"] {
        assert!(!validator.is_valid(&asking(that, good)), "{that}");
    }
    assert!(!validator.is_valid(&asking("verdict != failing", "verdict")), "a verdict is no number");
}
