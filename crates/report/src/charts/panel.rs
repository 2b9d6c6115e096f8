//! A panel: one pair of axes, what triggered the incident behind them, lines, bands and labels in front.

use super::axis::Axis;
use super::canvas::{Align, Canvas, Point, Type};
use super::happened;
use super::labels::spread;
use super::sheet::stub;
use super::style::{
    BAND_OPACITY, BAND_OPACITY_BESIDE, Color, EDGE, FAINT, FAULT, GRID, INK, MUTE, SHADE_OPACITY, SURGE,
    TEXT, text_of,
};
use super::thin::{Keep, groups, thin};
use crate::story::changes::marks;
use crate::{Error, font};
use brownout_analysis::findings::{Band, Findings, Mark, MarkKind};

/// Between two labels at the ends of lines, in pixels.
const LABEL_GAP: f64 = 14.0;
/// Half of the bar across the end of a line that ends early.
const CAP: f64 = 4.0;
/// Of a panel, for how much there was.
const VOLUME: f64 = 0.16;
/// A line that leaves out at least this part of the time axis at its right has ended early.
const END_GAP: f64 = 0.03;
/// How high the bar is under the warm-up.
const WARM_UP: f64 = 3.0;
/// From the end of a line to its label.
const LABEL_INSET: f64 = 8.0;
/// Of the piece of a line that stands for it, three dashes long; before a name with a gap behind it.
pub(super) const STUB: f64 = 22.0;
const STUB_ROOM: f64 = STUB + 6.0;

/// The rectangle between the axes, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// One pair of axes over a frame.
pub(crate) struct Panel<'a> {
    pub(crate) frame: Frame,
    pub(crate) time: &'a Axis,
    pub(crate) values: &'a Axis,
    /// The middle of each window, in seconds.
    pub(crate) at: &'a [f64],
    /// Between the frame and the right edge of what belongs to this panel, for labels.
    pub(crate) label_room: f64,
}

/// A line to draw, with its interval and its name.
pub(crate) struct Line<'a> {
    pub(crate) name: String,
    pub(crate) color: Color,
    pub(crate) band: &'a Band,
    /// It is of the second of two variants.
    pub(crate) dashed: bool,
}

/// How much more room names need where each has a piece of its line before it.
pub(crate) fn stub_room(lines: &[Line<'_>]) -> f64 {
    if lines.iter().any(|line| line.dashed) { STUB_ROOM } else { 0.0 }
}

/// One area of a stack.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) color: Color,
    /// One for each window.
    pub(crate) values: Vec<f64>,
}

/// The name of a line beside its end.
struct Name {
    end: Point,
    text: String,
    color: Color,
    /// Of which of two variants it is, where there are two: whether its line is dashed.
    of: Option<bool>,
}

impl Line<'_> {
    /// When it ended, in seconds, if that was before the time axis ends.
    fn ends(&self, time: &Axis, at: &[f64]) -> Option<f64> {
        let end = *at.get(last(&self.band.mean)?)?;
        (time.place(end) < 1.0 - END_GAP).then_some(end)
    }

    /// How much room its name needs.
    pub(crate) fn label_width(&self, time: &Axis, at: &[f64]) -> f64 {
        font::width(&self.label(time, at), TEXT, false) + LABEL_INSET + 6.0
    }

    /// Its name, and until when it goes if it ended early.
    fn label(&self, time: &Axis, at: &[f64]) -> String {
        // Of a single window the middle is the end.
        match self.ends(time, at).filter(|_| 2 < at.len()) {
            Some(end) => format!("{} to {}", self.name, time.instant(end)),
            None => self.name.clone(),
        }
    }
}

impl Panel<'_> {
    /// What lies behind the data: stretches of trigger, what happened, grid, ticks and the time axis.
    pub(crate) fn ground(&self, canvas: &mut Canvas<'_>, findings: &Findings) -> Result<(), Error> {
        let Frame { left, top, right, bottom } = self.frame;
        happened::shade(canvas, self, findings)?;
        for (from, to, color) in marks(findings).iter().filter_map(|mark| self.span(mark.of)) {
            // What happened in an instant is a line; too faint, it would not be seen.
            let (to, opacity) = if to - from < 1.0 { (from + 1.0, 0.5) } else { (to, SHADE_OPACITY) };
            canvas.rectangle((from, top), (to, bottom), color, opacity)?;
        }
        // Lines before texts, since neighbours of one style are one path.
        for (value, _) in &self.values.ticks {
            let y = self.y(*value);
            canvas.line(&[(left, y), (right, y)], GRID, 1.0)?;
        }
        for (value, text) in &self.values.ticks {
            let y = self.y(*value);
            canvas.text(text, (left - 7.0, y), Type::new(TEXT, MUTE).align(Align::Right))?;
        }
        canvas.line(&[(left, bottom), (right, bottom)], MUTE, 1.0)?;
        self.time_ticks(canvas)
    }

    /// The ticks of the time axis under the panel, and a bar as long as the warm-up.
    pub(crate) fn time_ticks(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let bottom = self.frame.bottom;
        for (value, _) in &self.time.ticks {
            let x = self.x(*value);
            canvas.line(&[(x, bottom), (x, bottom + 4.0)], MUTE, 1.0)?;
        }
        if let Some(until) = self.time.warm_up {
            canvas.rectangle((self.frame.left, bottom), (self.x(until), bottom + WARM_UP), FAINT, 1.0)?;
        }
        for (value, text) in &self.time.ticks {
            let at = (self.x(*value), bottom + 13.0);
            canvas.text(text, at, Type::new(TEXT, MUTE).align(Align::Center))?;
        }
        Ok(())
    }

    /// The caption of the time axis, under its ticks.
    pub(crate) fn time_caption(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let middle = f64::midpoint(self.frame.left, self.frame.right);
        // Longer than a narrow plot, it stands out on both sides, but not beyond the sheet.
        let half = font::width(&self.time.caption, TEXT, false) / 2.0;
        let middle = middle.max(EDGE + half);
        let set = Type::new(TEXT, MUTE).align(Align::Center);
        canvas.text(&self.time.caption, (middle, self.frame.bottom + 31.0), set)
    }

    /// Bands, then lines, then promises as dashes, then the names of all at the right, so that nothing hides a name.
    pub(crate) fn lines(
        &self,
        canvas: &mut Canvas<'_>,
        lines: &[Line<'_>],
        promises: &[(f64, String)],
    ) -> Result<(), Error> {
        for line in lines {
            let opacity = if line.dashed { BAND_OPACITY_BESIDE } else { BAND_OPACITY };
            self.interval(canvas, line.band, line.color, opacity)?;
        }
        for line in lines {
            self.stroke(canvas, &line.band.mean, (line.color, 2.0), line.dashed)?;
        }
        let beside = lines.iter().any(|line| line.dashed);
        let mut names = Vec::with_capacity(lines.len() + promises.len());
        for line in lines {
            let Some(at) = last(&line.band.mean) else { continue };
            let end = self.point(at, line.band.mean[at]);
            if line.ends(self.time, self.at).is_some() {
                cap(canvas, end, line.color)?;
            }
            let of = beside.then_some(line.dashed);
            names.push(Name { end, text: line.label(self.time, self.at), color: line.color, of });
        }
        if names.is_empty() {
            self.nothing(canvas)?;
        }
        for (value, name) in promises {
            let y = self.y(*value);
            canvas.dashes((self.frame.left, y), (self.frame.right, y), INK, 1.0)?;
            names.push(Name { end: (self.frame.right, y), text: name.clone(), color: INK, of: None });
        }
        self.names(canvas, &names)
    }

    /// What lines are called, at the right of their ends.
    fn names(&self, canvas: &mut Canvas<'_>, names: &[Name]) -> Result<(), Error> {
        let wanted: Vec<f64> = names.iter().map(|name| name.end.1).collect();
        let placed = spread(&wanted, LABEL_GAP, self.frame.top + 4.0, self.frame.bottom - 4.0);
        let stubs = if names.iter().any(|name| name.of.is_some()) { STUB_ROOM } else { 0.0 };
        let (x, room) = (self.frame.right, self.label_room - LABEL_INSET - stubs);
        let texts: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        let texts = font::fit_names(&texts, TEXT, false, room);
        for ((&Name { end: (end_x, end), color, of, .. }, text), y) in names.iter().zip(&texts).zip(placed) {
            // A line that ended early has no name at its end, so that nothing has to lead to it.
            if (y - end).abs() > 3.0 && x - end_x < END_GAP * (x - self.frame.left) {
                canvas.line(&[(x + 1.0, end), (x + LABEL_INSET - 2.0, y)], color, 0.75)?;
            }
            if let Some(dashed) = of {
                stub(canvas, (x + LABEL_INSET, y), STUB, color, dashed)?;
            }
            canvas.text(text, (x + LABEL_INSET + stubs, y), Type::new(TEXT, text_of(color)))?;
        }
        Ok(())
    }

    /// A line without a label; it breaks where a value does not exist, and one value alone is a dot.
    pub(crate) fn line(
        &self,
        canvas: &mut Canvas<'_>,
        values: &[f64],
        color: Color,
        width: f64,
    ) -> Result<(), Error> {
        self.stroke(canvas, values, (color, width), false)
    }

    fn stroke(
        &self,
        canvas: &mut Canvas<'_>,
        values: &[f64],
        (color, width): (Color, f64),
        dashed: bool,
    ) -> Result<(), Error> {
        for run in runs(values.len(), |i| values[i].is_finite()) {
            let points: Vec<Point> = run.map(|i| self.point(i, values[i])).collect();
            let points = thin(points, Keep::Both);
            match points[..] {
                [alone] => canvas.dot(alone, width, color)?,
                _ if dashed => canvas.dashed(&points, color, width)?,
                _ => canvas.line(&points, color, width)?,
            }
        }
        Ok(())
    }

    /// How much there was at all, at the foot and against its own peak: beside a share, that says of how many.
    pub(crate) fn volume(&self, canvas: &mut Canvas<'_>, volume: &[f64]) -> Result<(), Error> {
        let most = volume.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
        let windows = volume.len().min(self.at.len());
        if most <= 0.0 || windows < 2 {
            return Ok(());
        }
        let high = VOLUME * (self.frame.bottom - self.frame.top);
        let at = |i: usize| (self.x(self.at[i]), self.frame.bottom - high * volume[i].max(0.0) / most);
        let known = (0..windows).filter(|i| volume[*i].is_finite());
        let mut corners = thin(known.map(at).collect(), Keep::Highest);
        let (Some(first), Some(last)) = (corners.first().copied(), corners.last().copied()) else {
            return Ok(());
        };
        corners.extend([(last.0, self.frame.bottom), (first.0, self.frame.bottom)]);
        canvas.polygon(&corners, FAINT, 0.45)
    }

    /// Areas on top of one another, the first at the bottom.
    pub(crate) fn stack(&self, canvas: &mut Canvas<'_>, layers: &[Layer]) -> Result<(), Error> {
        let groups = groups(self.at.len(), self.frame.right - self.frame.left);
        if groups.len() == self.at.len() {
            return self.areas(canvas, layers);
        }
        let mean = |values: &[f64]| -> Vec<f64> {
            let known = |group: &std::ops::Range<usize>| {
                let values = values.get(group.clone()).unwrap_or_default().iter();
                let known: Vec<f64> = values.copied().filter(|v| v.is_finite()).collect();
                known.iter().sum::<f64>() / known.len().max(1) as f64
            };
            groups.iter().map(known).collect()
        };
        let at = mean(self.at);
        let thinned = |layer: &Layer| Layer { values: mean(&layer.values), ..layer.clone() };
        let layers: Vec<Layer> = layers.iter().map(thinned).collect();
        Panel { at: &at, ..*self }.areas(canvas, &layers)
    }

    fn areas(&self, canvas: &mut Canvas<'_>, layers: &[Layer]) -> Result<(), Error> {
        let mut below = vec![0.0; self.at.len()];
        let mut anything = false;
        for Layer { color, values, .. } in layers {
            let above: Vec<f64> = below
                .iter()
                .zip(values)
                .map(|(b, v)| b + if v.is_finite() { v.max(0.0) } else { 0.0 })
                .collect();
            for run in runs(above.len(), |i| above[i] > below[i] || (i > 0 && above[i - 1] > below[i - 1])) {
                anything = true;
                // An area begins on the layer below, one window before its first value, as the next layer's line does.
                let run = run.start.saturating_sub(1)..run.end;
                let mut corners: Vec<Point> = run.clone().map(|i| self.point(i, above[i])).collect();
                if corners.len() == 1 {
                    corners = self.sliver(run.start, above[run.start], below[run.start]);
                } else {
                    corners.extend(run.rev().map(|i| self.point(i, below[i])));
                }
                canvas.polygon(&corners, *color, 0.85)?;
            }
            below = above;
        }
        if anything { Ok(()) } else { self.nothing(canvas) }
    }

    /// Where a time lies, in pixels.
    pub(crate) fn x(&self, seconds: f64) -> f64 {
        self.frame.left + self.time.place(seconds) * (self.frame.right - self.frame.left)
    }

    /// Where a value lies, in pixels.
    pub(crate) fn y(&self, value: f64) -> f64 {
        self.frame.bottom - self.values.place(value) * (self.frame.bottom - self.frame.top)
    }

    /// A mark as a stretch of pixels with its colour, if any of it is within the run.
    pub(crate) fn span(&self, mark: &Mark) -> Option<(f64, f64, Color)> {
        if !(mark.from <= self.time.high() && mark.to >= self.time.low()) {
            return None;
        }
        Some((self.x(mark.from), self.x(mark.to), color_of(mark.kind)))
    }

    fn interval(
        &self,
        canvas: &mut Canvas<'_>,
        band: &Band,
        color: Color,
        opacity: f64,
    ) -> Result<(), Error> {
        // With one replication there is no interval, and its ends are empty.
        let ends = band.low.len().min(band.high.len());
        // An interval of few values may reach 0, which no logarithmic axis has: there only its upper half is drawn.
        let low = |i: usize| if self.values.log && band.low[i] <= 0.0 { band.mean[i] } else { band.low[i] };
        for run in runs(ends, |i| low(i).is_finite() && band.high[i].is_finite()) {
            let mut corners = thin(run.clone().map(|i| self.point(i, band.high[i])).collect(), Keep::Highest);
            let lower = thin(run.map(|i| self.point(i, low(i))).collect(), Keep::Lowest);
            corners.extend(lower.into_iter().rev());
            canvas.polygon(&corners, color, opacity)?;
        }
        Ok(())
    }

    fn nothing(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let Frame { left, top, right, bottom } = self.frame;
        let set = Type::new(TEXT, MUTE).align(Align::Center);
        canvas.text("nothing was recorded", (f64::midpoint(left, right), f64::midpoint(top, bottom)), set)
    }

    fn point(&self, window: usize, value: f64) -> Point {
        (self.x(self.at[window]), self.y(value))
    }

    /// The only window there is, made wide enough to be seen.
    fn sliver(&self, window: usize, above: f64, below: f64) -> Vec<Point> {
        let x = self.x(self.at[window]);
        let (left, right) = (x - 2.0, x + 2.0);
        let (above, below) = (self.y(above), self.y(below));
        vec![(left, above), (right, above), (right, below), (left, below)]
    }
}

/// Where a line ends early it has a bar across: beyond it there is no value, and its name says until when.
fn cap(canvas: &mut Canvas<'_>, (x, y): Point, color: Color) -> Result<(), Error> {
    canvas.line(&[(x, y - CAP), (x, y + CAP)], color, 2.0)
}

/// The colour of a kind of mark.
pub(crate) fn color_of(kind: MarkKind) -> Color {
    match kind {
        MarkKind::Surge => SURGE,
        MarkKind::Fault | MarkKind::Override => FAULT,
    }
}

/// The last window whose value exists.
fn last(values: &[f64]) -> Option<usize> {
    values.iter().rposition(|v| v.is_finite())
}

/// The longest stretches of indices below `n` that all satisfy a condition.
pub(super) fn runs(n: usize, holds: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for i in 0..=n {
        let inside = i < n && holds(i);
        match start {
            None if inside => start = Some(i),
            Some(from) if !inside => {
                found.push(from..i);
                start = None;
            }
            _ => {}
        }
    }
    found
}
