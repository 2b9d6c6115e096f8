//! `brownout compare PATH`: which variant is best, and what each does to whom.

use super::lab::{Lab, unanswered};
use crate::arguments::{Compare, Plain};
use crate::failure::Failure;
use crate::{source, terminal};
use brownout::compare::{Comparison, Race, compare};
use brownout::results::{MANIFEST, unpack};
use brownout::words::{self, screen};
use brownout::{By, Case, Document, Findings, Overrides, asked, race};
use brownout_host::folder::Folder;
use std::path::Path;

pub(super) fn perform(typed: &Compare, quiet: bool) -> Result<(), Failure> {
    if let Some(other) = &typed.other {
        let (one, other) = (read(Path::new(&typed.which.path))?, read(other)?);
        return print(typed, &compare(&[&one, &other]), None);
    }
    if Path::new(&typed.which.path).join(MANIFEST).exists() {
        return Err(Failure::Failed(
            "one results folder is compared with another\nhint: name two of them".to_owned(),
        ));
    }
    let source = source::open(&typed.which)?;
    let overrides = typed.which.overrides();
    let document = source.document(&overrides).map_err(|problems| Failure::invalid(&problems))?;
    let cases = cases(typed, &document, &overrides)?;
    if !quiet {
        super::warn(&cases);
    }
    if cases.len() < 2 {
        let hint = "add [variant.NAME] to the file, or one here: --with more:tier.auth.replicas=16";
        return Err(Failure::Failed(format!(
            "there is one variant, and nothing to compare it with\nhint: {hint}"
        )));
    }
    let by = By {
        text: typed.by.clone(),
        asked: asked(&cases[0], &typed.by).map_err(Failure::Failed)?,
        confidence: typed.confidence.fraction(),
        equal: 0.0,
    };
    let bar = ("comparing", 30 * cases.len() as u64);
    let lab = Lab::open(&typed.runs, &source.name, &cases[0], bar, quiet)?;
    let raced = race(&cases, &by, lab.means());
    lab.close(&cases[0]);
    let (race, found) = raced.map_err(|error| unanswered(&error))?;
    print(typed, &compare(&found.iter().collect::<Vec<_>>()), race.as_ref())
}

/// The scenario as it stands, its variants, and those that were typed.
fn cases(typed: &Compare, document: &Document, overrides: &Overrides) -> Result<Vec<Case>, Failure> {
    let mut cases = brownout::cases(document, overrides).map_err(|problems| Failure::invalid(&problems))?;
    if !typed.only.is_empty() {
        for name in &typed.only {
            if !cases.iter().any(|case| case.name() == name) {
                let known: Vec<&str> = cases.iter().map(Case::name).collect();
                return Err(Failure::Failed(format!(
                    "no variant is called {name:?}\nallowed: {}",
                    known.join(", ")
                )));
            }
        }
        let base = cases[0].name().to_owned();
        cases.retain(|case| case.name() == base || typed.only.iter().any(|name| name == case.name()));
    } else if !typed.with.is_empty() {
        cases.truncate(1);
    }
    for with in &typed.with {
        cases.push(on_the_spot(with, document, overrides)?);
    }
    Ok(cases)
}

/// `more:tier.auth.replicas=16,tier.auth.workers=4`.
fn on_the_spot(with: &str, document: &Document, overrides: &Overrides) -> Result<Case, Failure> {
    let wrong =
        || Failure::Failed(format!("--with {with}: write NAME:PATH=VALUE, as in more:tier.auth.replicas=16"));
    let (name, settings) = with.split_once(':').filter(|(name, _)| !name.contains('=')).ok_or_else(wrong)?;
    let mut over = overrides.clone();
    for setting in settings.split(',') {
        let (path, value) = setting.split_once('=').ok_or_else(wrong)?;
        over.set.push((path.trim().to_owned(), value.to_owned()));
    }
    let mut case = Case::compile(document, &over).map_err(|problems| Failure::invalid(&problems))?;
    case.scenario.variant = Some(name.to_owned());
    Ok(case)
}

/// The first variant of a results folder, under the name of the folder.
fn read(path: &Path) -> Result<Findings, Failure> {
    let contents = unpack(&Folder(path.to_owned()));
    let contents = contents.map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
    let mut first = contents.findings.into_iter().next().expect("a folder has at least one variant");
    path.display().to_string().clone_into(&mut first.stamp.variant);
    Ok(first)
}

fn print(typed: &Compare, comparison: &Comparison, race: Option<&Race>) -> Result<(), Failure> {
    terminal::data(&match typed.format {
        Plain::Text => screen::compare(comparison, race, typed.all),
        Plain::Json => format!("{:#}\n", words::comparison(comparison, race)),
    })
}
