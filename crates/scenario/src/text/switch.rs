//! `enabled = false`: a table is left out as if it had not been written.
//!
//! The switches are removed from the whole document after merging and before compiling, so that no block has to know of
//! them: `--set` and variants set them by their path, and a table that is switched on equals one that never had a
//! switch.

use super::source::Place;
use super::tree::{Entry, Node, Value, find};
use crate::problem::{Diagnostics, Draft};
use std::sync::Arc;

/// The key that every table may have.
pub(crate) const SWITCH: &str = "enabled";

/// A table that was left out.
#[derive(Clone, Debug)]
pub(crate) struct Off {
    /// Its keys and places in lists, from the top of the document.
    path: Vec<String>,
    /// The place of the table that contained it.
    parent: Place,
    /// The place of the switch.
    pub(crate) switch: Place,
}

impl Off {
    /// The path of the table, as a setting writes it.
    pub(crate) fn dotted(&self) -> String {
        self.path.join(".")
    }

    /// Whether this is the table that is missing in another one.
    pub(crate) fn is_child(&self, parent: Place, key: &str) -> bool {
        self.parent == parent && self.path.last().is_some_and(|last| last == key)
    }

    /// Whether this is one of `[KIND.…]`.
    pub(crate) fn is_one_of(&self, kind: &str) -> bool {
        self.path.len() == 2 && self.path[0] == kind
    }

    /// Whether this is `[KIND.NAME]`.
    pub(crate) fn is_named(&self, kind: &str, name: &str) -> bool {
        self.path == [kind, name]
    }
}

/// Removes all switches, and with them what is switched off; the diagnostics remember it until the next document.
pub(crate) fn apply_switches(diag: &mut Diagnostics, root: &mut Node) {
    let mut offs = Vec::new();
    if let Some(switch) = take(diag, root).filter(|switch| !switch.on) {
        let message = "a whole scenario cannot be switched off";
        diag.report(Draft::error(switch.place, message).hint("write it in the table that shall be left out"));
    }
    let place = root.place;
    if has_switch(root) {
        walk(diag, root, place, &mut Vec::new(), &mut offs);
    }
    diag.off = offs;
}

/// Removes those of some named tables that are switched off; switches inside the others stay.
pub(crate) fn apply_switches_of_entries(diag: &mut Diagnostics, node: &mut Node) {
    let has = |entry: &Entry| entry.node.entries().is_some_and(|entries| find(entries, SWITCH).is_some());
    if !node.entries().is_some_and(|entries| entries.values().any(has)) {
        return;
    }
    if let Some(entries) = node.entries_mut() {
        entries.retain(|_, entry| take(diag, &mut entry.node).is_none_or(|switch| switch.on));
    }
}

/// Switches a table on, with all tables that contain it.
pub(crate) fn switch_on(root: &mut Node, off: &Off) {
    let mut at = root;
    for segment in &off.path {
        let next = match &mut at.value {
            Value::Table(entries) => Arc::make_mut(entries).get_mut(segment).map(|entry| &mut entry.node),
            Value::List(items) => segment.parse().ok().and_then(|n: usize| Arc::make_mut(items).get_mut(n)),
            _ => None,
        };
        let Some(next) = next else { return };
        at = next;
        if let Some(entries) = at.entries_mut()
            && entries.get(SWITCH).is_some_and(is_switch)
        {
            entries.shift_remove(SWITCH);
        }
    }
}

/// Whether there is a switch in a table or below it: a table without one is not copied.
pub(crate) fn has_switch(node: &Node) -> bool {
    match &node.value {
        Value::Table(entries) => {
            entries.iter().any(|(name, entry)| name == SWITCH && is_switch(entry) || has_switch(&entry.node))
        }
        Value::List(items) => items.iter().any(has_switch),
        _ => false,
    }
}

struct Switch {
    on: bool,
    place: Place,
}

/// A table of this name is no switch, but an entry that the author named so.
fn is_switch(entry: &Entry) -> bool {
    !matches!(entry.node.value, Value::Table(_))
}

fn take(diag: &mut Diagnostics, node: &mut Node) -> Option<Switch> {
    if !find(node.entries()?, SWITCH).is_some_and(is_switch) {
        return None;
    }
    let said = node.entries_mut()?.shift_remove(SWITCH)?.node;
    let place = said.place;
    if let Value::Flag(on) = said.value {
        return Some(Switch { on, place });
    }
    let message = format!("{SWITCH} is {}, not a position of a switch", said.what());
    diag.report(Draft::error(place, message).allowed("true or false"));
    None
}

fn walk(diag: &mut Diagnostics, node: &mut Node, parent: Place, path: &mut Vec<String>, offs: &mut Vec<Off>) {
    let mut keep = |name: String, node: &mut Node, diag: &mut Diagnostics| {
        path.push(name);
        let off = take(diag, node).filter(|switch| !switch.on);
        match &off {
            Some(switch) => offs.push(Off { path: path.clone(), parent, switch: switch.place }),
            // The keys of a sweep are paths, and its values are applied later.
            None if path == &["sweep"] => {}
            None if !has_switch(node) => {}
            None => {
                let place = node.place;
                walk(diag, node, place, path, offs);
            }
        }
        path.pop();
        off.is_none()
    };
    match &mut node.value {
        Value::Table(entries) => {
            Arc::make_mut(entries).retain(|name, entry| keep(name.clone(), &mut entry.node, diag));
        }
        Value::List(items) => {
            let mut n = 0;
            Arc::make_mut(items).retain_mut(|item| {
                n += 1;
                keep((n - 1).to_string(), item, diag)
            });
        }
        _ => {}
    }
}
