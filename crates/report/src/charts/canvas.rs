//! A sheet measured in pixels: shapes and text go in, an SVG comes out.

use super::compact::compact;
use super::style::{Color, INK, PAPER, TEXT};
use crate::{Error, font};
use plotters::backend::DrawingBackend;
use plotters::prelude::{IntoFont, SVGBackend, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontStyle, ShapeStyle};

/// Plotters draws in whole pixels, which would make slow curves into stairs: the canvas is this many times larger, and
/// the picture is scaled down by its view box.
const FINE: f64 = 4.0;

/// Plotters divides a font size by this on its way into an SVG.
const FONT_SCALE: f64 = 1.24;

/// What the SVG asks for: the embedded font, or what a machine without it has that is nearest.
const FAMILIES: &str = "Noto Sans, Noto Sans Math, Inter, Helvetica, Arial, sans-serif";

/// Of the coloured square in a legend.
const LEGEND_SQUARE: f64 = 10.0;
/// From one row of a legend to the next.
pub(crate) const LEGEND_ROW: f64 = 18.0;

/// A place in pixels from the upper left corner, to the right and down.
pub(crate) type Point = (f64, f64);

/// Where a text stands to its point; it is always centred on it in height.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) color: Color,
    pub(crate) align: Align,
}

impl Type {
    pub(crate) const fn new(size: f64, color: Color) -> Self {
        Type { size, bold: false, color, align: Align::Left }
    }

    pub(crate) const fn bold(self) -> Self {
        Type { bold: true, ..self }
    }

    pub(crate) const fn align(self, align: Align) -> Self {
        Type { align, ..self }
    }
}

/// The sheet while it is drawn on.
pub(crate) struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

/// Draws one picture; `label` is what a screen reader says of it.
pub(crate) fn picture(
    width: f64,
    height: f64,
    label: &str,
    paint: impl FnOnce(&mut Canvas<'_>) -> Result<(), Error>,
) -> Result<String, Error> {
    let mut svg = String::new();
    let (wide, high) = ((width * FINE) as u32, (height * FINE) as u32);
    {
        let mut canvas = Canvas { backend: SVGBackend::with_string(&mut svg, (wide, high)) };
        canvas.rectangle((0.0, 0.0), (width, height), PAPER, 1.0)?;
        paint(&mut canvas)?;
        canvas.backend.present().map_err(refused)?;
    }
    let drawn = format!("<svg width=\"{wide}\" height=\"{high}\" ");
    assert!(svg.contains(&drawn), "plotters opens an SVG with its size");
    let wanted = format!(
        "<svg width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\" stroke-linejoin=\"round\" \
         font-family=\"{FAMILIES}\" ",
        crate::page::escape(label)
    );
    let svg = svg
        .replacen(&drawn, &wanted, 1)
        .replace(" font-family=\"sans-serif\"", "")
        // Neighbouring cells of a heat map must not show the paper through a soft edge.
        .replace("<rect ", "<rect shape-rendering=\"crispEdges\" ");
    Ok(compact(&svg))
}

impl Canvas<'_> {
    /// A filled rectangle between two corners.
    pub(crate) fn rectangle(&mut self, a: Point, b: Point, color: Color, opacity: f64) -> Result<(), Error> {
        let style = ShapeStyle { color: color.mix(opacity), filled: true, stroke_width: 0 };
        self.backend.draw_rect(fine(a), fine(b), &style, true).map_err(refused)
    }

    /// A filled shape.
    pub(crate) fn polygon(&mut self, corners: &[Point], color: Color, opacity: f64) -> Result<(), Error> {
        let style = ShapeStyle { color: color.mix(opacity), filled: true, stroke_width: 0 };
        self.backend.fill_polygon(corners.iter().map(|&p| fine(p)), &style).map_err(refused)
    }

    /// A line through all points, `width` pixels thick.
    pub(crate) fn line(&mut self, points: &[Point], color: Color, width: f64) -> Result<(), Error> {
        let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: (width * FINE) as u32 };
        self.backend.draw_path(points.iter().map(|&p| fine(p)), &style).map_err(refused)
    }

    /// A line through all points in dashes, which go on around its corners.
    pub(crate) fn dashed(&mut self, points: &[Point], color: Color, width: f64) -> Result<(), Error> {
        for dash in dashes(points, 5.0, 3.5) {
            self.line(&dash, color, width)?;
        }
        Ok(())
    }

    /// A straight line in dashes.
    pub(crate) fn dashes(&mut self, from: Point, to: Point, color: Color, width: f64) -> Result<(), Error> {
        let (dash, gap) = (6.0, 4.0);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let along = |d: f64| {
            let part = (d / length).min(1.0);
            (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1))
        };
        for i in 0..(length / (dash + gap)).ceil() as usize {
            let start = i as f64 * (dash + gap);
            self.line(&[along(start), along(start + dash)], color, width)?;
        }
        Ok(())
    }

    /// A filled dot.
    pub(crate) fn dot(&mut self, at: Point, radius: f64, color: Color) -> Result<(), Error> {
        let style = ShapeStyle { color: color.to_rgba(), filled: true, stroke_width: 0 };
        self.backend.draw_circle(fine(at), (radius * FINE) as u32, &style, true).map_err(refused)
    }

    /// One line of text, centred in height on its point. Control characters, which XML cannot hold, are left out.
    pub(crate) fn text(&mut self, text: &str, at: Point, set: Type) -> Result<(), Error> {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        let weight = if set.bold { FontStyle::Bold } else { FontStyle::Normal };
        let h_pos = match set.align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        let style = TextStyle::from(("sans-serif", set.size * FINE * FONT_SCALE, weight).into_font())
            .color(&set.color)
            .pos(Pos::new(h_pos, VPos::Center));
        self.backend.draw_text(&text, &style, fine(at)).map_err(refused)
    }

    /// One line of text, cut to the room it has.
    pub(crate) fn text_in(&mut self, text: &str, at: Point, set: Type, room: f64) -> Result<(), Error> {
        self.text(&font::fit(text, set.size, set.bold, room), at, set)
    }

    /// Coloured squares with their names, in as many rows as they need.
    pub(crate) fn legend(&mut self, items: &[(Color, String)], at: Point, room: f64) -> Result<(), Error> {
        self.tinted_legend(items, at, room, 1.0)
    }

    /// The same with colours as thin as they are in the picture.
    pub(crate) fn tinted_legend(
        &mut self,
        items: &[(Color, String)],
        at: Point,
        room: f64,
        opacity: f64,
    ) -> Result<(), Error> {
        for (i, (x, row, name)) in legend_places(items, room).into_iter().enumerate() {
            let (x, y) = (at.0 + x, at.1 + row as f64 * LEGEND_ROW);
            let half = LEGEND_SQUARE / 2.0;
            self.rectangle((x, y - half), (x + LEGEND_SQUARE, y + half), items[i].0, opacity)?;
            self.text(&name, (x + LEGEND_SQUARE + 6.0, y), Type::new(TEXT, INK))?;
        }
        Ok(())
    }
}

/// How many rows a legend will need.
pub(crate) fn legend_rows(items: &[(Color, String)], room: f64) -> usize {
    legend_places(items, room).last().map_or(0, |(_, row, _)| row + 1)
}

/// Of each item: how far right, in which row, and its name as far as it fits.
fn legend_places(items: &[(Color, String)], room: f64) -> Vec<(f64, usize, String)> {
    let (mut x, mut row) = (0.0, 0);
    let mut places = Vec::with_capacity(items.len());
    for (_, name) in items {
        let name = font::fit(name, TEXT, false, room - 2.0 * LEGEND_SQUARE);
        let wide = LEGEND_SQUARE + 6.0 + font::width(&name, TEXT, false) + 16.0;
        if x > 0.0 && x + wide > room {
            (x, row) = (0.0, row + 1);
        }
        places.push((x, row, name));
        x += wide;
    }
    places
}

/// The pieces of a line that are drawn: `dash` pixels along it, then nothing for `gap` pixels.
fn dashes(points: &[Point], dash: f64, gap: f64) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut is_drawn, mut left) = (true, dash);
    for ends in points.windows(2) {
        let (mut from, to) = (ends[0], ends[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length < left {
                left -= length;
                break;
            }
            let part = left / length;
            from = (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1));
            if is_drawn {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            is_drawn = !is_drawn;
            left = if is_drawn { dash } else { gap };
        }
        if is_drawn {
            piece.push(to);
        }
    }
    pieces.extend((1 < piece.len()).then_some(piece));
    pieces
}

fn fine(p: Point) -> (i32, i32) {
    assert!(p.0.is_finite() && p.1.is_finite(), "a place on a chart is a number: {p:?}");
    ((p.0 * FINE).round() as i32, (p.1 * FINE).round() as i32)
}

fn refused(e: impl std::error::Error) -> Error {
    Error::Draw(e.to_string())
}
