//! Laying one document over another.

use super::tree::{Node, Value};
use std::sync::Arc;

/// Lays `over` on `base`: tables merge key by key, everything else is replaced.
///
/// A law (a table that says its `dist`) and `arrivals` are one value although they are written as tables: a `cv` left
/// over from the gamma below would be an error in the exponential above that nobody wrote. So is an inference tier that
/// has slots below and a profile above, or the other way round: they share hardly a key.
pub(crate) fn merge(base: &mut Node, over: Node, key: &str) {
    let turns = |from, to| base.child(from).is_some() && over.child(to).is_some();
    let other = turns("slots", "profile") || turns("profile", "slots");
    let whole = key == "arrivals" || over.child("dist").is_some() || other;
    match (&mut base.value, over.value) {
        (Value::Table(below), Value::Table(above)) if !whole => {
            let below = Arc::make_mut(below);
            for (name, entry) in Arc::unwrap_or_clone(above) {
                match below.get_mut(&name) {
                    Some(old) => {
                        merge(&mut old.node, entry.node, &name);
                        old.key = entry.key;
                    }
                    None => {
                        below.insert(name, entry);
                    }
                }
            }
        }
        (_, value) => base.value = value,
    }
    base.place = over.place;
}
