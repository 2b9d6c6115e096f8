//! A chart of many small panels side by side, each with its name, its own values and the same time.

use super::axis::Axis;
use super::canvas::{Canvas, LEGEND_ROW, Type, legend_rows, picture};
use super::data::{Row, table};
use super::kind::Picture;
use super::panel::{Frame, Line, Panel, stub_room};
use super::sheet::{self, CAPTION_WIDE, Ground, Header, Intervals, Key};
use super::style::{Color, EDGE, INK, MUTE, SMALL, TEXT};
use crate::{Error, font};
use brownout_analysis::findings::Findings;

pub(crate) use super::panel::Layer;

/// Above a panel, for its name.
const NAME: f64 = 38.0;
/// Under a panel, for its ticks.
const UNDER: f64 = 26.0;
/// Under all of them, for the caption of the time axis.
const CAPTION: f64 = 26.0;
/// Left of a panel, for its ticks.
const TICKS: f64 = 52.0;
/// Names of lines may not take more of a small panel than this.
const LABEL_ROOM_MAX: f64 = 110.0;
/// A plot as wide as this times its height shows a course over time best.
const SHAPE: f64 = 2.0;
/// No panel is narrower than this with its ticks and names, and no plot lower.
const WIDE_MIN: f64 = 300.0;
const HIGH_MIN: f64 = 84.0;

/// What is on it.
pub(crate) struct SmallMultiples<'a> {
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
    /// Areas on top of one another, the first at the bottom; named once, above all panels.
    Stack(Vec<Layer>),
}

/// Where the panels are.
struct Lay {
    columns: usize,
    /// Of a panel, with all that belongs to it.
    wide: f64,
    /// Of a plot.
    high: f64,
    /// Of the first row.
    top: f64,
}

impl Lay {
    /// In `pairs` two neighbours are of two variants, and stand in one row.
    fn of((panels, pairs): (usize, bool), ground: &Ground<'_>, width: f64, top: f64) -> Self {
        let wide = |columns: usize| (width - 2.0 * EDGE + 12.0) / columns as f64;
        let rows = |columns: usize| panels.div_ceil(columns) as f64;
        let high = |columns: usize, height: f64| {
            let each = (height - top - CAPTION) / rows(columns) - NAME - UNDER;
            each.max(HIGH_MIN)
        };
        let Some(height) = ground.sheet.height else {
            let columns = if panels == 1 { 1 } else { 2 };
            let high = match panels {
                1 => 260.0,
                2..=6 => 124.0,
                _ => 104.0,
            };
            return Lay { columns, wide: wide(columns), high, top };
        };
        // A row that is not full leaves room in which nothing is seen.
        let odd = |columns: usize| {
            let shape = (wide(columns) - 2.0 * TICKS) / high(columns, height) / SHAPE;
            let empty = rows(columns) * columns as f64 / panels as f64;
            shape.ln().abs() + empty.ln()
        };
        let most = panels.min((width / WIDE_MIN) as usize).max(1);
        let fits = |columns: &usize| !pairs || columns.is_multiple_of(2);
        let columns = (1..=most.max(if pairs { 2 } else { 1 }))
            .filter(fits)
            .min_by(|a, b| odd(*a).total_cmp(&odd(*b)))
            .unwrap_or(1);
        Lay { columns, wide: wide(columns), high: high(columns, height), top }
    }

    fn bottom(&self, panels: usize) -> f64 {
        self.top + panels.div_ceil(self.columns) as f64 * (NAME + self.high + UNDER) + CAPTION
    }

    fn frame(&self, at: usize, label_room: f64) -> Frame {
        let left = EDGE - 6.0 + (at % self.columns) as f64 * self.wide;
        let top = self.top + (at / self.columns) as f64 * (NAME + self.high + UNDER) + NAME;
        Frame { left: left + TICKS, top, right: left + self.wide - label_room - 6.0, bottom: top + self.high }
    }

    fn ticks_max(&self) -> usize {
        (self.wide / if self.columns == 1 { 78.0 } else { 65.0 }) as usize
    }
}

impl<'a> SmallMultiples<'a> {
    /// The chart as an SVG, and its numbers.
    pub(crate) fn draw(&self, ground: &Ground<'_>) -> Result<Picture, Error> {
        assert!(!self.panels.is_empty(), "a chart of panels has at least one");
        let findings = ground.findings;
        let width = ground.sheet.width.max(CAPTION_WIDE);
        let (header, key) = (Header::plan(ground, width, self.intervals()), self.key(ground));
        let above = header.height() + key.as_ref().map_or(0.0, Key::height);
        let (legend, room) = (self.legend(), width - 2.0 * EDGE);
        let panels = (self.panels.len(), !ground.variants.is_empty() && !self.has_lines());
        let lay = Lay::of(panels, ground, width, above + legend_rows(&legend, room) as f64 * LEGEND_ROW);
        let size = (width, lay.bottom(self.panels.len()));
        let time = sheet::time(findings, lay.ticks_max());
        let at = &findings.lines.at;
        let label_room = self.label_room(&time, at);
        let svg = picture(size.0, size.1, ground.title, |canvas| {
            header.draw(canvas)?;
            if let Some(key) = &key {
                key.draw(canvas, header.height(), width)?;
            }
            canvas.legend(&legend, (EDGE, above + 8.0), room)?;
            for (i, small) in self.panels.iter().enumerate() {
                let frame = lay.frame(i, label_room);
                let panel = Panel { frame, time: &time, values: &small.values, at, label_room };
                small.draw(canvas, &panel, findings)?;
            }
            canvas.text(&time.caption, (EDGE, size.1 - 16.0), Type::new(TEXT, MUTE))
        })?;
        let rows = self.panels.iter().flat_map(Small::rows);
        Ok(Picture { svg, size, narrow: None, table: table(rows, &time, at) })
    }

    /// The same of another variant: lines into the same panels, and areas, which would hide one another, beside.
    pub(crate) fn beside(self, other: SmallMultiples<'a>, names: &[String]) -> Self {
        let mut others: Vec<Option<Small<'a>>> = other.panels.into_iter().map(Some).collect();
        let mut panels = Vec::with_capacity(self.panels.len() + others.len());
        for mut small in self.panels {
            let other = others.iter_mut().find(|other| other.as_ref().is_some_and(|o| o.name == small.name));
            let Some(mut other) = other.and_then(Option::take) else {
                panels.push(small);
                continue;
            };
            small.values = small.values.covering(&other.values);
            other.values = small.values.clone();
            match (&mut small.content, other.content) {
                (Content::Lines(lines), Content::Lines(more)) => {
                    lines.extend(more.into_iter().map(|line| Line { dashed: true, ..line }));
                    panels.push(small);
                }
                (_, content) => {
                    other.content = content;
                    other.name = format!("{}, {}", small.name, names[1]);
                    small.name = format!("{}, {}", small.name, names[0]);
                    panels.extend([small, other]);
                }
            }
        }
        // What only the second has.
        let dashed = |mut small: Small<'a>| {
            if let Content::Lines(lines) = &mut small.content {
                for line in lines {
                    line.dashed = true;
                }
            }
            small
        };
        panels.extend(others.into_iter().flatten().map(dashed));
        SmallMultiples { panels }
    }

    /// Which line is of which variant; areas are named by their panels.
    fn key<'g>(&self, ground: &Ground<'g>) -> Option<Key<'g>> {
        self.has_lines().then(|| Key::plan(ground))
    }

    fn has_lines(&self) -> bool {
        self.panels.iter().any(|small| matches!(small.content, Content::Lines(_)))
    }

    /// The widest name of a line, within reason; areas have no names and leave a little room for the last tick.
    fn label_room(&self, time: &Axis, at: &[f64]) -> f64 {
        let names = self.panels.iter().flat_map(|small| match &small.content {
            Content::Lines(lines) => {
                let names = lines.iter().map(|line| line.label_width(time, at));
                let promises = small.promises.iter().map(|(_, name)| font::width(name, TEXT, false) + 14.0);
                names.chain(promises).collect()
            }
            Content::Stack(_) => vec![12.0],
        });
        let stubs = self.panels.iter().map(|small| match &small.content {
            Content::Lines(lines) => stub_room(lines),
            Content::Stack(_) => 0.0,
        });
        names.fold(0.0, f64::max).min(LABEL_ROOM_MAX) + stubs.fold(0.0, f64::max)
    }

    /// Areas on top of one another have no room for them.
    fn intervals(&self) -> Intervals {
        if self.has_lines() { Intervals::Shown } else { Intervals::None }
    }

    /// What the areas of all panels are, each once.
    fn legend(&self) -> Vec<(Color, String)> {
        let mut items: Vec<(Color, String)> = Vec::new();
        for small in &self.panels {
            let Content::Stack(layers) = &small.content else { continue };
            for layer in layers {
                if items.iter().all(|(_, name)| *name != layer.name) {
                    items.push((layer.color, layer.name.clone()));
                }
            }
        }
        items
    }
}

impl Small<'_> {
    /// Its lines or areas, named after the panel and themselves.
    fn rows(&self) -> Vec<Row<'_>> {
        let unit = self.values.unit;
        let row = |name: &str, values| Row { name: format!("{} · {name}", self.name), unit, values };
        match &self.content {
            Content::Lines(lines) => lines.iter().map(|line| row(&line.name, &line.band.mean)).collect(),
            Content::Stack(layers) => layers.iter().map(|layer| row(&layer.name, &layer.values)).collect(),
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
