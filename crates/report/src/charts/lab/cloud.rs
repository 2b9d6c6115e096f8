//! Points over two axes, each with a name where it has room, or with a letter and its name in a key at the right.

use super::sheet;
use crate::charts::axis::Axis;
use crate::charts::canvas::{Align, Canvas, LEGEND_ROW, Point, Type, legend_rows, picture};
use crate::charts::panel::Frame;
use crate::charts::style::{Color, EDGE, GRID, INK, MUTE, PAPER, SMALL, TEXT, WIDTH};
use crate::{Error, font};

/// A point.
pub(crate) struct Spot {
    pub(crate) at: Point,
    /// Intervals of both, where known.
    pub(crate) across: Option<(f64, f64)>,
    pub(crate) up: Option<(f64, f64)>,
    pub(crate) color: Color,
    /// Beside it; empty: it has none.
    pub(crate) name: String,
    /// A ring around it says that it is the one.
    pub(crate) is_answer: bool,
}

/// The whole chart.
pub(crate) struct Cloud<'a> {
    pub(crate) title: &'a str,
    pub(crate) subtitle: &'a str,
    pub(crate) across: Axis,
    pub(crate) up: Axis,
    pub(crate) spots: Vec<Spot>,
    /// Points joined by a staircase, in the numbers of the axes.
    pub(crate) stairs: Vec<Point>,
    pub(crate) bound: Option<(f64, String)>,
    pub(crate) legend: Vec<(Color, String)>,
    /// Names stand in a key at the right, and points have letters.
    pub(crate) keyed: bool,
    /// Over that key.
    pub(crate) key_head: String,
}

/// Of the plot.
const HIGH: f64 = 320.0;
/// Of the key.
const KEY: f64 = 260.0;
const KEY_ROW: f64 = 17.0;

impl Cloud<'_> {
    /// The picture.
    pub(crate) fn draw(&self) -> Result<String, Error> {
        let named = self.spots.iter().filter(|spot| !spot.name.is_empty()).count();
        let bound = self.bound.as_ref().map_or(0.0, |(_, name)| font::width(name, TEXT, false) + 16.0);
        let room = if self.keyed && 0 < named { KEY } else { bound.clamp(12.0, 200.0) };
        let legend = match legend_rows(&self.legend, WIDTH - 2.0 * EDGE) {
            0 => 0.0,
            rows => rows as f64 * LEGEND_ROW + 6.0,
        };
        let top = sheet::HEADER + legend + 28.0;
        let high = if self.keyed { HIGH.max(named as f64 * KEY_ROW) } else { HIGH };
        let frame = Frame { left: EDGE + 56.0, top, right: WIDTH - EDGE - room, bottom: top + high };
        picture(WIDTH, frame.bottom + sheet::FOOTER, self.title, |canvas| {
            sheet::header(canvas, self.title, self.subtitle)?;
            canvas.legend(&self.legend, (EDGE, sheet::HEADER + 4.0), WIDTH - 2.0 * EDGE)?;
            self.ground(canvas, &frame)?;
            self.spots(canvas, &frame)?;
            if self.keyed { self.key(canvas, &frame) } else { self.names(canvas, &frame) }
        })
    }

    fn place(&self, frame: &Frame, (x, y): Point) -> Point {
        (
            frame.left + self.across.place(x) * (frame.right - frame.left),
            frame.bottom - self.up.place(y) * (frame.bottom - frame.top),
        )
    }

    fn ground(&self, canvas: &mut Canvas<'_>, frame: &Frame) -> Result<(), Error> {
        let Frame { left, top, right, bottom } = *frame;
        canvas.text_in(&self.up.caption, (EDGE, top - 14.0), Type::new(TEXT, MUTE), right - EDGE)?;
        for (value, text) in &self.up.ticks {
            let y = self.place(frame, (0.0, *value)).1;
            canvas.line(&[(left, y), (right, y)], GRID, 1.0)?;
            canvas.text(text, (left - 7.0, y), Type::new(TEXT, MUTE).align(Align::Right))?;
        }
        canvas.line(&[(left, bottom), (right, bottom)], MUTE, 1.0)?;
        for (value, text) in &self.across.ticks {
            let x = self.place(frame, (*value, 0.0)).0;
            canvas.line(&[(x, bottom), (x, bottom + 4.0)], MUTE, 1.0)?;
            canvas.text(text, (x, bottom + 13.0), Type::new(TEXT, MUTE).align(Align::Center))?;
        }
        let middle = f64::midpoint(left, right);
        let set = Type::new(TEXT, MUTE).align(Align::Center);
        canvas.text_in(&self.across.caption, (middle, bottom + 31.0), set, right - left)?;
        if let Some((value, name)) = &self.bound {
            let y = self.place(frame, (0.0, *value)).1;
            canvas.dashes((left, y), (right, y), INK, 1.0)?;
            if self.keyed {
                canvas.text_in(name, (left + 6.0, y + 10.0), Type::new(SMALL, INK), right - left)?;
            } else {
                canvas.text_in(name, (right + 8.0, y), Type::new(TEXT, INK), WIDTH - EDGE - right - 8.0)?;
            }
        }
        Ok(())
    }

    fn spots(&self, canvas: &mut Canvas<'_>, frame: &Frame) -> Result<(), Error> {
        let stairs: Vec<Point> = self.stairs.iter().map(|at| self.place(frame, *at)).collect();
        let mut line: Vec<Point> = Vec::new();
        for at in &stairs {
            if let Some(last) = line.last() {
                line.push((at.0, last.1));
            }
            line.push(*at);
        }
        if 1 < line.len() {
            canvas.line(&line, MUTE, 1.25)?;
        }
        for spot in &self.spots {
            let (x, y) = self.place(frame, spot.at);
            if let Some((low, high)) = spot.up {
                let (low, high) = (self.place(frame, (0.0, low)).1, self.place(frame, (0.0, high)).1);
                canvas.line(&[(x, low), (x, high)], spot.color, 1.0)?;
            }
            if let Some((low, high)) = spot.across {
                let (low, high) = (self.place(frame, (low, 0.0)).0, self.place(frame, (high, 0.0)).0);
                canvas.line(&[(low, y), (high, y)], spot.color, 1.0)?;
            }
            if spot.is_answer {
                canvas.dot((x, y), 9.0, INK)?;
                canvas.dot((x, y), 7.5, PAPER)?;
            }
            canvas.dot((x, y), 4.5, spot.color)?;
        }
        Ok(())
    }

    /// Letters beside points, and what they stand for at the right, in the order of the points.
    fn key(&self, canvas: &mut Canvas<'_>, frame: &Frame) -> Result<(), Error> {
        let at = (frame.right + 18.0, frame.top - 14.0);
        canvas.text_in(&self.key_head, at, Type::new(SMALL, MUTE), WIDTH - EDGE - at.0)?;
        let named: Vec<&Spot> = self.spots.iter().filter(|spot| !spot.name.is_empty()).collect();
        let mut taken: Vec<Rect> = self.spots.iter().map(|spot| around(self.place(frame, spot.at))).collect();
        for (at, spot) in named.iter().enumerate() {
            let letter = letters(at);
            if let Some(place) = free(&letter, self.place(frame, spot.at), &mut taken, frame) {
                canvas.text(&letter, place, Type::new(SMALL, INK).bold())?;
            }
            let (x, y) = (frame.right + 18.0, frame.top + at as f64 * KEY_ROW + 4.0);
            canvas.text(&letter, (x, y), Type::new(SMALL, INK).bold())?;
            let set = if spot.is_answer { Type::new(SMALL, INK).bold() } else { Type::new(SMALL, INK) };
            canvas.text_in(&spot.name, (x + 20.0, y), set, WIDTH - EDGE - x - 20.0)?;
        }
        Ok(())
    }

    /// Names beside points, as far as they have room: those that come first have it first.
    fn names(&self, canvas: &mut Canvas<'_>, frame: &Frame) -> Result<(), Error> {
        let mut taken: Vec<Rect> = self.spots.iter().map(|spot| around(self.place(frame, spot.at))).collect();
        for spot in self.spots.iter().filter(|spot| !spot.name.is_empty()) {
            let name = font::fit_name(&spot.name, SMALL, false, 180.0);
            if let Some(place) = free(&name, self.place(frame, spot.at), &mut taken, frame) {
                canvas.text(&name, place, Type::new(SMALL, INK))?;
            }
        }
        Ok(())
    }
}

/// Left, top, right, bottom.
type Rect = (f64, f64, f64, f64);

fn around((x, y): Point) -> Rect {
    (x - 6.0, y - 6.0, x + 6.0, y + 6.0)
}

/// Where the left end of a text may stand near a point, so that it touches nothing.
fn free(text: &str, (x, y): Point, taken: &mut Vec<Rect>, frame: &Frame) -> Option<Point> {
    let wide = font::width(text, SMALL, true);
    let tries = [
        (x + 12.0, y),
        (x - 12.0 - wide, y),
        (x - wide / 2.0, y - 14.0),
        (x - wide / 2.0, y + 14.0),
        (x + 8.0, y - 11.0),
        (x + 8.0, y + 11.0),
        (x - 8.0 - wide, y - 11.0),
        (x - 8.0 - wide, y + 11.0),
    ];
    let found = tries.into_iter().find(|(left, middle)| {
        let rect = (*left, middle - 7.0, left + wide, middle + 7.0);
        let inside = frame.left <= rect.0
            && rect.2 <= frame.right
            && frame.top - 8.0 <= rect.1
            && rect.3 <= frame.bottom;
        let touches =
            |other: &Rect| rect.0 < other.2 && other.0 < rect.2 && rect.1 < other.3 && other.1 < rect.3;
        // Its own point is among those that are taken; the tries keep clear of it.
        inside && !taken.iter().any(touches)
    })?;
    taken.push((found.0, found.1 - 7.0, found.0 + wide, found.1 + 7.0));
    Some(found)
}

/// A, B, … Z, A2, B2, …
pub(crate) fn letters(at: usize) -> String {
    let letter = char::from(b'A' + (at % 26) as u8);
    if at < 26 { letter.to_string() } else { format!("{letter}{}", at / 26 + 1) }
}
