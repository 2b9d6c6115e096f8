//! Tiers by time, coloured by how long the head of the queue had waited: where the trouble was, and how it moved.

use super::axis::Axis;
use super::canvas::{Align, Canvas, LEGEND_ROW, Point, Type, picture};
use super::data::{Row, table};
use super::follow::of_tier;
use super::full::{self, Full};
use super::kind::{Body, Picture, Plan, View};
use super::panel::{Frame, Panel};
use super::sheet::{self, Ground, Header, Intervals, Lanes};
use super::style::{EDGE, INK, MUTE, PAPER, RAMP_STEPS, SMALL, TEXT, ramp};
use super::{happened, headline};
use crate::story::call_order;
use crate::story::changes::marks;
use crate::{Error, font, number};
use brownout_analysis::findings::{Band, Findings, Tier};
use brownout_metrics::Unit;
use brownout_metrics::tiers::HEAD_AGE_MAX;

/// More columns than this cannot be told apart; each then shows the longest wait of its windows.
const COLUMNS_MAX: usize = 350;
/// The ramp begins this many times under the longest wait; shorter waits have no colour.
const RANGE: f64 = 1e4;
/// Of the ramp, from one tick to the next.
const TICK_ROOM: f64 = 0.17;
const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
/// Where the ramp may begin and end.
#[rustfmt::skip]
const ROUND: [f64; 29] = [
    1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0,
    MINUTE, 2.0 * MINUTE, 5.0 * MINUTE, 10.0 * MINUTE, 15.0 * MINUTE, 30.0 * MINUTE,
    HOUR, 2.0 * HOUR, 3.0 * HOUR, 6.0 * HOUR, 12.0 * HOUR, DAY, 2.0 * DAY, 7.0 * DAY,
];
/// What is named between its ends.
const MAJOR: [f64; 10] = [0.01, 0.1, 1.0, 10.0, MINUTE, 10.0 * MINUTE, HOUR, 6.0 * HOUR, DAY, 7.0 * DAY];
/// A queue whose head waits less than this has no trouble worth a colour.
const SHORTEST: f64 = 1e-3;
/// Names of tiers may not take more than this, and more where that of a variant stands behind each.
const NAME_ROOM: f64 = 150.0;
const NAME_ROOM_BESIDE: f64 = 230.0;
/// On less, the ramp and its text have no room beside one another.
const WIDTH_MIN: f64 = 580.0;

/// Rows of tiers over time.
pub(crate) struct HeatStrip<'a> {
    rows: Vec<Strip<'a>>,
}

/// One of them.
struct Strip<'a> {
    name: String,
    waits: &'a Band,
    full: Full,
    /// When the tier first left its normal range.
    onset: Option<f64>,
}

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let findings = view.of;
    let rows = rows(findings);
    if findings.lines.at.is_empty() || rows.is_empty() || is_idle(view.by) {
        return None;
    }
    let title = headline::queues(findings, "Where the queues stood, and in which order");
    let full = full::rows(findings, rows.iter().map(|(tier, _)| *tier));
    let onset = |tier: &Tier| findings.symptoms.iter().find(|symptom| symptom.tier == tier.name);
    let rows = rows.into_iter().zip(full).map(|((tier, waits), full)| Strip {
        name: tier.name.clone(),
        waits,
        full,
        onset: onset(tier).map(|symptom| symptom.at.mean),
    });
    let caption = "Each row is a tier, from the edge down; the colour says how long the head of its queue had waited, \
                   and a triangle where the tier first left its normal range. A bar under a row is a tier that had no \
                   idle worker or turned calls away, whether it has a queue or not. A row without cells has no queue.";
    let body = Body::Strip(HeatStrip { rows: rows.collect() });
    Some(Plan { title, caption: caption.to_owned(), body })
}

impl<'a> HeatStrip<'a> {
    /// The chart as an SVG, and its numbers.
    pub(crate) fn draw(&self, ground: &Ground<'_>) -> Result<Picture, Error> {
        let Ground { findings, sheet, .. } = *ground;
        let width = sheet.width.max(WIDTH_MIN);
        let time = sheet::time(findings, (width / 80.0) as usize);
        let names: Vec<&str> = self.rows.iter().map(|row| row.name.as_str()).collect();
        let widest = names.iter().map(|name| font::width(name, TEXT, false)).fold(0.0, f64::max);
        let name_room = if ground.variants.is_empty() { NAME_ROOM } else { NAME_ROOM_BESIDE };
        let (left, right) = (EDGE + widest.min(name_room) + 10.0, width - EDGE - 84.0);
        let header = Header::plan(ground, width, Intervals::None);
        let lanes = Lanes::plan(findings, &time, left, right);
        let top = header.height() + lanes.height() + 18.0;
        let bars = self.rows.iter().any(|row| row.full.is_ever());
        let under = if bars { 92.0 + LEGEND_ROW } else { 92.0 };
        let high = self.row_height(sheet.plot(top, under, 0.0, 0.0));
        let frame = Frame { left, top, right, bottom: top + high * self.rows.len() as f64 };
        let scale = Scale::of(longest(self.rows.iter().map(|row| row.waits)));
        let values = Axis::share("");
        let panel = Panel { frame, time: &time, values: &values, at: &findings.lines.at, label_room: 84.0 };
        // Rows are whole pixels high; what is left of the sheet stays under the legend.
        let size = (width, sheet.height.unwrap_or(0.0).max(frame.bottom + under));
        let svg = picture(size.0, size.1, ground.title, |canvas| {
            header.draw(canvas)?;
            lanes.draw(canvas, header.height(), right)?;
            canvas.text("onset", (right + 18.0, top - 10.0), Type::new(SMALL, MUTE))?;
            let names = font::fit_names(&names, TEXT, false, left - 8.0 - EDGE);
            for (i, (row, name)) in self.rows.iter().zip(&names).enumerate() {
                let y = top + i as f64 * high;
                row.draw(canvas, &panel, &scale, (y, high))?;
                let at = (left - 8.0, y + high / 2.0);
                canvas.text(name, at, Type::new(TEXT, INK).align(Align::Right))?;
                onset(canvas, &panel, row.onset, y + (high - gap(high)) / 2.0)?;
            }
            edges(canvas, &panel, findings)?;
            happened::edges(canvas, &panel, findings)?;
            panel.time_ticks(canvas)?;
            panel.time_caption(canvas)?;
            let full: Vec<&Full> = self.rows.iter().map(|row| &row.full).collect();
            full::legend(canvas, &full, (left, frame.bottom + 92.0), right - left)?;
            legend(canvas, &scale, &frame)
        })?;
        let table = table(self.rows.iter().map(Strip::text), &time, &findings.lines.at);
        Ok(Picture { svg, size, narrow: None, table })
    }

    /// Of one row, where all have so much room; none: as on a page.
    fn row_height(&self, room: f64) -> f64 {
        let usual = if self.rows.len() <= 14 { 26.0 } else { 17.0 };
        (room / self.rows.len() as f64).floor().max(usual)
    }

    /// Under each tier the same of another variant.
    pub(crate) fn beside(self, other: HeatStrip<'a>, names: &[String]) -> Self {
        let mut others = other.rows;
        let mut rows = Vec::with_capacity(self.rows.len() + others.len());
        let named = |row: Strip<'a>, at: usize| Strip { name: format!("{}, {}", row.name, names[at]), ..row };
        for row in self.rows {
            let twin = others.iter().position(|other| other.name == row.name).map(|at| others.remove(at));
            rows.push(named(row, 0));
            rows.extend(twin.map(|twin| named(twin, 1)));
        }
        rows.extend(others.into_iter().map(|row| named(row, 1)));
        HeatStrip { rows }
    }
}

impl<'a> Strip<'a> {
    fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
        scale: &Scale,
        (y, high): (f64, f64),
    ) -> Result<(), Error> {
        let bottom = y + high - gap(high);
        cells(canvas, panel, self.waits, scale, (y, bottom))?;
        self.full.draw(canvas, panel, bottom)
    }

    fn text(&self) -> Row<'a> {
        let name = format!("{} · head of the queue", self.name);
        Row { name, unit: Unit::Seconds, values: &self.waits.mean }
    }
}

/// Between a row of that height and the next.
const fn gap(high: f64) -> f64 {
    if high > 20.0 { 2.0 } else { 1.0 }
}

/// From no colour to the last one.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn step(&self, wait: f64) -> usize {
        if wait < self.low {
            return 0;
        }
        let part = ((wait / self.low).ln() / (self.high / self.low).ln()).clamp(0.0, 1.0);
        1 + (part * (RAMP_STEPS - 2) as f64).round() as usize
    }

    /// From a round time to the first round one that is no shorter than the longest wait.
    fn of(longest: f64) -> Self {
        let longest = longest.max(SHORTEST * 10.0);
        let days = || (longest / DAY).ceil() * DAY;
        let high = ROUND.into_iter().find(|round| longest <= round * (1.0 + 1e-9)).unwrap_or_else(days);
        let low = ROUND.into_iter().rfind(|round| *round * RANGE <= high * (1.0 + 1e-9));
        Scale { low: low.unwrap_or(SHORTEST), high }
    }

    /// Both ends, and the round times between them that have room for their text.
    fn ticks(&self) -> Vec<(f64, String)> {
        let place = |v: f64| (v / self.low).ln() / (self.high / self.low).ln();
        let mut ticks = vec![self.low];
        let mut last = 0.0;
        for major in MAJOR {
            if last + TICK_ROOM <= place(major) && place(major) <= 1.0 - TICK_ROOM {
                ticks.push(major);
                last = place(major);
            }
        }
        ticks.push(self.high);
        ticks.into_iter().map(|v| (v, number::clock(v))).collect()
    }
}

fn longest<'a>(waits: impl Iterator<Item = &'a Band>) -> f64 {
    let waits = waits.flat_map(|waits| &waits.mean).copied();
    waits.filter(|v| v.is_finite()).fold(0.0, f64::max)
}

/// Whether no tier ever queued, was out of workers or turned calls away: there is nothing to draw then.
pub(crate) fn is_idle(findings: &Findings) -> bool {
    let rows = rows(findings);
    let full = full::rows(findings, rows.iter().map(|(tier, _)| *tier));
    longest(rows.iter().map(|(_, waits)| *waits)) < SHORTEST
        && findings.symptoms.is_empty()
        && !full.iter().any(Full::is_ever)
}

/// The tiers from the edge down, with what their queues waited.
fn rows(findings: &Findings) -> Vec<(&Tier, &Band)> {
    let tiers = call_order(&findings.service.tiers).into_iter();
    tiers.map(|tier| (tier, of_tier(findings, tier, &HEAD_AGE_MAX))).collect()
}

/// The cells of one tier; equal neighbours are one rectangle, and windows without a number are left as paper.
fn cells(
    canvas: &mut Canvas<'_>,
    panel: &Panel<'_>,
    waits: &Band,
    scale: &Scale,
    (top, bottom): (f64, f64),
) -> Result<(), Error> {
    let waits = &waits.mean;
    let n = waits.len().min(panel.at.len());
    let per_column = n.div_ceil(COLUMNS_MAX).max(1);
    let steps: Vec<Option<usize>> = waits[..n]
        .chunks(per_column)
        .map(|c| c.iter().copied().filter(|v| v.is_finite()).reduce(f64::max).map(|w| scale.step(w)))
        .collect();
    let x = |column: usize| {
        let part = ((column * per_column) as f64 / n as f64).min(1.0);
        panel.frame.left + part * (panel.frame.right - panel.frame.left)
    };
    let mut from = 0;
    for column in 1..=steps.len() {
        if column < steps.len() && steps[column] == steps[from] {
            continue;
        }
        if let Some(step) = steps[from] {
            canvas.rectangle((x(from), top), (x(column), bottom), ramp(step), 1.0)?;
        }
        from = column;
    }
    Ok(())
}

/// A triangle where the tier first left its normal range, and when that was at the right.
fn onset(canvas: &mut Canvas<'_>, panel: &Panel<'_>, at: Option<f64>, y: f64) -> Result<(), Error> {
    let Some(at) = at else {
        return canvas.text(number::NONE, (panel.frame.right + 18.0, y), Type::new(SMALL, MUTE));
    };
    if !at.is_finite() {
        return Ok(());
    }
    if panel.time.shows(at) {
        triangle(canvas, (panel.x(at), y))?;
    }
    let x = panel.frame.right + 8.0;
    canvas.polygon(&[(x, y - 3.5), (x + 3.5, y + 3.0), (x - 3.5, y + 3.0)], INK, 1.0)?;
    canvas.text(&number::clock(at), (x + 10.0, y), Type::new(SMALL, INK))
}

fn triangle(canvas: &mut Canvas<'_>, (x, y): Point) -> Result<(), Error> {
    // A light rim keeps it visible on the darkest cell.
    for (size, color) in [(7.0, PAPER), (5.0, INK)] {
        canvas.polygon(
            &[(x, y - size), (x + size, y + size * 0.8), (x - size, y + size * 0.8)],
            color,
            1.0,
        )?;
    }
    Ok(())
}

/// Where triggers began and ended, as thin lines over the cells.
fn edges(canvas: &mut Canvas<'_>, panel: &Panel<'_>, findings: &Findings) -> Result<(), Error> {
    let Frame { top, bottom, .. } = panel.frame;
    for mark in marks(findings).iter().map(|mark| mark.of).take(12) {
        let Some((_, _, color)) = panel.span(mark) else { continue };
        for t in [mark.from, mark.to] {
            if t > panel.time.low() && t < panel.time.high() {
                canvas.dashes((panel.x(t), top - 4.0), (panel.x(t), bottom), color, 1.0)?;
            }
        }
    }
    Ok(())
}

/// The ramp with round times under it.
fn legend(canvas: &mut Canvas<'_>, scale: &Scale, frame: &Frame) -> Result<(), Error> {
    let (y, high, wide) = (frame.bottom + 58.0, 10.0, 260.0);
    let label = "head of the queue had waited";
    let left = (frame.right - wide).max(frame.left);
    canvas.text(label, (left - 12.0, y + high / 2.0), Type::new(TEXT, MUTE).align(Align::Right))?;
    for step in 0..RAMP_STEPS {
        let x = |s: usize| left + s as f64 / RAMP_STEPS as f64 * wide;
        canvas.rectangle((x(step), y), (x(step + 1), y + high), ramp(step), 1.0)?;
    }
    let x = |v: f64| left + (scale.step(v) as f64 + 0.5) / RAMP_STEPS as f64 * wide;
    for (v, text) in scale.ticks() {
        canvas.line(&[(x(v), y + high), (x(v), y + high + 3.0)], MUTE, 1.0)?;
        canvas.text(&text, (x(v), y + high + 11.0), Type::new(SMALL, MUTE).align(Align::Center))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ramp_has_round_times_that_do_not_touch() {
        let texts = |longest: f64| {
            let ticks = Scale::of(longest).ticks();
            ticks.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(texts(0.0), "1 ms, 10 ms");
        assert_eq!(texts(0.4), "1 ms, 10 ms, 100 ms, 500 ms");
        assert_eq!(texts(9.0), "1 ms, 10 ms, 100 ms, 1 s, 10 s");
        assert_eq!(texts(900.0), "50 ms, 1 s, 10 s, 1 min, 15 min");
        assert_eq!(texts(86_400.0 * 9.5), "1 min, 10 min, 1 h, 6 h, 10 d");
    }
}
