//! What is written down and touches no call: a fault of a tier that nothing calls, or of calls that never come there.

use super::place;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{Cause, Change, Model, PathSet, Site};

/// Warns of faults and acts that no call can meet. What happens to a whole region is met if any of its tiers is.
pub(super) fn warn(diag: &mut Diagnostics, document: &Node, model: &Model) {
    let visits = model.visits();
    // What names no path that anyone takes has been warned of where it was read.
    let written = |change: &&Change| {
        let takes = change.paths().paths(model.paths.len()).next().is_some();
        takes && !matches!(change.cause, Cause::Lapse | Cause::Controller(_))
    };
    let mut told: Vec<&str> = Vec::new();
    for change in model.changes.iter().filter(written) {
        let together = model.changes.iter().filter(|other| other.name == change.name);
        if told.contains(&change.name.as_str()) || together.clone().any(|one| model.is_met(one, &visits)) {
            continue;
        }
        told.push(&change.name);
        let Site::Tier(tier) = change.target.site else { continue };
        let name = &model.tiers[usize::from(tier.0)].name;
        let comes = visits[usize::from(tier.0)];
        let (message, hint) = if comes == PathSet::default() {
            (
                format!("no call comes to \"{name}\", so this changes nothing"),
                "name a tier that is called".to_owned(),
            )
        } else {
            let asked = listed(model, change.paths());
            let come = listed(model, comes);
            (
                format!("no call of {asked} comes to \"{name}\", so this changes nothing"),
                format!("calls that come to \"{name}\": {come}"),
            )
        };
        let path: Vec<&str> = change.name.split('.').collect();
        diag.report(Draft::warning(place(document, &path), message).hint(hint));
    }
}

/// The classes and operations of paths, as `web login`.
fn listed(model: &Model, paths: PathSet) -> String {
    let name = |path: &brownout_model::Path| {
        let class = &model.classes[usize::from(path.class.0)].name;
        format!("{class} {}", model.operations[usize::from(path.operation.0)].name)
    };
    let all = paths.paths(model.paths.len()).map(|path| name(&model.paths[usize::from(path.0)]));
    all.collect::<Vec<_>>().join(", ")
}
