//! Text to a tree whose values know their places: TOML, JSON, `--set`, `extends`, variants.

mod changed;
pub(crate) mod hash;
pub(crate) mod include;
mod json;
pub(crate) mod merge;
pub(crate) mod named;
pub(crate) mod path;
pub(crate) mod print;
pub(crate) mod source;
pub(crate) mod switch;
pub(crate) mod toml;
pub(crate) mod tree;

pub use changed::{Changed, changed};

use crate::limits;
use crate::problem::{Diagnostics, Draft};
use source::{FileId, Place};
use tree::Node;

/// Reads a text of either format; the name decides which.
///
/// `None` means that problems were reported.
pub(crate) fn parse(diag: &mut Diagnostics, file: FileId) -> Option<Node> {
    let source = diag.sources.get(file).clone();
    let before = diag.error_count();
    let node = if source.name.to_lowercase().ends_with(".json") {
        json::parse(diag, file, &source.text)
    } else {
        toml::parse(diag, file, &source.text)
    }?;
    let deep = tree::too_deep(&node, limits::DEPTH_MAX);
    if let Some(place) = deep {
        let allowed = format!("at most {} levels", limits::DEPTH_MAX);
        diag.report(Draft::error(place, "nested too deeply to be a scenario").allowed(allowed));
        return None;
    }
    if tree::count(&node) > limits::VALUES_MAX {
        let allowed = format!("at most {} values", limits::VALUES_MAX);
        diag.report(Draft::error(Place::start_of(file), "too many values").allowed(allowed));
        return None;
    }
    tree::refuse_nulls(&node, diag);
    (diag.error_count() == before).then_some(node)
}
