//! The tree of values of a document, the same for TOML and JSON.

use super::source::Place;
use crate::problem::{Diagnostics, Draft};
use indexmap::IndexMap;
use std::sync::Arc;

/// A value and where it was written.
///
/// Lists and tables are shared: a copy of a document costs nothing, and an override copies only its own path.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// A value of a document.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// In JSON alone; no key accepts it.
    Null,
    Flag(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A TOML date or time, as written.
    Date(String),
    List(Arc<Vec<Node>>),
    Table(Arc<Entries>),
}

/// The keys of a table in the order of the file.
pub(crate) type Entries = IndexMap<String, Entry>;

/// A key of a table.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where the key is written.
    pub(crate) key: Place,
    pub(crate) node: Node,
}

/// The largest table that is searched linearly: hashing a name takes as long as comparing it with these keys.
const LINEAR_MAX: usize = 24;

/// The entry of a key.
pub(crate) fn find<'e>(entries: &'e Entries, key: &str) -> Option<&'e Entry> {
    if entries.len() <= LINEAR_MAX {
        return entries.iter().find(|(name, _)| is_name(name, key)).map(|(_, entry)| entry);
    }
    entries.get(key)
}

/// Whether two names are the same. Most differ in their length or their last byte, which is seen without a call; keys
/// that begin alike (`timeout`, `timeouts`) are common, keys that end alike are not.
pub(crate) fn is_name(one: &str, two: &str) -> bool {
    one.len() == two.len() && one.as_bytes().last() == two.as_bytes().last() && one == two
}

impl Node {
    pub(crate) fn table(entries: Entries, place: Place) -> Self {
        Node { value: Value::Table(Arc::new(entries)), place }
    }

    pub(crate) fn entries(&self) -> Option<&Entries> {
        match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The keys, for changes to this copy alone.
    pub(crate) fn entries_mut(&mut self) -> Option<&mut Entries> {
        match &mut self.value {
            Value::Table(entries) => Some(Arc::make_mut(entries)),
            _ => None,
        }
    }

    /// Whether both are one table, unchanged since one was copied from the other.
    pub(crate) fn is_same(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::Table(one), Value::Table(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }

    pub(crate) fn child(&self, key: &str) -> Option<&Node> {
        find(self.entries()?, key).map(|entry| &entry.node)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its type with an article, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Flag(_) => "true or false",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Text(_) => "a string",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// The place of the first value deeper than `max`; recurses no deeper itself.
pub(crate) fn too_deep(node: &Node, max: usize) -> Option<Place> {
    if max == 0 {
        return Some(node.place);
    }
    match &node.value {
        Value::List(items) => items.iter().find_map(|item| too_deep(item, max - 1)),
        Value::Table(entries) => entries.values().find_map(|entry| too_deep(&entry.node, max - 1)),
        _ => None,
    }
}

/// The number of values.
pub(crate) fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(count).sum(),
        Value::Table(entries) => entries.values().map(|entry| count(&entry.node)).sum::<usize>(),
        _ => 0,
    }
}

/// Reports every `null`.
pub(crate) fn refuse_nulls(node: &Node, diag: &mut Diagnostics) {
    match &node.value {
        Value::Null => {
            diag.report(Draft::error(node.place, "null has no meaning here").hint("leave the key out"));
        }
        Value::List(items) => items.iter().for_each(|item| refuse_nulls(item, diag)),
        Value::Table(entries) => entries.values().for_each(|entry| refuse_nulls(&entry.node, diag)),
        _ => {}
    }
}
