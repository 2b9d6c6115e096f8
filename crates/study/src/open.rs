//! From a name to cases: the scenario as it stands and all its variants, or the one that is asked for.

use crate::Case;
use brownout_metrics::Asked;
use brownout_scenario::{Document, Files, Overrides, Problems};
use std::collections::BTreeSet;

/// Reads a scenario and compiles it: as it stands and each of its variants, or the one variant that is asked for.
///
/// The scenario as it stands is checked with all that could be asked of it: the values of its sweep, and what is
/// switched off.
///
/// # Errors
/// Everything that is wrong with it.
pub fn open(path: &str, files: &dyn Files, overrides: &Overrides) -> Result<Vec<Case>, Problems> {
    let mut document = Document::parse(path, files)?;
    document.fetch(files, overrides);
    cases(&document, overrides)
}

/// The cases of a document that is read already.
///
/// # Errors
/// Everything that is wrong with it under these overrides.
pub fn cases(document: &Document, overrides: &Overrides) -> Result<Vec<Case>, Problems> {
    let base = Case::check(document, overrides)?;
    let names = if overrides.variant.is_none() { base.scenario.variants.clone() } else { Vec::new() };
    let variant = |name| Case::compile(document, &Overrides { variant: Some(name), ..overrides.clone() });
    let variants = names.into_iter().map(variant);
    std::iter::once(Ok(base)).chain(variants).collect()
}

/// The warnings of some cases, each once however many of them have it, as they are shown.
pub fn warnings(cases: &[Case], colour: bool) -> Vec<String> {
    let mut said = BTreeSet::new();
    let mut shown = Vec::new();
    for case in cases {
        let warnings = &case.scenario.warnings;
        let new = warnings.iter().filter(|warning| said.insert(warning.to_string())).count();
        if 0 < new {
            shown.push(warnings.render(colour));
        }
    }
    shown
}

/// A number of a case by its name, as an expectation would ask for it: `web.login.success_rate`, `auth.utilisation`.
///
/// # Errors
/// What is wrong with the name, what is allowed, and what to do.
pub fn asked(case: &Case, text: &str) -> Result<Asked, String> {
    brownout_scenario::asked(&case.scenario, text)
}
