//! Curves over a knob: one or two panels above one another, with bands, bars of intervals, bounds and marks.

use super::scale::Knob;
use super::sheet;
use crate::charts::axis::Axis;
use crate::charts::canvas::{Align, Canvas, LEGEND_ROW, Point, Type, legend_rows, picture};
use crate::charts::labels::spread;
use crate::charts::panel::{Frame, runs};
use crate::charts::style::{
    BAND_OPACITY, Color, EDGE, GRID, INK, MUTE, SHADE_OPACITY, SMALL, TEXT, WIDTH, text_of,
};
use crate::{Error, font};

/// Between two panels: the caption of the lower one, and air.
const BETWEEN: f64 = 50.0;
/// Of a row of names over the first panel.
const LANE: f64 = 17.0;
/// Half the width of the bar across an end of an interval.
const WHISKER: f64 = 3.5;

/// A number at a value of the knob.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Its interval, if it has one.
    pub(crate) ends: Option<(f64, f64)>,
}

/// How an interval is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// As an area: every value between two is of the same kind.
    Band,
    /// As a bar at each: values were tried one by one.
    Bars,
}

/// One curve.
pub(crate) struct Curve {
    /// Beside its right end; empty where the caption of the axis says it.
    pub(crate) name: String,
    pub(crate) color: Color,
    pub(crate) at: Vec<At>,
    pub(crate) ends: Ends,
    /// Whether a line joins its dots.
    pub(crate) joined: bool,
}

/// One panel.
pub(crate) struct Plane {
    pub(crate) height: f64,
    pub(crate) values: Axis,
    pub(crate) curves: Vec<Curve>,
    /// Numbers that something is held against, with their names.
    pub(crate) bounds: Vec<(f64, String)>,
}

/// A stretch or a value of the knob, through all panels.
pub(crate) struct Mark {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) name: String,
    pub(crate) color: Color,
    /// A value in it that its name is about.
    pub(crate) edge: Option<f64>,
}

/// The whole chart.
pub(crate) struct Curves<'a> {
    pub(crate) title: &'a str,
    pub(crate) subtitle: &'a str,
    pub(crate) knob: Knob,
    pub(crate) planes: Vec<Plane>,
    pub(crate) marks: Vec<Mark>,
    /// What colours mean, where names at the ends do not say it.
    pub(crate) legend: Vec<(Color, String)>,
}

/// From the left edge to the plot.
pub(crate) const LEFT: f64 = EDGE + 60.0;

/// Pixels between the left end of the plot and its right one, with that much room for names.
pub(crate) const fn plot(room: f64) -> f64 {
    WIDTH - EDGE - LEFT - room
}

/// How much room the names of some curves and bounds take at the right.
pub(crate) fn room<'a>(names: impl Iterator<Item = &'a str>) -> f64 {
    let widest = names.map(|name| font::width(name, TEXT, false)).fold(0.0, f64::max);
    if widest <= 0.0 { 12.0 } else { (widest + 16.0).clamp(40.0, 190.0) }
}

impl Curves<'_> {
    fn room(&self) -> f64 {
        let names = self.planes.iter().flat_map(|plane| {
            let bounds = plane.bounds.iter().map(|(_, name)| name.as_str());
            plane.curves.iter().map(|curve| curve.name.as_str()).chain(bounds)
        });
        room(names)
    }

    /// The picture.
    pub(crate) fn draw(&self) -> Result<String, Error> {
        let (left, right) = (LEFT, WIDTH - EDGE - self.room());
        let rows = mark_rows(&self.marks, |x| self.x(x, left, right), left, right);
        let lanes = rows.iter().map(|row| row.0 + 1).max().unwrap_or(0) as f64 * LANE;
        let legend = match legend_rows(&self.legend, right - left) {
            0 => 0.0,
            rows => rows as f64 * LEGEND_ROW + 6.0,
        };
        let mut top = sheet::HEADER + legend + lanes + 24.0;
        let mut frames = Vec::new();
        for plane in &self.planes {
            frames.push(Frame { left, top, right, bottom: top + plane.height });
            top += plane.height + BETWEEN;
        }
        let bottom = frames.last().map_or(top, |frame| frame.bottom);
        picture(WIDTH, bottom + sheet::FOOTER, self.title, |canvas| {
            sheet::header(canvas, self.title, self.subtitle)?;
            canvas.legend(&self.legend, (left, sheet::HEADER + 4.0), right - left)?;
            let names = frames[0].top - lanes - 6.0;
            self.mark_names(canvas, &rows, (left, right), names)?;
            frames.iter().try_for_each(|frame| self.marks(canvas, frame))?;
            for (plane, frame) in self.planes.iter().zip(&frames) {
                let caption = if frame.top <= frames[0].top { lanes } else { 0.0 };
                self.plane(canvas, plane, frame, (caption, frame.bottom >= bottom))?;
            }
            let middle = f64::midpoint(left, right);
            let set = Type::new(TEXT, MUTE).align(Align::Center);
            canvas.text_in(&self.knob.caption, (middle, bottom + 31.0), set, right - left)
        })
    }

    fn x(&self, v: f64, left: f64, right: f64) -> f64 {
        left + self.knob.place(v) * (right - left)
    }

    /// The names of marks over the first panel, each with a bar as long as what it names.
    fn mark_names(
        &self,
        canvas: &mut Canvas<'_>,
        rows: &[(usize, f64, String)],
        (left, right): (f64, f64),
        top: f64,
    ) -> Result<(), Error> {
        for (mark, (row, at, name)) in self.marks.iter().zip(rows) {
            let y = top + *row as f64 * LANE + 6.0;
            let (from, to) = (self.x(mark.from, left, right), self.x(mark.to, left, right));
            let (from, to) = if to - from < 1.0 { (from - 0.75, from + 0.75) } else { (from, to) };
            canvas.rectangle((from, y + 6.5), (to, y + 9.0), mark.color, 0.8)?;
            canvas.text(name, (*at, y), Type::new(SMALL, text_of(mark.color)))?;
        }
        Ok(())
    }

    fn marks(&self, canvas: &mut Canvas<'_>, frame: &Frame) -> Result<(), Error> {
        let Frame { left, top, right, bottom } = *frame;
        for mark in &self.marks {
            let (from, to) = (self.x(mark.from, left, right), self.x(mark.to, left, right));
            if to - from < 1.0 {
                canvas.line(&[(from, top), (from, bottom)], mark.color, 1.25)?;
                continue;
            }
            // What follows from a value is fainter than what nothing follows for.
            let opacity = if mark.edge.is_some() { 0.5 } else { 1.5 };
            canvas.rectangle((from, top), (to, bottom), mark.color, opacity * SHADE_OPACITY)?;
            if let Some(edge) = mark.edge {
                let x = self.x(edge, left, right);
                canvas.line(&[(x, top), (x, bottom)], mark.color, 1.25)?;
            }
        }
        Ok(())
    }

    fn plane(
        &self,
        canvas: &mut Canvas<'_>,
        plane: &Plane,
        frame: &Frame,
        (above, is_last): (f64, bool),
    ) -> Result<(), Error> {
        let Frame { left, top, right, bottom } = *frame;
        let y = |v: f64| bottom - plane.values.place(v) * (bottom - top);
        canvas.text_in(
            &plane.values.caption,
            (EDGE, top - 14.0 - above),
            Type::new(TEXT, MUTE),
            right - EDGE,
        )?;
        for (value, text) in &plane.values.ticks {
            canvas.line(&[(left, y(*value)), (right, y(*value))], GRID, 1.0)?;
            canvas.text(text, (left - 7.0, y(*value)), Type::new(TEXT, MUTE).align(Align::Right))?;
        }
        if plane.values.low() < 0.0 {
            canvas.line(&[(left, y(0.0)), (right, y(0.0))], MUTE, 1.0)?;
        }
        canvas.line(&[(left, bottom), (right, bottom)], MUTE, 1.0)?;
        for (value, text) in &self.knob.ticks {
            let x = self.x(*value, left, right);
            canvas.line(&[(x, bottom), (x, bottom + 4.0)], MUTE, 1.0)?;
            if is_last {
                canvas.text(text, (x, bottom + 13.0), Type::new(TEXT, MUTE).align(Align::Center))?;
            }
        }
        let point = |at: &At| (self.x(at.x, left, right), y(at.y));
        for curve in &plane.curves {
            self.intervals(canvas, curve, frame, &y)?;
        }
        let mut names: Vec<(Point, &str, Color)> = Vec::new();
        for (value, name) in &plane.bounds {
            canvas.dashes((left, y(*value)), (right, y(*value)), INK, 1.0)?;
            names.push(((right, y(*value)), name, INK));
        }
        for curve in &plane.curves {
            for run in runs(curve.at.len(), |at| curve.at[at].y.is_finite()) {
                let points: Vec<Point> = curve.at[run].iter().map(point).collect();
                if curve.joined && 1 < points.len() {
                    canvas.line(&points, curve.color, 2.0)?;
                }
                // Where values stand close, dots would be a thick line.
                if points.len() <= 60 || !curve.joined {
                    for at in points {
                        canvas.dot(at, 3.25, curve.color)?;
                    }
                }
            }
            if let Some(last) = curve.at.iter().rev().find(|at| at.y.is_finite()) {
                names.push((point(last), &curve.name, curve.color));
            }
        }
        if plane.curves.iter().all(|curve| curve.at.iter().all(|at| !at.y.is_finite())) {
            let set = Type::new(TEXT, MUTE).align(Align::Center);
            canvas.text(
                "no such number at any value",
                (f64::midpoint(left, right), f64::midpoint(top, bottom)),
                set,
            )?;
        }
        sheet::names(canvas, &names, frame, WIDTH - EDGE - right)
    }

    fn intervals(
        &self,
        canvas: &mut Canvas<'_>,
        curve: &Curve,
        frame: &Frame,
        y: &dyn Fn(f64) -> f64,
    ) -> Result<(), Error> {
        let ends: Vec<(f64, Option<(f64, f64)>)> = curve
            .at
            .iter()
            .map(|at| {
                let ends =
                    at.ends.filter(|(low, high)| at.y.is_finite() && low.is_finite() && high.is_finite());
                (self.x(at.x, frame.left, frame.right), ends.map(|(low, high)| (y(low), y(high))))
            })
            .collect();
        if curve.ends == Ends::Bars {
            for (x, low, high) in ends.iter().filter_map(|(x, ends)| ends.map(|(low, high)| (*x, low, high)))
            {
                canvas.line(&[(x, low), (x, high)], curve.color, 1.25)?;
                for end in [low, high] {
                    canvas.line(&[(x - WHISKER, end), (x + WHISKER, end)], curve.color, 1.25)?;
                }
            }
            return Ok(());
        }
        for run in runs(ends.len(), |at| ends[at].1.is_some()) {
            let side = |pick: fn((f64, f64)) -> f64| {
                ends[run.clone()].iter().filter_map(move |(x, ends)| Some((*x, pick((*ends)?))))
            };
            let mut corners: Vec<Point> = side(|ends| ends.1).collect();
            corners.extend(side(|ends| ends.0).collect::<Vec<_>>().into_iter().rev());
            if run.len() == 1 {
                canvas.line(&corners, curve.color, 1.25)?;
            } else {
                canvas.polygon(&corners, curve.color, BAND_OPACITY)?;
            }
        }
        Ok(())
    }
}

/// Of each mark: the row of its name, where that begins, and as much of it as fits.
fn mark_rows(marks: &[Mark], x: impl Fn(f64) -> f64, left: f64, right: f64) -> Vec<(usize, f64, String)> {
    let mut free: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut rows = Vec::with_capacity(marks.len());
    for mark in marks {
        let name = font::fit(&mark.name, SMALL, false, right - left);
        let wide = font::width(&name, SMALL, false);
        // A name stands in the middle of its stretch, or beside the value in it that it is about.
        let begin = match mark.edge {
            Some(edge) if mark.from < edge => x(edge) - wide,
            Some(edge) if edge < mark.to => x(edge),
            _ => f64::midpoint(x(mark.from), x(mark.to)) - wide / 2.0,
        };
        let at = begin.min(right - wide).max(left);
        let (from, to) = (at.min(x(mark.from)) - 6.0, (at + wide).max(x(mark.to)) + 6.0);
        let is_free = |taken: &Vec<(f64, f64)>| taken.iter().all(|(a, b)| to <= *a || *b <= from);
        let row = free.iter().position(is_free).unwrap_or_else(|| {
            free.push(Vec::new());
            free.len() - 1
        });
        free[row].push((from, to));
        rows.push((row, at, name));
    }
    rows
}

/// Heights of labels that shall not touch.
pub(crate) fn apart(wanted: &[f64], frame: &Frame) -> Vec<f64> {
    spread(wanted, 14.0, frame.top + 4.0, frame.bottom - 4.0)
}
