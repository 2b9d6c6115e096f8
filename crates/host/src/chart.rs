//! A chart of a results folder as a file of the user's.

use crate::file::{Unusable, write_picture};
use crate::folder::results;
use brownout::{ChartFormat, ChartRequest, chart};
use std::io::ErrorKind;
use std::path::Path;

/// The path that means no file: the picture is handed back.
const NOWHERE: &str = "-";

/// Draws a chart into a file whose ending says the format, in the place of a chart that was drawn there before; of `-`
/// the SVG is what this returns.
///
/// # Errors
/// What cannot be read, drawn or written, and what to do.
pub fn draw(folder: &Path, request: &ChartRequest, out: &str) -> Result<Option<String>, String> {
    let format = if out == NOWHERE { Ok(ChartFormat::Svg) } else { ChartFormat::of(out) };
    let format = format.map_err(|error| error.to_string())?;
    let picture = chart(&results(folder)?.findings, request, format).map_err(|error| error.to_string())?;
    if out == NOWHERE {
        return Ok(Some(String::from_utf8_lossy(&picture).into_owned()));
    }
    write_picture(out.as_ref(), &picture).map_err(|refused| say(out, &refused))?;
    Ok(None)
}

fn say(out: &str, refused: &Unusable) -> String {
    match refused.error.kind() {
        ErrorKind::AlreadyExists => format!(
            "{out} exists already, is no chart that this command has drawn, and is left as it is\n\
             hint: choose another name"
        ),
        _ => refused.to_string(),
    }
}
