//! Heat maps: cells over two knobs, one map or several beside one another, with a contour and a key.

use super::sheet;
use crate::charts::canvas::{Align, Canvas, LEGEND_ROW, Type, legend_rows, picture};
use crate::charts::panel::Frame;
use crate::charts::style::{
    Color, EDGE, FAINT, INK, MUTE, PAPER, RAMP_STEPS, SKY, SMALL, TEXT, WIDTH, on_ramp, ramp,
};
use crate::{Error, font};
use brownout_analysis::terrain::{Segment, contour};

/// A cell: its colour, and what is written on it where there is room.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) fill: Fill,
    pub(crate) text: String,
}

/// What a cell is filled with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fill {
    /// A step of the ramp.
    Step(usize),
    /// A colour of the key, thinned so that text can be read on it.
    Tint(Color),
    /// Nothing was found there.
    None,
}

/// One map.
pub(crate) struct Map {
    /// Over it, where there are several.
    pub(crate) name: String,
    /// Rows from the lowest value of the vertical axis up, each from left to right.
    pub(crate) cells: Vec<Vec<Cell>>,
    /// Heights of which the contour is drawn, in the order of `cells`.
    pub(crate) heights: Vec<Vec<Option<f64>>>,
    /// The same of the dashed one.
    pub(crate) others: Vec<Vec<Option<f64>>>,
}

/// What colours mean.
pub(crate) enum Key {
    /// The ramp, with texts at some of its steps.
    Ramp { caption: String, ticks: Vec<(usize, String)> },
    /// A colour for each name.
    Names(Vec<(Color, String)>),
}

/// The whole chart.
pub(crate) struct Heat<'a> {
    pub(crate) title: &'a str,
    pub(crate) subtitle: &'a str,
    /// Texts of the columns and of the rows, and the paths of both.
    pub(crate) across: Vec<String>,
    pub(crate) up: Vec<String>,
    pub(crate) captions: (String, String),
    pub(crate) maps: Vec<Map>,
    /// Where a contour is drawn, and what it is.
    pub(crate) level: Option<(f64, String)>,
    /// Where a second one is drawn, dashed.
    pub(crate) dashed: Option<(f64, String)>,
    pub(crate) key: Key,
}

/// Opacity of a colour of the key under text.
pub(crate) const TINT: f64 = 0.42;
/// Of the dashed contour.
const HIDDEN: Color = SKY;
/// Between two maps.
const GAP: f64 = 18.0;

/// Where the maps stand.
struct Lay {
    columns: usize,
    wide: f64,
    high: f64,
    left: f64,
    top: f64,
    title: f64,
}

impl Lay {
    fn frame(&self, at: usize) -> Frame {
        let (column, row) = (at % self.columns, at / self.columns);
        let left = self.left + column as f64 * (self.wide + GAP);
        let top = self.top + self.title + row as f64 * (self.high + self.title + GAP + 22.0);
        Frame { left, top, right: left + self.wide, bottom: top + self.high }
    }
}

impl Heat<'_> {
    /// The picture.
    pub(crate) fn draw(&self) -> Result<String, Error> {
        let lay = self.lay();
        let rows = self.maps.len().div_ceil(lay.columns);
        let bottom = lay.frame((rows - 1) * lay.columns).bottom;
        let key = match &self.key {
            Key::Ramp { .. } => 46.0,
            Key::Names(names) => legend_rows(names, WIDTH - EDGE - lay.left) as f64 * LEGEND_ROW + 14.0,
        };
        let contours = [&self.level, &self.dashed].into_iter().flatten().count();
        let contour = 22.0 * contours as f64;
        picture(WIDTH, bottom + 46.0 + key + contour, self.title, |canvas| {
            sheet::header(canvas, self.title, self.subtitle)?;
            canvas.text_in(
                &self.captions.1,
                (EDGE, sheet::HEADER + 10.0),
                Type::new(TEXT, MUTE),
                WIDTH - 2.0 * EDGE,
            )?;
            for (at, map) in self.maps.iter().enumerate() {
                let frame = lay.frame(at);
                self.cells(canvas, map, &frame)?;
                self.contour(canvas, map, &frame)?;
                self.ticks(canvas, map, &frame, at % lay.columns == 0)?;
            }
            let right = WIDTH - EDGE;
            let middle = f64::midpoint(lay.left, right);
            let set = Type::new(TEXT, MUTE).align(Align::Center);
            canvas.text_in(&self.captions.0, (middle, bottom + 31.0), set, right - lay.left)?;
            self.key(canvas, lay.left, bottom + 60.0)?;
            self.contour_key(canvas, lay.left, bottom + 46.0 + key + 6.0)
        })
    }

    fn lay(&self) -> Lay {
        let widest = self.up.iter().map(|text| font::width(text, TEXT, false)).fold(0.0, f64::max);
        let left = EDGE + widest.min(150.0) + 10.0;
        let columns = match self.maps.len() {
            1 => 1,
            2 | 4 => 2,
            _ => 3,
        };
        let all = WIDTH - EDGE - left;
        let wide = (all - (columns - 1) as f64 * GAP) / columns as f64;
        // A cell is no wider than 2.4 times its height and never lower than its text.
        let cell = (wide / self.across.len() as f64 / 2.4).clamp(16.0, 44.0);
        let high = (cell * self.up.len() as f64).clamp(60.0, 480.0);
        let title = if self.maps.len() == 1 { 0.0 } else { 20.0 };
        Lay { columns, wide, high, left, top: sheet::HEADER + 26.0, title }
    }

    fn cells(&self, canvas: &mut Canvas<'_>, map: &Map, frame: &Frame) -> Result<(), Error> {
        let (wide, high) = self.cell(frame);
        let gap = if 10.0 < wide.min(high) { 1.0 } else { 0.0 };
        let written = self.is_written(map, frame);
        for (row, cells) in map.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (left, bottom) = (frame.left + column as f64 * wide, frame.bottom - row as f64 * high);
                let (a, b) = ((left, bottom - high + gap), (left + wide - gap, bottom));
                let ink = match cell.fill {
                    Fill::Step(step) => {
                        canvas.rectangle(a, b, ramp(step), 1.0)?;
                        on_ramp(step)
                    }
                    Fill::Tint(color) => {
                        canvas.rectangle(a, b, color, TINT)?;
                        INK
                    }
                    Fill::None => {
                        canvas.line(&[(a.0 + 3.0, b.1 - 3.0), (b.0 - 3.0, a.1 + 3.0)], FAINT, 1.0)?;
                        continue;
                    }
                };
                if written {
                    let at = (left + (wide - gap) / 2.0, bottom - (high - gap) / 2.0);
                    canvas.text(&cell.text, at, Type::new(SMALL, ink).align(Align::Center))?;
                }
            }
        }
        Ok(())
    }

    fn cell(&self, frame: &Frame) -> (f64, f64) {
        let (columns, rows) = (self.across.len() as f64, self.up.len() as f64);
        ((frame.right - frame.left) / columns, (frame.bottom - frame.top) / rows)
    }

    /// Whether all cells have room for their texts: some with and some without would be read as a difference.
    fn is_written(&self, map: &Map, frame: &Frame) -> bool {
        let (wide, high) = self.cell(frame);
        let texts = map.cells.iter().flatten().map(|cell| font::width(&cell.text, SMALL, false));
        15.0 <= high && texts.fold(0.0, f64::max) + 6.0 <= wide
    }

    /// Where the level is crossed: between cells, which leaves their texts alone, or through them where they are small.
    fn contour(&self, canvas: &mut Canvas<'_>, map: &Map, frame: &Frame) -> Result<(), Error> {
        let (wide, high) = self.cell(frame);
        let place = |(x, y): (f64, f64)| (frame.left + (x + 0.5) * wide, frame.bottom - (y + 0.5) * high);
        let lines = |heights: &[Vec<Option<f64>>], level: f64| {
            if 12.0 <= wide.min(high) { steps(heights, level) } else { contour(heights, level) }
        };
        let (level, dashed) = (self.level.as_ref(), self.dashed.as_ref());
        let level = level.map_or_else(Vec::new, |(level, _)| lines(&map.heights, *level));
        let dashed = dashed.map_or_else(Vec::new, |(level, _)| lines(&map.others, *level));
        // A rim keeps them visible on every colour.
        for segment in level.iter().chain(&dashed) {
            canvas.line(&segment.map(place), PAPER, 4.5)?;
        }
        for segment in &level {
            canvas.line(&segment.map(place), INK, 2.0)?;
        }
        for [from, to] in dashed.iter().map(|segment| segment.map(place)) {
            canvas.dashes(from, to, HIDDEN, 2.5)?;
        }
        Ok(())
    }

    fn ticks(&self, canvas: &mut Canvas<'_>, map: &Map, frame: &Frame, is_first: bool) -> Result<(), Error> {
        let (wide, high) = self.cell(frame);
        if !map.name.is_empty() {
            let set = Type::new(TEXT, INK).bold();
            canvas.text_in(&map.name, (frame.left, frame.top - 11.0), set, frame.right - frame.left)?;
        }
        let widest = self.across.iter().map(|text| font::width(text, TEXT, false)).fold(0.0, f64::max);
        let every = (((widest + 10.0) / wide).ceil() as usize).max(1);
        for (at, text) in self.across.iter().enumerate().step_by(every) {
            let x = frame.left + (at as f64 + 0.5) * wide;
            canvas.line(&[(x, frame.bottom), (x, frame.bottom + 4.0)], MUTE, 1.0)?;
            let set = Type::new(TEXT, MUTE).align(Align::Center);
            canvas.text_in(text, (x, frame.bottom + 13.0), set, (wide * every as f64 - 4.0).max(24.0))?;
        }
        if is_first {
            let every = ((15.0 / high).ceil() as usize).max(1);
            let texts: Vec<&str> = self.up.iter().map(String::as_str).collect();
            let texts = font::fit_names(&texts, TEXT, false, frame.left - 8.0 - EDGE);
            for (at, text) in texts.iter().enumerate().step_by(every) {
                let y = frame.bottom - (at as f64 + 0.5) * high;
                canvas.text(text, (frame.left - 8.0, y), Type::new(TEXT, MUTE).align(Align::Right))?;
            }
        }
        Ok(())
    }

    fn key(&self, canvas: &mut Canvas<'_>, left: f64, top: f64) -> Result<(), Error> {
        match &self.key {
            Key::Names(names) => canvas.tinted_legend(names, (left, top), WIDTH - EDGE - left, TINT),
            Key::Ramp { caption, ticks } => {
                let (wide, high) = (240.0, 10.0);
                let from = WIDTH - EDGE - wide - 16.0;
                let x = |step: f64| from + step / RAMP_STEPS as f64 * wide;
                for step in 0..RAMP_STEPS {
                    canvas.rectangle(
                        (x(step as f64), top),
                        (x(step as f64 + 1.0), top + high),
                        ramp(step),
                        1.0,
                    )?;
                }
                let set = Type::new(TEXT, MUTE).align(Align::Right);
                canvas.text_in(caption, (from - 12.0, top + high / 2.0), set, from - 12.0 - EDGE)?;
                for (step, text) in ticks {
                    let at = x(*step as f64 + 0.5);
                    canvas.line(&[(at, top + high), (at, top + high + 3.0)], MUTE, 1.0)?;
                    canvas.text(
                        text,
                        (at, top + high + 11.0),
                        Type::new(SMALL, MUTE).align(Align::Center),
                    )?;
                }
                Ok(())
            }
        }
    }

    fn contour_key(&self, canvas: &mut Canvas<'_>, left: f64, y: f64) -> Result<(), Error> {
        let set = Type::new(TEXT, MUTE);
        let room = WIDTH - EDGE - left - 34.0;
        let mut at = y;
        if let Some((_, name)) = &self.level {
            canvas.line(&[(left, at), (left + 26.0, at)], INK, 2.0)?;
            canvas.text_in(name, (left + 34.0, at), set, room)?;
            at += 22.0;
        }
        if let Some((_, name)) = &self.dashed {
            canvas.dashes((left, at), (left + 26.0, at), HIDDEN, 2.5)?;
            canvas.text_in(name, (left + 34.0, at), set, room)?;
        }
        Ok(())
    }
}

/// The borders between cells on either side of a level.
fn steps(heights: &[Vec<Option<f64>>], level: f64) -> Vec<Segment> {
    let mut all = Vec::new();
    let parts = |a: Option<f64>, b: Option<f64>| a.zip(b).is_some_and(|(a, b)| (a < level) != (b < level));
    for (row, cells) in heights.iter().enumerate() {
        for (column, here) in cells.iter().enumerate() {
            let (x, y) = (column as f64, row as f64);
            if parts(*here, cells.get(column + 1).copied().flatten()) {
                all.push([(x + 0.5, y - 0.5), (x + 0.5, y + 0.5)]);
            }
            if parts(*here, heights.get(row + 1).and_then(|above| above[column])) {
                all.push([(x - 0.5, y + 0.5), (x + 0.5, y + 0.5)]);
            }
        }
    }
    all
}
