//! `[sweep]`: dotted paths and the values to try at each.

use crate::Axis;
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::Field;

pub(crate) fn read(diag: &mut Diagnostics, field: Option<Field<'_>>) -> Vec<Axis> {
    let Some(field) = field else { return Vec::new() };
    let Some(entries) = field.node.entries() else {
        let draft =
            field.error(diag, format!("a sweep is a table of paths and lists, not {}", field.node.what()));
        diag.report(draft.hint("as in [sweep] and below \"tier.auth.replicas\" = [4, 8]"));
        return Vec::new();
    };
    if limits::VARIANTS_MAX < entries.len() {
        let draft = field.error(diag, format!("{} axes", entries.len()));
        diag.report(draft.allowed(format!("at most {}", limits::VARIANTS_MAX)));
        return Vec::new();
    }
    let mut axes = Vec::new();
    for (path, entry) in entries {
        let axis = Field { name: path, node: &entry.node };
        let items = axis.list(diag, limits::SWEEP_VALUES_MAX);
        if let (true, crate::text::tree::Value::List(_)) = (items.is_empty(), &entry.node.value) {
            diag.report(axis.error(diag, "an axis without values").allowed("at least 1 value"));
        }
        let values = items.iter().map(|item| diag.sources.slice(item.node.place).to_owned()).collect();
        axes.push(Axis { path: path.clone(), values });
    }
    axes
}
