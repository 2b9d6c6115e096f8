//! A chart of one large panel: lines over time with their names at the right and the triggers above.

use super::axis::Axis;
use super::canvas::picture;
use super::data::{Row, table};
use super::kind::Picture;
use super::panel::{Frame, Line, Panel};
use super::sheet::{self, FOOTER, HEADER, Intervals, Lanes};
use super::style::{EDGE, FAINT, TEXT, WIDTH};
use crate::{Error, font};
use brownout_analysis::findings::{Band, Findings};

/// Names of lines may not take more of the width than this.
const LABEL_ROOM_MAX: f64 = 150.0;

/// What is on it.
pub(crate) struct OnePanel<'a> {
    pub(crate) title: &'a str,
    /// Of the plot, in pixels.
    pub(crate) height: f64,
    pub(crate) values: Axis,
    pub(crate) lines: Vec<Line<'a>>,
    /// Lines behind those, grey and without names.
    pub(crate) others: Vec<&'a Band>,
}

impl OnePanel<'_> {
    /// The chart as an SVG, and its numbers.
    pub(crate) fn draw(&self, findings: &Findings) -> Result<Picture, Error> {
        let time = sheet::time(findings, 10);
        let at = &findings.lines.at;
        let labels = self.lines.iter().map(|line| line.label(&time, at));
        let widest = labels.map(|label| font::width(&label, TEXT, false)).fold(0.0, f64::max);
        let label_room = (widest + 14.0).min(LABEL_ROOM_MAX);
        let (left, right) = (EDGE + 46.0, WIDTH - EDGE - label_room);
        let lanes = Lanes::plan(findings, &time, left, right);
        let top = HEADER + lanes.height() + 26.0;
        let frame = Frame { left, top, right, bottom: top + self.height };
        let panel = Panel { frame, time: &time, values: &self.values, at, label_room };
        let svg = picture(WIDTH, frame.bottom + FOOTER, self.title, |canvas| {
            sheet::header(canvas, findings, self.title, Intervals::Shown)?;
            lanes.draw(canvas, HEADER, right)?;
            sheet::value_caption(canvas, &self.values.caption, &frame)?;
            panel.ground(canvas, findings)?;
            panel.time_caption(canvas)?;
            for band in &self.others {
                panel.line(canvas, &band.mean, FAINT, 1.0)?;
            }
            panel.lines(canvas, &self.lines, &[])
        })?;
        let rows = self.lines.iter().map(|line| Row {
            name: line.name.clone(),
            unit: self.values.unit,
            values: &line.band.mean,
        });
        Ok(Picture { svg, narrow: None, table: table(rows, &time, at) })
    }
}
