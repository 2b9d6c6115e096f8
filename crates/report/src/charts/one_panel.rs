//! A chart of one large panel: lines over time with their names at the right and the triggers above.

use super::axis::Axis;
use super::canvas::picture;
use super::data::{Row, table};
use super::kind::Picture;
use super::panel::{Frame, Line, Panel, stub_room};
use super::sheet::{self, CAPTION_WIDE, FOOTER, Ground, Header, Intervals, Key, Lanes};
use super::style::{EDGE, FAINT};
use crate::Error;
use brownout_analysis::findings::Band;

/// Names of lines may not take more of the width than this, or this part of it.
const LABEL_ROOM_MAX: f64 = 150.0;
const LABEL_PART_MAX: f64 = 0.3;
/// Of the plot on a page, in pixels, and the least on any sheet.
const HEIGHT: f64 = 260.0;
const HEIGHT_MIN: f64 = 170.0;

/// What is on it.
pub(crate) struct OnePanel<'a> {
    pub(crate) values: Axis,
    pub(crate) lines: Vec<Line<'a>>,
    /// Lines behind those, grey and without names.
    pub(crate) others: Vec<&'a Band>,
}

impl<'a> OnePanel<'a> {
    /// The chart as an SVG, and its numbers.
    pub(crate) fn draw(&self, ground: &Ground<'_>) -> Result<Picture, Error> {
        let findings = ground.findings;
        let width = ground.sheet.width.max(CAPTION_WIDE);
        let time = sheet::time(findings, (width / 80.0) as usize);
        let at = &findings.lines.at;
        let widest = self.lines.iter().map(|line| line.label_width(&time, at)).fold(14.0, f64::max);
        let label_room = widest.min(LABEL_ROOM_MAX).min(LABEL_PART_MAX * width) + stub_room(&self.lines);
        let (left, right) = (EDGE + 46.0, width - EDGE - label_room);
        let (header, key) = (Header::plan(ground, width, Intervals::Shown), Key::plan(ground));
        let lanes = Lanes::plan(findings, &time, left, right);
        let above = header.height() + key.height();
        let top = above + lanes.height() + 26.0;
        let bottom = top + ground.sheet.plot(top, FOOTER, HEIGHT, HEIGHT_MIN);
        let frame = Frame { left, top, right, bottom };
        let panel = Panel { frame, time: &time, values: &self.values, at, label_room };
        let size = (width, frame.bottom + FOOTER);
        let svg = picture(size.0, size.1, ground.title, |canvas| {
            header.draw(canvas)?;
            key.draw(canvas, header.height(), width)?;
            lanes.draw(canvas, above, right)?;
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
        Ok(Picture { svg, size, narrow: None, table: table(rows, &time, at) })
    }

    /// The same lines of another variant beside these, dashed and in the same colours.
    pub(crate) fn beside(mut self, other: OnePanel<'a>) -> Self {
        self.values = self.values.covering(&other.values);
        self.others.extend(other.others);
        let colors: Vec<_> = self.lines.iter().map(|line| (line.name.clone(), line.color)).collect();
        for line in other.lines {
            let color =
                colors.iter().find(|(name, _)| *name == line.name).map_or(line.color, |(_, color)| *color);
            self.lines.push(Line { color, dashed: true, ..line });
        }
        self
    }
}
