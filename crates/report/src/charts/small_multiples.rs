//! A chart of many small panels in two columns, each with its name, its own values and the same time.

use super::axis::Axis;
use super::canvas::{Canvas, Type, picture};
use super::data::{Row, table};
use super::kind::Picture;
use super::panel::{Frame, Line, Panel};
use super::sheet::{self, HEADER, Intervals};
use super::style::{Color, EDGE, INK, MUTE, SMALL, TEXT, WIDTH};
use crate::{Error, font};
use brownout_analysis::findings::Findings;

/// Above a panel, for its name.
const NAME: f64 = 38.0;
/// Under a panel, for its ticks.
const UNDER: f64 = 26.0;
/// Left of a panel, for its ticks.
const TICKS: f64 = 52.0;
/// Names of lines may not take more of a small panel than this.
const LABEL_ROOM_MAX: f64 = 110.0;

/// What is on it.
pub(crate) struct SmallMultiples<'a> {
    pub(crate) title: &'a str,
    /// Shown once, above all panels.
    pub(crate) legend: Vec<(Color, String)>,
    pub(crate) panels: Vec<Small<'a>>,
}

/// One of the panels.
pub(crate) struct Small<'a> {
    pub(crate) name: String,
    pub(crate) values: Axis,
    pub(crate) content: Content<'a>,
    /// Promised values, drawn as dashed lines, with their names; only beside lines.
    pub(crate) promises: Vec<(f64, String)>,
    /// How much the lines are shares of, window by window, drawn at the foot against its own peak; empty: nothing.
    pub(crate) volume: Vec<f64>,
}

/// What a panel shows.
pub(crate) enum Content<'a> {
    /// Lines with intervals, named at their right ends.
    Lines(Vec<Line<'a>>),
    /// Areas on top of one another, the first at the bottom.
    Stack(Vec<(Color, Vec<f64>)>),
}

impl SmallMultiples<'_> {
    /// The chart as an SVG, and its numbers.
    pub(crate) fn draw(&self, findings: &Findings) -> Result<Picture, Error> {
        assert!(!self.panels.is_empty(), "a chart of panels has at least one");
        let columns = if self.panels.len() == 1 { 1 } else { 2 };
        let (ticks, height) = match self.panels.len() {
            1 => (10, 260.0),
            2..=6 => (6, 124.0),
            _ => (6, 104.0),
        };
        let time = sheet::time(findings, ticks);
        let legend_rows = self.legend_height();
        let rows = self.panels.len().div_ceil(columns) as f64;
        let top = HEADER + legend_rows;
        let bottom = top + rows * (NAME + height + UNDER) + 26.0;
        let label_room = self.label_room(&time, &findings.lines.at);
        let svg = picture(WIDTH, bottom, self.title, |canvas| {
            sheet::header(canvas, findings, self.title, self.intervals())?;
            canvas.legend(&self.legend, (EDGE, HEADER + 8.0), WIDTH - 2.0 * EDGE)?;
            for (i, small) in self.panels.iter().enumerate() {
                let wide = (WIDTH - 2.0 * EDGE + 12.0) / columns as f64;
                let left = EDGE - 6.0 + (i % columns) as f64 * wide;
                let top = top + (i / columns) as f64 * (NAME + height + UNDER) + NAME;
                let right = left + wide - label_room - 6.0;
                let frame = Frame { left: left + TICKS, top, right, bottom: top + height };
                let (at, values) = (&findings.lines.at, &small.values);
                small.draw(canvas, &Panel { frame, time: &time, values, at, label_room }, findings)?;
            }
            canvas.text(&time.caption, (EDGE, bottom - 16.0), Type::new(TEXT, MUTE))
        })?;
        let rows = self.panels.iter().flat_map(|small| small.rows(&self.legend));
        Ok(Picture { svg, narrow: None, table: table(rows, &time, &findings.lines.at) })
    }

    /// The widest name of a line, within reason; areas have no names and leave a little room for the last tick.
    fn label_room(&self, time: &Axis, at: &[f64]) -> f64 {
        let names = self.panels.iter().flat_map(|small| match &small.content {
            Content::Lines(lines) => {
                let names = lines.iter().map(|line| line.label(time, at));
                let names = names.chain(small.promises.iter().map(|(_, name)| name.clone()));
                names.map(|name| font::width(&name, TEXT, false) + 14.0).collect()
            }
            Content::Stack(_) => vec![12.0],
        });
        names.fold(0.0, f64::max).min(LABEL_ROOM_MAX)
    }

    /// Areas on top of one another have no room for them.
    fn intervals(&self) -> Intervals {
        let lines = self.panels.iter().any(|small| matches!(small.content, Content::Lines(_)));
        if lines { Intervals::Shown } else { Intervals::None }
    }

    /// As `Canvas::legend` will take; a page is planned before it is drawn.
    fn legend_height(&self) -> f64 {
        super::canvas::legend_rows(&self.legend, WIDTH - 2.0 * EDGE) as f64 * super::canvas::LEGEND_ROW
    }
}

impl Small<'_> {
    /// Its lines or areas, named after the panel and themselves.
    fn rows(&self, legend: &[(Color, String)]) -> Vec<Row<'_>> {
        let unit = self.values.unit;
        let row = |name: &str, values| Row { name: format!("{} · {name}", self.name), unit, values };
        match &self.content {
            Content::Lines(lines) => lines.iter().map(|line| row(&line.name, &line.band.mean)).collect(),
            Content::Stack(layers) => {
                let named = layers.iter().zip(legend);
                named.map(|((_, values), (_, name))| row(name, values)).collect()
            }
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, panel: &Panel<'_>, findings: &Findings) -> Result<(), Error> {
        self.heading(canvas, panel)?;
        if let Content::Stack(layers) = &self.content {
            panel.stack(canvas, layers)?;
        }
        panel.ground(canvas, findings)?;
        panel.volume(canvas, &self.volume)?;
        if let Content::Lines(lines) = &self.content {
            panel.lines(canvas, lines, &self.promises)?;
        }
        Ok(())
    }

    fn heading(&self, canvas: &mut Canvas<'_>, panel: &Panel<'_>) -> Result<(), Error> {
        let (left, y) = (panel.frame.left - TICKS + 6.0, panel.frame.top - 18.0);
        let caption = &self.values.caption;
        let aside = if caption.is_empty() { 0.0 } else { font::width(caption, SMALL, false) + 10.0 };
        let name =
            font::fit_name(&self.name, TEXT, true, panel.frame.right + panel.label_room - left - aside);
        canvas.text(&name, (left, y), Type::new(TEXT, INK).bold())?;
        let after = left + font::width(&name, TEXT, true) + 10.0;
        canvas.text(caption, (after, y), Type::new(SMALL, MUTE))
    }
}
