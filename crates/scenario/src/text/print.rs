//! A document as TOML again: extended files merged, its variant and overrides applied.

use super::tree::{Node, Value};
use toml::Table;

/// The TOML text of a document, its keys in alphabetical order.
pub(crate) fn print(root: &Node) -> String {
    match value(root) {
        Some(toml::Value::Table(table)) => toml::to_string(&table).expect("a tree of plain values is TOML"),
        _ => String::new(),
    }
}

fn value(node: &Node) -> Option<toml::Value> {
    Some(match &node.value {
        Value::Null => return None,
        Value::Flag(flag) => (*flag).into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => text.clone().into(),
        // As it was written; an invalid date was refused when it was read.
        Value::Date(text) => text.parse().map_or_else(|_| text.clone().into(), toml::Value::Datetime),
        Value::List(items) => items.iter().filter_map(value).collect::<Vec<_>>().into(),
        Value::Table(entries) => {
            let all = entries.iter().filter_map(|(key, entry)| Some((key.clone(), value(&entry.node)?)));
            all.collect::<Table>().into()
        }
    })
}
