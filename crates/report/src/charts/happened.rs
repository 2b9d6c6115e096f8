//! What really happened in one run, in the charts: bars by name under the triggers, and shades behind the plot.

use super::axis::Axis;
use super::canvas::{Align, Canvas, Type};
use super::panel::Panel;
use super::style::{ACTED, BEFELL, Color, EDGE, INK, MUTE, SMALL};
use crate::story::changes::happenings;
use crate::{Error, font, happened};
use brownout_analysis::findings::{Findings, Happening, HappeningKind};

/// Of one row of names.
const LANE: f64 = 19.0;
/// Above the rows: that they are of one run.
const HEAD: f64 = 17.0;
/// More rows than this would push the chart off its sheet; the timeline has the others.
const LANES_MAX: usize = 5;
/// Of a stretch behind the lines: less than of a trigger.
const SHADE: f64 = 0.06;
/// Of an instant behind the lines.
const INSTANT: f64 = 0.45;
/// This many stretches are seen one by one; more are a pattern, and have no edges over the heat strip.
const EDGES_MAX: usize = 12;

/// What happened, by name: rows with bars.
pub(crate) struct Rows {
    names: Vec<Row>,
    lanes: usize,
    left_out: usize,
    head: String,
}

/// One name: its row, its bars and where its name begins, in pixels.
struct Row {
    lane: usize,
    bars: Vec<(f64, f64)>,
    text_at: f64,
    name: String,
    color: Color,
}

impl Rows {
    /// Finds rows between two pixels, so that no name lies on another: one for each name, and where these are too many
    /// one for all of a kind, beginning with the kind that has most names.
    pub(crate) fn plan(findings: &Findings, time: &Axis, left: f64, right: f64) -> Self {
        let mut seen = happenings(findings);
        seen.retain(|one| one.of.from <= time.high() && one.of.to >= time.low());
        let x = |t: f64| left + time.place(t) * (right - left);
        let mut folded = Vec::new();
        let (rows, left_out) = loop {
            let groups = happened::groups(&seen, &folded);
            let packed = pack(&groups, &x, left, right);
            match happened::to_fold(&groups, &folded).filter(|_| 0 < packed.1) {
                Some(kind) => folded.push(kind),
                None => break packed,
            }
        };
        let lanes = rows.iter().map(|row| row.lane + 1).max().unwrap_or(0);
        Rows { names: rows, lanes, left_out, head: happened::of_which_run(findings) }
    }

    /// How high they are together; nothing where nothing happened.
    pub(crate) fn height(&self) -> f64 {
        if self.names.is_empty() { 0.0 } else { HEAD + self.lanes as f64 * LANE }
    }

    /// Draws them, the first row at the top.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, top: f64, right: f64) -> Result<(), Error> {
        if self.names.is_empty() {
            return Ok(());
        }
        canvas.text(&self.head, (EDGE, top + 6.0), Type::new(SMALL, MUTE))?;
        if 0 < self.left_out {
            let more = format!("and {} more, see the timeline", self.left_out);
            canvas.text(&more, (right, top + 6.0), Type::new(SMALL, MUTE).align(Align::Right))?;
        }
        for Row { lane, bars, text_at, name, color } in &self.names {
            let y = top + HEAD + *lane as f64 * LANE;
            canvas.text(name, (*text_at, y + 6.0), Type::new(SMALL, INK))?;
            for &(from, to) in bars {
                canvas.rectangle((from, y + 13.5), (to, y + 16.0), *color, 0.8)?;
            }
        }
        Ok(())
    }
}

/// Rows for groups, and how many found none.
fn pack(groups: &[happened::Group<'_>], x: &impl Fn(f64) -> f64, left: f64, right: f64) -> (Vec<Row>, usize) {
    let mut free_from = [f64::NEG_INFINITY; LANES_MAX];
    let (mut rows, mut left_out) = (Vec::new(), 0);
    for group in groups {
        let bars = merged(group.events.iter().map(|one| (x(one.from), x(one.to))), 2.0);
        let (Some(&(from, _)), Some(&(_, to))) = (bars.first(), bars.last()) else { continue };
        let name = font::fit(&group.name, SMALL, false, (right - left).min(360.0));
        let wide = font::width(&name, SMALL, false);
        let text_at = from.min(right - wide).max(left);
        let Some(lane) = free_from.iter().position(|&free| free <= text_at.min(from)) else {
            left_out += 1;
            continue;
        };
        free_from[lane] = (text_at + wide).max(to) + 10.0;
        rows.push(Row { lane, bars, text_at, name, color: color_of(group.kind) });
    }
    (rows, left_out)
}

/// Stretches of pixels of at least a width, those that touch made one: however many there are, few are drawn.
fn merged(spans: impl Iterator<Item = (f64, f64)>, least: f64) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::new();
    for (from, to) in spans.filter(|(from, to)| from.is_finite() && to.is_finite()) {
        let to = to.max(from + least);
        match out.last_mut() {
            Some(last) if from < last.1 + 1.0 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// Behind the lines of a panel: stretches, and lines for instants.
pub(crate) fn shade(canvas: &mut Canvas<'_>, panel: &Panel<'_>, findings: &Findings) -> Result<(), Error> {
    let (top, bottom) = (panel.frame.top, panel.frame.bottom);
    for (spans, color) in spans(panel, findings) {
        for (from, to) in spans {
            let opacity = if is_thin(from, to) { INSTANT } else { SHADE };
            canvas.rectangle((from, top), (to, bottom), color, opacity)?;
        }
    }
    Ok(())
}

/// Over the cells of the heat strip, where they are few: when each began and ended.
pub(crate) fn edges(canvas: &mut Canvas<'_>, panel: &Panel<'_>, findings: &Findings) -> Result<(), Error> {
    let (top, bottom) = (panel.frame.top, panel.frame.bottom);
    for (spans, color) in spans(panel, findings).into_iter().filter(|(spans, _)| spans.len() <= EDGES_MAX) {
        for (from, to) in spans {
            let ends = if is_thin(from, to) { vec![from] } else { vec![from, to] };
            for x in ends.into_iter().filter(|x| panel.frame.left < *x && *x < panel.frame.right - 1.0) {
                canvas.dashes((x, top - 4.0), (x, bottom), color, 1.0)?;
            }
        }
    }
    Ok(())
}

/// Of each colour what lasted, then the instants: an act is seen within what another act began.
fn spans(panel: &Panel<'_>, findings: &Findings) -> Vec<(Vec<(f64, f64)>, Color)> {
    let is_seen = |one: &&Happening| one.from <= panel.time.high() && one.to >= panel.time.low();
    let seen: Vec<&Happening> = findings.happened.events.iter().filter(is_seen).collect();
    let of = |color: Color, lasts: bool| {
        let mine = seen.iter().filter(|one| color_of(one.kind) == color && (one.from < one.to) == lasts);
        (merged(mine.map(|one| (panel.x(one.from), panel.x(one.to))), 1.0), color)
    };
    vec![of(BEFELL, true), of(ACTED, true), of(BEFELL, false), of(ACTED, false)]
}

fn is_thin(from: f64, to: f64) -> bool {
    to - from < 1.5
}

fn color_of(kind: HappeningKind) -> Color {
    match kind {
        HappeningKind::Act | HappeningKind::Lease => ACTED,
        HappeningKind::Chance | HappeningKind::Condition | HappeningKind::Chaos | HappeningKind::Lapse => {
            BEFELL
        }
    }
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn stretches_that_touch_are_one() {
        let spans = [(0.0, 5.0), (1.0, 2.0), (5.5, 5.5), (20.0, 20.0), (f64::NAN, 30.0), (40.0, 50.0)];
        assert_eq!(merged(spans.into_iter(), 2.0), [(0.0, 7.5), (20.0, 22.0), (40.0, 50.0)]);
    }
}
