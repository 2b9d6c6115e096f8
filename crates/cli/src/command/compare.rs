//! `brownout compare PATH`: which variant is best, and what each does to whom.

use super::lab::{Lab, unanswered};
use crate::arguments::{Compare, Plain};
use crate::failure::Failure;
use crate::source;
use brownout::compare::{Comparison, Race, compare};
use brownout::results::{MANIFEST, unpack};
use brownout::words::{self, screen};
use brownout::{By, Findings, Uncompared, asked, contenders, race};
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
    let cases = contenders(&document, &overrides, &typed.only, &typed.with).map_err(|error| match error {
        Uncompared::Invalid(problems) => Failure::invalid(&problems),
        Uncompared::Wrong(why) => Failure::Failed(why),
    })?;
    if !quiet {
        super::warn(&cases);
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

/// The first variant of a results folder, under the name of the folder.
fn read(path: &Path) -> Result<Findings, Failure> {
    let contents = unpack(&Folder(path.to_owned()));
    let contents = contents.map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
    let mut first = contents.findings.into_iter().next().expect("a folder has at least one variant");
    path.display().to_string().clone_into(&mut first.stamp.variant);
    Ok(first)
}

fn print(typed: &Compare, comparison: &Comparison, race: Option<&Race>) -> Result<(), Failure> {
    super::data(&match typed.format {
        Plain::Text => screen::compare(comparison, race, typed.all),
        Plain::Json => format!("{:#}\n", words::comparison(comparison, race)),
    })
}
