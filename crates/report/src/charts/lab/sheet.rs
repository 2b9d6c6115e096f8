//! What all charts of the lab share: title, subtitle, and names at the right.

use super::curves::apart;
use crate::charts::canvas::{Canvas, Point, Type};
use crate::charts::panel::Frame;
use crate::charts::style::{Color, EDGE, INK, MUTE, TEXT, TITLE, WIDTH, text_of};
use crate::{Error, font};

/// From the top to the first thing under title and subtitle.
pub(crate) const HEADER: f64 = 62.0;
/// Under the lowest panel: its ticks and the caption of the axis.
pub(crate) const FOOTER: f64 = 46.0;
/// From the end of a curve to its name.
const INSET: f64 = 8.0;

/// The title, and what the numbers rest on.
pub(crate) fn header(canvas: &mut Canvas<'_>, title: &str, subtitle: &str) -> Result<(), Error> {
    let room = WIDTH - 2.0 * EDGE;
    canvas.text_in(title, (EDGE, 24.0), Type::new(TITLE, INK).bold(), room)?;
    canvas.text_in(subtitle, (EDGE, 46.0), Type::new(TEXT, MUTE), room)
}

/// What curves are called, beside their ends at the right.
pub(crate) fn names(
    canvas: &mut Canvas<'_>,
    names: &[(Point, &str, Color)],
    frame: &Frame,
    room: f64,
) -> Result<(), Error> {
    let names: Vec<_> = names.iter().filter(|(_, name, _)| !name.is_empty()).collect();
    let wanted: Vec<f64> = names.iter().map(|((_, y), ..)| *y).collect();
    let placed = apart(&wanted, frame);
    let texts: Vec<&str> = names.iter().map(|(_, name, _)| *name).collect();
    let texts = font::fit_names(&texts, TEXT, false, room - INSET);
    for ((((end_x, end), _, color), text), y) in names.into_iter().zip(&texts).zip(placed) {
        // A line leads to a name that was moved, unless the curve ends far to the left.
        if 3.0 < (y - end).abs() && frame.right - end_x < 40.0 {
            canvas.line(&[(end_x + 4.0, *end), (frame.right + INSET - 2.0, y)], *color, 0.75)?;
        }
        canvas.text(text, (frame.right + INSET, y), Type::new(TEXT, text_of(*color)))?;
    }
    Ok(())
}
