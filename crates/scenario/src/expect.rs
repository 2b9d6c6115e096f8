//! Expectations: `web.login.success_rate < 10%`, from text to the typed data of the table of metrics.

mod near;
mod parse;

pub(crate) use brownout_metrics::{Asked, Expect, LawRow, Operand};
pub(crate) use parse::{Known, Mistake, metric, parse, range, value};

use crate::Scenario;
use crate::compile::name_set::NameSet;

/// A metric of a scenario by its name, as an expectation writes it.
///
/// # Errors
/// The problem with the name, what is allowed, and what to do.
pub fn asked(scenario: &Scenario, text: &str) -> Result<Asked, String> {
    let model = &scenario.model;
    let classes: NameSet = model.classes.iter().map(|class| &class.name).collect();
    let tiers: NameSet = model.tiers.iter().map(|tier| &tier.name).collect();
    let name = |path: &brownout_model::Path| {
        let (class, operation) = (usize::from(path.class.0), usize::from(path.operation.0));
        (model.classes[class].name.as_str(), model.operations[operation].name.as_str())
    };
    let paths: Vec<(&str, &str)> = model.paths.iter().map(name).collect();
    let known = Known { classes: &classes, tiers: &tiers, paths: &paths };
    metric(text.trim(), &known).map_err(|mistake| {
        let allowed = mistake.allowed.map(|allowed| format!("\nallowed: {allowed}"));
        let hint = mistake.hint.map(|hint| format!("\nhint: {hint}"));
        format!("{}{}{}", mistake.message, allowed.unwrap_or_default(), hint.unwrap_or_default())
    })
}
