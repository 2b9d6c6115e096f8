//! The schema: made from the tables that read the language, so it only has to hang together.

use brownout_scenario::schema;
use serde_json::Value;

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
