//! What is compared: a scenario as it stands, its variants, and variants on the spot.

use crate::{Case, cases};
use brownout_scenario::{Document, Overrides, Problems};

/// Why there is nothing to compare.
#[derive(Debug)]
pub enum Uncompared {
    /// The scenario has errors.
    Invalid(Problems),
    /// What was asked is not there, or is not written as it should be.
    Wrong(String),
}

impl From<Problems> for Uncompared {
    fn from(problems: Problems) -> Self {
        Uncompared::Invalid(problems)
    }
}

/// The scenario as it stands, those of its variants that are named in `only`, and those on the spot, written as
/// `more:tier.auth.replicas=16,tier.auth.workers=4`. Where neither is given, all variants of the file.
///
/// # Errors
/// If a scenario has errors, a variant is not there, or there is only one.
pub fn contenders(
    document: &Document,
    overrides: &Overrides,
    only: &[String],
    with: &[String],
) -> Result<Vec<Case>, Uncompared> {
    let mut found = cases(document, overrides)?;
    if let Some(name) = only.iter().find(|name| !found.iter().any(|case| case.name() == *name)) {
        let known: Vec<&str> = found.iter().map(Case::name).collect();
        return Err(Uncompared::Wrong(format!(
            "no variant is called {name:?}\nallowed: {}",
            known.join(", ")
        )));
    }
    if !only.is_empty() {
        let base = found[0].name().to_owned();
        found.retain(|case| case.name() == base || only.iter().any(|name| name == case.name()));
    } else if !with.is_empty() {
        found.truncate(1);
    }
    for with in with {
        found.push(on_the_spot(with, document, overrides)?);
    }
    if found.len() < 2 {
        let hint = "add [variant.NAME] to the file, or one here: --with more:tier.auth.replicas=16";
        let why = format!("there is one variant, and nothing to compare it with\nhint: {hint}");
        return Err(Uncompared::Wrong(why));
    }
    Ok(found)
}

fn on_the_spot(with: &str, document: &Document, overrides: &Overrides) -> Result<Case, Uncompared> {
    let hint = "write NAME:PATH=VALUE, as in more:tier.auth.replicas=16";
    let wrong = || Uncompared::Wrong(format!("--with {with}: {hint}"));
    let (name, settings) = with.split_once(':').filter(|(name, _)| !name.contains('=')).ok_or_else(wrong)?;
    let mut over = overrides.clone();
    for setting in settings.split(',') {
        let (path, value) = setting.split_once('=').ok_or_else(wrong)?;
        over.set.push((path.trim().to_owned(), value.to_owned()));
    }
    let mut case = Case::compile(document, &over)?;
    case.scenario.variant = Some(name.to_owned());
    Ok(case)
}
