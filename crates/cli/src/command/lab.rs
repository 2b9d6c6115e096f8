//! How questions beyond one run end where they have no answer, and where what was found is written.

use crate::failure::Failure;
use brownout::results::File;
use brownout::words::Reports;
use brownout::{Answer, PAGE, Pictures, PlanError, Stopped, answer_pages};
use brownout_host::folder::{Older, Writing};
use brownout_terminal::{again, placed};
use std::path::Path;

/// Why runs stopped, and that nothing is lost.
pub(super) fn stopped(stopped: &Stopped) -> Failure {
    match stopped {
        Stopped::Interrupted => Failure::interrupted(
            "interrupted: what was run is kept, and the same command goes on from there.".to_owned(),
        ),
        Stopped::Failed(why) => Failure::Failed(why.clone()),
    }
}

/// Why a question has no answer.
pub(super) fn unanswered(error: &PlanError) -> Failure {
    match error {
        PlanError::Stopped(why) => stopped(why),
        error => Failure::Failed(error.to_string()),
    }
}

/// The page of an answer and its pictures.
///
/// # Errors
/// If they cannot be drawn.
pub(super) fn pages(answer: Answer<'_>, threads: usize) -> Result<Vec<File>, Failure> {
    let pictures = Pictures { svg: true, png: true };
    let files = answer_pages(answer, (&again(&[], &[]), &Reports::default()), pictures, threads);
    files.map_err(|error| Failure::Failed(error.to_string()))
}

/// Writes the page of an answer and its pictures, and says where.
///
/// # Errors
/// If the folder cannot be written.
pub(super) fn write(out: Option<&Path>, files: &[File], how: (bool, bool)) -> Result<(), Failure> {
    let Some(out) = out else { return Ok(()) };
    let mut writing = Writing::begin(out)?;
    writing.put_all(files)?;
    writing.finish(Older::Goes)?;
    Ok(placed(&format!("page    {}\n", out.join(PAGE).display()), how)?)
}
