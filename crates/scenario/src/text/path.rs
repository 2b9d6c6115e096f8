//! Dotted paths: `tier.auth.calls.0.retries`.

use super::merge::merge;
use super::source::Place;
use super::tree::{Entries, Entry, Node, Value};
use crate::limits;
use crate::problem::{Draft, did_you_mean, one_of};
use std::sync::Arc;

/// Tables of named entries: a path *into* an entry that does not exist is a typo, not a new entry.
const NAMED: [&str; 2] = ["tier", "load"];

/// The keys and list places of a dotted path; a key in quotes may have dots itself: `sweep."tier.auth.replicas"`.
pub(crate) fn segments(path: &str, place: Place) -> Result<Vec<&str>, Draft> {
    let parts = parts(path);
    if parts.iter().any(|part| part.is_empty()) {
        let example = "tier.auth.replicas or tier.auth.calls.0.retries";
        let message = format!("\"{path}\" is not a dotted path");
        return Err(Draft::error(place, message).allowed(format!("keys with dots between, as in {example}")));
    }
    if limits::DEPTH_MAX < parts.len() {
        let allowed = format!("at most {} keys", limits::DEPTH_MAX);
        return Err(Draft::error(place, "the path is too long").allowed(allowed));
    }
    Ok(parts)
}

fn parts(path: &str) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), Some(path));
    while let Some(text) = rest {
        let quoted = text.trim_start().strip_prefix('"').and_then(|text| text.split_once('"'));
        let quoted =
            quoted.filter(|(_, after)| after.trim().is_empty() || after.trim_start().starts_with('.'));
        let (part, after) = match quoted {
            Some((part, after)) => (part, after.trim_start().strip_prefix('.')),
            None => {
                text.split_once('.').map_or((text.trim(), None), |(part, after)| (part.trim(), Some(after)))
            }
        };
        parts.push(part);
        rest = after;
    }
    parts
}

/// Puts a value at a path: missing tables are created, tables merge, everything else is replaced.
///
/// # Errors
/// If the path leads through a value without keys, past the end of a list, or into an unknown tier or load.
pub(crate) fn put(root: &mut Node, path: &[&str], key: Place, value: Node) -> Result<(), Draft> {
    let mut at = root;
    for (n, segment) in path.iter().enumerate() {
        let last = n + 1 == path.len();
        if let (1, false, Some(entries)) = (n, last, at.entries())
            && NAMED.contains(&path[0])
            && !entries.contains_key(*segment)
        {
            let known = || entries.keys().map(String::as_str);
            let draft = Draft::error(key, format!("no {} is called \"{segment}\"", path[0]));
            return Err(draft.allowed(one_of(known())).maybe_hint(did_you_mean(segment, known())));
        }
        at = step(at, segment, key, last)?;
    }
    merge(at, value, path.last().copied().unwrap_or(""));
    Ok(())
}

/// The value at a path, if there is one.
pub(crate) fn get<'n>(root: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(root, |node, segment| match &node.value {
        Value::Table(_) => node.child(segment),
        Value::List(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    })
}

fn step<'n>(node: &'n mut Node, segment: &str, key: Place, last: bool) -> Result<&'n mut Node, Draft> {
    let what = node.what();
    match &mut node.value {
        Value::Table(entries) => {
            let entries = Arc::make_mut(entries);
            // A missing list has no elements; no key of the language is a number.
            if segment.bytes().all(|b| b.is_ascii_digit()) && !entries.contains_key(segment) {
                return Err(Draft::error(key, format!("there is no list with an element {segment}")));
            }
            let fresh = || Entry { key, node: Node::table(Entries::new(), key) };
            let entry = entries.entry(segment.to_owned()).or_insert_with(fresh);
            if last {
                entry.key = key;
            }
            Ok(&mut entry.node)
        }
        Value::List(items) => {
            let len = items.len();
            let at = segment.parse().ok().filter(|at: &usize| *at < len);
            let allowed = match len {
                0 => "nothing: the list is empty".to_owned(),
                len => format!("0 to {}", len - 1),
            };
            let message = format!("\"{segment}\" is no element of a list of {len}");
            let at = at.ok_or_else(|| Draft::error(key, message).allowed(allowed))?;
            Ok(&mut Arc::make_mut(items)[at])
        }
        _ => Err(Draft::error(key, format!("the path leads through {what}, which has no key \"{segment}\""))),
    }
}
