//! The language as a JSON Schema, from the same tables that read it.

mod asked;

use crate::block::{Block, Form, Key, Shape, Unit};
use crate::compile::{CONTROLLERS, FAULTS, HOUR, KINDS, SCENARIO, policy_keys};
use crate::row::AnyType;
use crate::text::switch::SWITCH;
use brownout_dist::{LawKind, Param, Role, kinds, modifiers};
use brownout_tiers::policy::{self, Side};
use serde_json::{Map, Value, json};

const SPAN: &str = r"^\s*(\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?\s*(ns|us|µs|ms|s|sec|m|min|h|d|w)\s*)+$";
const RATE: &str = concat!(
    r"^\s*\d[\d_.]*([eE][+-]?\d+)?\s*(k|K|M|G|B|Ki|Mi|Gi)?\s*(tokens)?",
    r"\s*/\s*(ns|us|µs|ms|s|sec|m|min|h|d|w)\s*$"
);
const BYTES: &str = r"^\s*\d[\d_.]*\s*([kKMGTP]i?)?B\s*$";
const MONEY: &str = r"^\s*\$\d[\d_.]*\s*(k|M|G)?\s*$";
const PRICE: &str = r"^\s*\$\d[\d_.]*\s*(k|M|G)?\s*/\s*(s|sec|m|min|h|d|w)\s*$";
const RATIO: &str = r"^\s*\d[\d_.]*\s*%?\s*$";

/// The JSON Schema (draft 2020-12) of a scenario file, for editors.
pub fn schema() -> Value {
    let mut schema = block(SCENARIO);
    without_switch(&mut schema);
    let tiers: Vec<Value> = KINDS.iter().map(|kind| of_kind(kind.word, &kind.block)).collect();
    let controllers: Vec<Value> = CONTROLLERS.iter().map(|kind| of_kind(kind.word, &kind.block)).collect();
    let faults: Vec<Value> = FAULTS.iter().map(|kind| of_kind(kind.word, &kind.block)).collect();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("brownout scenario");
    schema["properties"]["tier"]["additionalProperties"] = json!({ "$ref": "#/$defs/tier" });
    schema["properties"]["controller"]["properties"] = json!({ SWITCH: switch() });
    schema["properties"]["controller"]["additionalProperties"] = json!({ "$ref": "#/$defs/controller" });
    schema["properties"]["fault"]["items"] = json!({ "$ref": "#/$defs/fault" });
    // A file that extends another one may leave out the keys of the other.
    schema["required"] = json!(["schema"]);
    let run = take_required(&mut schema, "/properties/run");
    let load = take_required(&mut schema, "/properties/load/additionalProperties");
    schema["if"] = json!({ "not": { "required": ["extends"] } });
    schema["then"] = json!({
        "properties": { "run": { "required": run }, "load": { "additionalProperties": { "required": load } } }
    });
    schema["$defs"] = json!({
        "span": quantity(SPAN, "A time span: \"250ms\", \"1.5s\", \"2h30m\"."),
        "bytes": quantity(BYTES, "An amount of memory: \"80GiB\", \"1.5MB\"."),
        "price": quantity(PRICE, "Money for time: \"$2.50/h\"."),
        "money": quantity(MONEY, "An amount of money: \"$0.40\"."),
        "rate": quantity(RATE, "A rate: \"40/s\", \"1.2k/min\"."),
        "ratio": {
            "description": "A share: \"20%\" or 0.2.",
            "anyOf": [{ "type": "string", "pattern": RATIO }, { "type": "number", "minimum": 0, "maximum": 1 }],
        },
        "comparison": asked::comparison(),
        "metric": asked::metric(),
        "law-of-spans": law(Unit::Seconds),
        "law-of-numbers": law(Unit::Count),
        "tier": { "anyOf": tiers },
        "controller": { "anyOf": controllers },
        "fault": { "anyOf": faults },
        "policies-going-out": policies(Side::Outlet),
        "policies-coming-in": policies(Side::Inlet),
    });
    schema
}

/// Removes and returns the required keys of a block.
fn take_required(schema: &mut Value, pointer: &str) -> Value {
    let block = schema.pointer_mut(pointer).expect("the block is in the schema");
    std::mem::replace(&mut block["required"], json!([]))
}

fn quantity(pattern: &str, description: &str) -> Value {
    json!({ "type": "string", "pattern": pattern, "description": description })
}

fn block(block: &Block) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in block.all_keys() {
        properties.insert(key.name.to_owned(), property(key));
        if key.required {
            required.push(key.name);
        }
    }
    properties.insert(SWITCH.to_owned(), switch());
    json!({
        "type": "object",
        "description": block.doc,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The switch, which every optional table may have.
fn switch() -> Value {
    json!({ "type": "boolean", "description": "False: as if the table were not written. Default: true." })
}

fn without_switch(schema: &mut Value) {
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.remove(SWITCH);
    }
}

fn of_kind(word: &str, of: &Block) -> Value {
    let mut schema = block(of);
    schema["properties"]["kind"] = json!({ "const": word, "description": of.doc });
    // The other required keys may be in the file that this one extends.
    schema["required"] = json!([]);
    schema
}

fn property(key: &Key) -> Value {
    let of = key.form();
    let mut schema = form(&of);
    if key.required && matches!(of, Form::Shape(Shape::Block(_))) {
        without_switch(&mut schema);
    }
    let default = key.default().map_or_else(String::new, |default| format!(" Default: {default}."));
    schema["description"] = json!(format!("{}{default}", key.doc()));
    schema
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn form(of: &Form) -> Value {
    match of {
        Form::Shape(of) => shape(of),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Count(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Form::CountOr(min, max, word) => {
            json!({ "anyOf": [form(&Form::Count(*min, *max)), { "const": word }] })
        }
        Form::Number(min, max) => json!({ "type": "number", "minimum": min, "maximum": max }),
        Form::Span | Form::Positive => reference("span"),
        Form::SpanOr(word) => json!({ "anyOf": [reference("span"), { "const": word }] }),
        Form::Rate | Form::TokenRate => reference("rate"),
        Form::Ratio => reference("ratio"),
        Form::Bytes => reference("bytes"),
        Form::Price => reference("price"),
        Form::Money => reference("money"),
        Form::Status(codes) => json!({ "enum": codes }),
        Form::Words(words) => json!({ "enum": words }),
    }
}

fn shape(of: &Shape) -> Value {
    match of {
        Shape::Text => json!({ "type": "string" }),
        Shape::Comparison => reference("comparison"),
        Shape::Metric => reference("metric"),
        // TOML tools show dates as strings of this format.
        Shape::Date => json!({ "type": "string", "format": "date-time" }),
        Shape::Typed(of) => form(&of.form()),
        Shape::Law(Unit::Seconds) => reference("law-of-spans"),
        Shape::Law(Unit::Count) => reference("law-of-numbers"),
        Shape::Block(of) => block(of),
        Shape::List(item) => json!({ "type": "array", "items": shape(item) }),
        Shape::Named(of) => {
            json!({ "type": "object", "properties": { SWITCH: switch() }, "additionalProperties": block(of) })
        }
        Shape::Policies(side) => reference(policies_name(*side)),
        Shape::Free => json!({ "type": "object" }),
        Shape::Any(shapes) => json!({ "anyOf": shapes.iter().map(shape).collect::<Vec<_>>() }),
    }
}

fn law(unit: Unit) -> Value {
    let (scale, name) = match unit {
        Unit::Seconds => (json!({ "$ref": "#/$defs/span" }), "law-of-spans"),
        Unit::Count => (json!({ "type": "number" }), "law-of-numbers"),
    };
    let laws = kinds().iter().map(|kind| kind_schema(kind, &scale, name));
    let all: Vec<Value> = std::iter::once(scale.clone()).chain(laws).collect();
    json!({ "description": "A law, or a bare quantity, which is a constant.", "anyOf": all })
}

fn kind_schema(kind: &LawKind, scale: &Value, name: &str) -> Value {
    let mut properties = Map::new();
    for param in modifiers().iter().chain(kind.params()) {
        properties.insert(param.name.to_owned(), parameter(param, scale, name));
    }
    properties.insert(
        "weight".to_owned(),
        json!({ "type": "number", "minimum": 0, "description": "In a mixture." }),
    );
    properties.insert(SWITCH.to_owned(), switch());
    properties.insert("dist".to_owned(), json!({ "const": kind.name, "description": kind.summary }));
    json!({ "type": "object", "properties": properties, "required": ["dist"], "additionalProperties": false })
}

fn parameter(param: &Param, scale: &Value, name: &str) -> Value {
    let law = json!({ "$ref": format!("#/$defs/{name}") });
    let mut schema = match param.role {
        Role::Scale => scale.clone(),
        Role::Number => json!({ "type": "number" }),
        Role::ScaleList => json!({ "type": "array", "items": scale }),
        Role::NumberList => json!({ "type": "array", "items": { "type": "number" } }),
        Role::Laws => json!({ "anyOf": [law.clone(), { "type": "array", "items": law }] }),
    };
    schema["description"] = json!(param.doc);
    schema
}

fn policies_name(side: Side) -> &'static str {
    match side {
        Side::Outlet => "policies-going-out",
        Side::Inlet => "policies-coming-in",
    }
}

/// A table of policies: an entry whose name is a kind needs no `kind`.
fn policies(side: Side) -> Value {
    let kinds = || policy::kinds().iter().filter(|kind| kind.side() == side);
    let named = kinds().map(|kind| (kind.name.to_owned(), policy_schema(kind, side, false)));
    let named = named.chain([(SWITCH.to_owned(), switch())]);
    let mut others: Vec<Value> = kinds().map(|kind| policy_schema(kind, side, true)).collect();
    others.push(json!({ "const": false, "description": "Removes the entry of an extended file." }));
    json!({
        "type": "object",
        "properties": named.collect::<Map<_, _>>(),
        "additionalProperties": { "anyOf": others },
    })
}

fn policy_schema(kind: &policy::PolicyKind, side: Side, says_kind: bool) -> Value {
    let mut properties: Map<String, Value> =
        policy_keys(side).map(|key| (key.name.to_owned(), property(key))).collect();
    for param in kind.params.iter().filter(|param| param.role != policy::Role::Clock) {
        properties.insert(param.name.to_owned(), policy_parameter(param));
    }
    properties["kind"] = json!({ "const": kind.name, "description": kind.doc });
    properties.insert(SWITCH.to_owned(), switch());
    // The other required keys may be in the file that this one extends.
    let required: &[&str] = if says_kind { &["kind"] } else { &[] };
    let table = json!({
        "type": "object",
        "description": kind.doc,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if says_kind {
        table
    } else {
        json!({ "anyOf": [table, { "const": false }, { "type": "object", "required": ["kind"] }] })
    }
}

fn policy_parameter(param: &policy::Param) -> Value {
    let mut schema = match param.role {
        policy::Role::Count(min, max) => form(&Form::Count(min, max)),
        policy::Role::Number(min, max) => form(&Form::Number(min, max)),
        policy::Role::Ratio => form(&Form::Ratio),
        policy::Role::Span | policy::Role::Clock => form(&Form::Span),
        policy::Role::Rate => form(&Form::Rate),
        policy::Role::Word(words) => form(&Form::Words(words.to_vec())),
        policy::Role::Hours => json!({ "type": "array", "items": form(&AnyType::form(&HOUR)) }),
    };
    let default = match &param.need {
        policy::Need::Default(value) => format!(" Default: {value}."),
        policy::Need::Required => " Needed.".to_owned(),
        policy::Need::Optional => String::new(),
    };
    schema["description"] = json!(format!("{}{default}", param.doc));
    schema
}
