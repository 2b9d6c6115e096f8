//! Which calls a fault happens to: those of some operations and classes.

use super::Context;
use crate::block::{Key, Need, Shape, key};
use crate::problem::Diagnostics;
use crate::read::Table;
use brownout_model::{Body, Effect, PathSet};

pub(super) const KEYS: &[Key] = &[
    key(
        "on",
        Shape::List(&Shape::Text),
        Need::Default("all"),
        "Only calls of these operations, as in on = [\"write\"]: writes fail, reads work.",
    ),
    key("classes", Shape::List(&Shape::Text), Need::Default("all"), "Only calls of users of these classes."),
];

/// The paths of a fault whose block has these keys; none after a reported error.
pub(super) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    effect: Option<Effect>,
    context: &Context<'_>,
) -> Option<PathSet> {
    let (on, classes) = (table.get("on"), table.get("classes"));
    let Some(field) = on.or(classes) else { return Some(PathSet::ALL) };
    let errors = diag.error_count();
    let paths = context.names.path_set(diag, on, classes);
    if errors < diag.error_count() {
        return None;
    }
    if paths == PathSet::default() {
        let draft = field.error(diag, "no class of users does one of these operations");
        diag.report(draft.hint("check \"on\" and \"classes\" against the journeys of the loads"));
        return None;
    }
    let whole = |effect: &Effect| context.hit.iter().find(|tier| !effect.is_of_single_calls(&tier.body));
    if let Some(tier) = effect.as_ref().and_then(whole) {
        let name = &tier.name;
        let why = match tier.body {
            Body::Engines(_) => format!("\"{name}\" serves all requests of a replica in one batch"),
            _ => format!("calls share the processors of \"{name}\", so they hang together or not at all"),
        };
        let draft = field.error(diag, format!("{why}: this fault cannot be limited to operations"));
        diag.report(draft.hint("leave it out, or use kind = \"errors\": those happen to single calls"));
        return None;
    }
    Some(paths)
}
