//! TOML to a tree, with the place of every key and value.

use super::source::{FileId, Place};
use super::tree::{Entries, Entry, Node, Value};
use crate::problem::{Diagnostics, Draft};
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};
use std::sync::Arc;

/// Reads a TOML document; reports every error of its syntax.
pub(super) fn parse(diag: &mut Diagnostics, file: FileId, text: &str) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let place = Place::new(file, span.start, span.end);
        let message = format!("this is not TOML: {}", error.message().trim().replace('\n', ", "));
        diag.report(Draft::error(place, message));
    }
    if !errors.is_empty() {
        return None;
    }
    let place = Place::start_of(file);
    Some(Node::table(entries(diag, file, table.into_inner()), place))
}

/// Reads one value as it stands on the right of `=`; `None` if it is none.
pub(crate) fn parse_value(diag: &mut Diagnostics, file: FileId, text: &str, offset: usize) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    let mut node = convert(diag, file, value);
    shift(&mut node, offset);
    Some(node)
}

fn shift(node: &mut Node, offset: usize) {
    let moved =
        |place: Place| Place::new(place.file, place.start as usize + offset, place.end as usize + offset);
    node.place = moved(node.place);
    match &mut node.value {
        Value::List(items) => Arc::make_mut(items).iter_mut().for_each(|item| shift(item, offset)),
        Value::Table(entries) => {
            for entry in Arc::make_mut(entries).values_mut() {
                entry.key = moved(entry.key);
                shift(&mut entry.node, offset);
            }
        }
        _ => {}
    }
}

fn entries(diag: &mut Diagnostics, file: FileId, table: DeTable<'_>) -> Entries {
    let mut rows: Vec<_> = table.into_iter().collect();
    // The parser sorts by name; authors expect their tiers in the order of the file.
    rows.sort_by_key(|(key, _)| key.span().start);
    let convert_row = |(key, value): (Spanned<_>, Spanned<DeValue<'_>>)| {
        let span = key.span();
        let name: std::borrow::Cow<'_, str> = key.into_inner();
        let entry = Entry { key: Place::new(file, span.start, span.end), node: convert(diag, file, value) };
        (name.into_owned(), entry)
    };
    rows.into_iter().map(convert_row).collect()
}

fn convert(diag: &mut Diagnostics, file: FileId, spanned: Spanned<DeValue<'_>>) -> Node {
    let span = spanned.span();
    let place = Place::new(file, span.start, span.end);
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            Value::Integer(parsed.unwrap_or_else(|_| {
                diag.report(Draft::error(place, "is too large for a whole number of 64 bits"));
                0
            }))
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => {
            let items: Vec<Node> = items.into_iter().map(|item| convert(diag, file, item)).collect();
            Value::List(items.into())
        }
        DeValue::Table(table) => Value::Table(entries(diag, file, table).into()),
    };
    Node { value, place }
}
