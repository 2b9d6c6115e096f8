//! Rows of names with numbers along one axis: dots with intervals, or bars from a middle.

use super::sheet;
use crate::charts::axis::Axis;
use crate::charts::canvas::{Align, Canvas, LEGEND_ROW, Type, legend_rows, picture};
use crate::charts::sheet::Sheet;
use crate::charts::style::{Color, EDGE, GRID, INK, MUTE, TEXT, text_of};
use crate::{Error, font};

/// Half the height of the bar across the end of an interval.
const WHISKER: f64 = 3.5;
/// More rows are a wall; the table has all of them.
pub(crate) const ROWS_MAX: usize = 30;

/// A number in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dot {
    pub(crate) value: f64,
    pub(crate) ends: Option<(f64, f64)>,
    pub(crate) color: Color,
    /// Whether a bar leads to it from the middle of the chart.
    pub(crate) bar: bool,
}

/// One row.
pub(crate) struct Row {
    pub(crate) name: String,
    /// From above down, where there are several.
    pub(crate) dots: Vec<Dot>,
    /// At its right end.
    pub(crate) said: String,
}

/// The whole chart.
pub(crate) struct Rows<'a> {
    pub(crate) title: &'a str,
    pub(crate) subtitle: &'a str,
    pub(crate) values: Axis,
    pub(crate) all: Vec<Row>,
    /// Where bars begin, drawn as a line.
    pub(crate) middle: Option<f64>,
    /// What numbers are held against.
    pub(crate) bound: Option<(f64, String)>,
    /// Over the column at the right.
    pub(crate) head: &'a str,
    pub(crate) legend: Vec<(Color, String)>,
}

impl Rows<'_> {
    /// The picture, as on a page.
    pub(crate) fn draw(&self) -> Result<String, Error> {
        Ok(self.draw_on(Sheet::PAGE)?.0)
    }

    /// The picture on a sheet, and its size: rows are as high as there is room, and no lower than on a page.
    pub(crate) fn draw_on(&self, on: Sheet) -> Result<(String, (f64, f64)), Error> {
        let width = on.width;
        let rows = &self.all[..self.all.len().min(ROWS_MAX)];
        let widest = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|text| font::width(text, TEXT, false)).fold(0.0, f64::max)
        };
        let said = widest(&mut rows.iter().map(|row| row.said.as_str()).chain([self.head])).min(240.0);
        let names = widest(&mut rows.iter().map(|row| row.name.as_str())).min(if said > 150.0 {
            200.0
        } else {
            250.0
        });
        let left = EDGE + names + 12.0;
        let right = width - EDGE - if said > 0.0 { said + 14.0 } else { 8.0 };
        let dots = rows.iter().map(|row| row.dots.len()).max().unwrap_or(1).max(1);
        let high = (12.0 + 12.0 * dots as f64).max(if rows.len() <= 12 { 28.0 } else { 22.0 });
        let legend = match legend_rows(&self.legend, width - 2.0 * EDGE) {
            0 => 0.0,
            rows => rows as f64 * LEGEND_ROW + 8.0,
        };
        let bound = if self.bound.is_some() { 18.0 } else { 0.0 };
        let top = sheet::HEADER + legend + bound + 22.0;
        let usual = high * rows.len() as f64;
        let plot = on.plot(top, sheet::FOOTER, usual, usual);
        let (high, bottom) = (plot / rows.len().max(1) as f64, top + plot);
        let size = (width, bottom + sheet::FOOTER);
        let svg = picture(size.0, size.1, self.title, |canvas| {
            sheet::header(canvas, self.title, self.subtitle)?;
            canvas.legend(&self.legend, (EDGE, sheet::HEADER + 4.0), width - 2.0 * EDGE)?;
            self.ground(canvas, (left, right), (top, bottom))?;
            canvas.text_in(self.head, (right + 14.0, top - 10.0), Type::new(TEXT, MUTE), said)?;
            let texts: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            let texts = font::fit_names(&texts, TEXT, false, names);
            for (at, (row, name)) in rows.iter().zip(&texts).enumerate() {
                let y = top + (at as f64 + 0.5) * high;
                canvas.text(name, (left - 10.0, y), Type::new(TEXT, INK).align(Align::Right))?;
                canvas.text_in(&row.said, (right + 14.0, y), Type::new(TEXT, INK), said)?;
                for (nth, dot) in row.dots.iter().enumerate() {
                    let y = y + (nth as f64 - (row.dots.len() - 1) as f64 / 2.0) * 12.0;
                    self.dot(canvas, dot, (left, right), y)?;
                }
            }
            Ok(())
        })?;
        Ok((svg, size))
    }

    fn ground(
        &self,
        canvas: &mut Canvas<'_>,
        (left, right): (f64, f64),
        (top, bottom): (f64, f64),
    ) -> Result<(), Error> {
        let x = |v: f64| left + self.values.place(v) * (right - left);
        for (value, text) in &self.values.ticks {
            canvas.line(&[(x(*value), top), (x(*value), bottom)], GRID, 1.0)?;
            canvas.text(text, (x(*value), bottom + 13.0), Type::new(TEXT, MUTE).align(Align::Center))?;
        }
        canvas.line(&[(left, bottom), (right, bottom)], MUTE, 1.0)?;
        if let Some(middle) = self.middle {
            canvas.line(&[(x(middle), top - 4.0), (x(middle), bottom + 4.0)], MUTE, 1.0)?;
        }
        if let Some((value, name)) = &self.bound {
            canvas.dashes((x(*value), top - 4.0), (x(*value), bottom), INK, 1.0)?;
            let wide = font::width(name, TEXT, false);
            let at = (x(*value) - wide / 2.0).min(right - wide).max(left);
            canvas.text_in(name, (at, top - 14.0), Type::new(TEXT, INK), right - left)?;
        }
        let middle = f64::midpoint(left, right);
        canvas.text_in(
            &self.values.caption,
            (middle, bottom + 31.0),
            Type::new(TEXT, MUTE).align(Align::Center),
            right - left,
        )
    }

    fn dot(
        &self,
        canvas: &mut Canvas<'_>,
        dot: &Dot,
        (left, right): (f64, f64),
        y: f64,
    ) -> Result<(), Error> {
        if !dot.value.is_finite() {
            return Ok(());
        }
        let x = |v: f64| left + self.values.place(v) * (right - left);
        let at = x(dot.value);
        let ink = if dot.bar { INK } else { dot.color };
        if dot.bar {
            let from = x(self.middle.unwrap_or(0.0));
            canvas.rectangle((from.min(at), y - 5.0), (from.max(at), y + 5.0), dot.color, 0.85)?;
        } else {
            canvas.dot((at, y), 4.0, dot.color)?;
        }
        if let Some((low, high)) =
            dot.ends.filter(|(low, high)| low < high && low.is_finite() && high.is_finite())
        {
            let (low, high) = (x(low), x(high));
            canvas.line(&[(low, y), (high, y)], ink, 1.25)?;
            for end in [low, high] {
                canvas.line(&[(end, y - WHISKER), (end, y + WHISKER)], text_of(ink), 1.25)?;
            }
        }
        Ok(())
    }
}
