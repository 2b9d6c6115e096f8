//! `brownout compare PATH`: which variant is best, and what each does to whom.

use super::lab::{pages, unanswered, write};
use crate::arguments::{Compare, Plain};
use crate::failure::Failure;
use crate::source;
use brownout::compare::{Comparison, Race, compare};
use brownout::results::MANIFEST;
use brownout::words::{self, screen};
use brownout::{Answer, By, Uncompared, asked, contenders, race};
use brownout_host::folder;
use brownout_terminal::lab::Lab;
use std::path::Path;

pub(super) fn perform(typed: &Compare, quiet: bool) -> Result<(), Failure> {
    let first = Path::new(&typed.which.path);
    if let Some(other) = &typed.other {
        let read = |path| folder::first_of(path).map_err(Failure::Failed);
        let (one, other) = (read(first)?, read(other)?);
        let name = first
            .file_name()
            .map_or_else(|| "results".to_owned(), |name| folder::plain(&name.to_string_lossy()));
        return show((typed, quiet), (&name, &one.stamp.title), &compare(&[&one, &other]), None);
    }
    if first.join(MANIFEST).exists() {
        return Err(Failure::Failed(
            "one results folder is compared with another\nhint: name two of them".to_owned(),
        ));
    }
    let source = source::open(&typed.which)?;
    let overrides = typed.which.overrides();
    let document = source.document(&overrides)?;
    let cases = contenders(&document, &overrides, &typed.only, &typed.with).map_err(|error| match error {
        Uncompared::Invalid(problems) => problems.into(),
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
    let lab = Lab::open(typed.runs.keeping(quiet), &source.name, &cases[0], bar).map_err(Failure::Failed)?;
    let raced = race(&cases, &by, lab.means());
    lab.close(&cases[0]);
    let (race, found) = raced.map_err(|error| unanswered(&error))?;
    let comparison = compare(&found.iter().collect::<Vec<_>>());
    show((typed, quiet), (&source.name, &cases[0].scenario.title), &comparison, race.as_ref())
}

/// Prints what was found, and writes its page.
fn show(
    (typed, quiet): (&Compare, bool),
    (name, title): (&str, &str),
    comparison: &Comparison,
    race: Option<&Race>,
) -> Result<(), Failure> {
    let is_text = typed.format == Plain::Text;
    super::data(&match typed.format {
        Plain::Text => screen::compare(comparison, race, typed.all),
        Plain::Json => format!("{:#}\n", words::comparison(comparison, race)),
    })?;
    let Some(out) = typed.place.or(|| format!("{name}-compare"), is_text) else { return Ok(()) };
    write(
        Some(&out),
        &pages(Answer::Comparison(title, comparison, race), typed.runs.threads)?,
        (is_text, quiet),
    )
}
