//! Merging one document over another.

use super::tree::{Node, Value};
use std::sync::Arc;

/// Lays `over` on `base`: tables merge key by key, everything else is replaced.
///
/// A law (a table with `dist`) and `arrivals` count as one value although they are written as tables: otherwise a `cv`
/// of a gamma in the base would become an error in the exponential that replaces it. The same holds for an inference
/// tier with slots in one file and a profile in the other: the two share almost no key.
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
