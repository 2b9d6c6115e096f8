//! What all charts share around their panels: the title, where the numbers come from, the triggers above the plot.

use super::axis::Axis;
use super::canvas::{Align, Canvas, Type};
use super::happened::Rows;
use super::panel::{Frame, color_of};
use super::style::{EDGE, INK, MUTE, SMALL, TEXT, TITLE, WIDTH};
use crate::story::changes::{Worded, marks};
use crate::{Error, font};
use brownout_analysis::findings::{Findings, Mark};

/// From the top to the first thing under title and subtitle.
pub(crate) const HEADER: f64 = 64.0;
/// The same of a drawing for a phone.
pub(crate) const NARROW_HEADER: f64 = 82.0;
/// Under the lowest panel: its ticks and the caption of the time axis.
pub(crate) const FOOTER: f64 = 46.0;
/// Of one row of trigger names.
const LANE: f64 = 19.0;
/// More rows than this would push the chart off its sheet; all triggers are in the timeline.
const LANES_MAX: usize = 3;

/// Whether a chart has room to show how sure its numbers are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intervals {
    Shown,
    None,
}

/// Title and subtitle. The subtitle ends with what the numbers rest on.
pub(crate) fn header(
    canvas: &mut Canvas<'_>,
    findings: &Findings,
    title: &str,
    intervals: Intervals,
) -> Result<(), Error> {
    canvas.text_in(title, (EDGE, 24.0), Type::new(TITLE, INK).bold(), WIDTH - 2.0 * EDGE)?;
    let basis = basis(findings, intervals);
    let set = Type::new(TEXT, MUTE);
    let room = WIDTH - 2.0 * EDGE - font::width(&basis, TEXT, false) - 12.0;
    let name = font::fit(&name(findings), TEXT, false, room);
    canvas.text(&format!("{name} · {basis}"), (EDGE, 46.0), set)
}

/// The same over a drawing for a phone, where what the numbers rest on has a line of its own.
pub(crate) fn narrow_header(
    canvas: &mut Canvas<'_>,
    findings: &Findings,
    title: &str,
    width: f64,
) -> Result<(), Error> {
    let room = width - 2.0 * EDGE;
    canvas.text_in(title, (EDGE, 24.0), Type::new(TITLE, INK).bold(), room)?;
    canvas.text_in(&name(findings), (EDGE, 46.0), Type::new(TEXT, MUTE), room)?;
    canvas.text(&basis(findings, Intervals::None), (EDGE, 62.0), Type::new(TEXT, MUTE))
}

/// The time axis of these findings: whole windows, from the first to the last.
pub(crate) fn time(findings: &Findings, ticks_max: usize) -> Axis {
    let (at, half) = (&findings.lines.at, findings.lines.window / 2.0);
    let half = if half.is_finite() { half } else { 0.0 };
    let from = at.first().map_or(0.0, |t| (t - half).max(0.0));
    let to = at.last().map_or(findings.stamp.simulated_seconds, |t| t + half);
    Axis::time(from, to, ticks_max).with_warm_up(findings.stamp.warmup_seconds)
}

/// What the values are, above the left end of their axis.
pub(crate) fn value_caption(canvas: &mut Canvas<'_>, caption: &str, frame: &Frame) -> Result<(), Error> {
    canvas.text(caption, (EDGE, frame.top - 14.0), Type::new(TEXT, MUTE))
}

/// The triggers by name, each in a row above the plot with a bar as long as it lasted; under them what happened.
pub(crate) struct Lanes<'a> {
    rows: Vec<Named<'a>>,
    count: usize,
    left_out: usize,
    happened: Rows,
}

/// One of them: its row, its bar and where its name begins, in pixels.
struct Named<'a> {
    lane: usize,
    from: f64,
    to: f64,
    text_at: f64,
    name: String,
    mark: &'a Mark,
}

impl<'a> Lanes<'a> {
    /// Finds rows for the marks between two pixels, so that no name lies on another.
    pub(crate) fn plan(findings: &'a Findings, time: &Axis, left: f64, right: f64) -> Self {
        let x = |t: f64| left + time.place(t) * (right - left);
        let mut free_from = [f64::NEG_INFINITY; LANES_MAX];
        let happened = Rows::plan(findings, time, left, right);
        let mut plan = Lanes { rows: Vec::new(), count: 0, left_out: 0, happened };
        for Worded { words, of: mark } in marks(findings) {
            if !(mark.from <= time.high() && mark.to >= time.low()) {
                continue;
            }
            let (from, to) = (x(mark.from), x(mark.to).max(x(mark.from) + 3.0));
            let name = font::fit(&words, SMALL, false, (right - left).min(320.0));
            let wide = font::width(&name, SMALL, false);
            let text_at = from.min(right - wide).max(left);
            let Some(lane) = free_from.iter().position(|&free| free <= text_at.min(from)) else {
                plan.left_out += 1;
                continue;
            };
            free_from[lane] = (text_at + wide).max(to) + 10.0;
            plan.count = plan.count.max(lane + 1);
            plan.rows.push(Named { lane, from, to, text_at, name, mark });
        }
        plan
    }

    /// How high all rows are together.
    pub(crate) fn height(&self) -> f64 {
        self.of_triggers() + self.happened.height()
    }

    /// How high those of triggers are, with the line that says how many more there are.
    fn of_triggers(&self) -> f64 {
        let more = if 0 < self.left_out && 0.0 < self.happened.height() { LANE } else { 0.0 };
        self.count as f64 * LANE + more
    }

    /// Draws them, the first row at the top.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, top: f64, right: f64) -> Result<(), Error> {
        for Named { lane, from, to, text_at, name, mark } in &self.rows {
            let y = top + *lane as f64 * LANE;
            canvas.text(name, (*text_at, y + 6.0), Type::new(SMALL, INK))?;
            canvas.rectangle((*from, y + 13.5), (*to, y + 16.0), color_of(mark.kind), 0.8)?;
        }
        if self.left_out > 0 {
            let more = format!("and {} more, see the timeline", self.left_out);
            let set = Type::new(SMALL, MUTE).align(Align::Right);
            canvas.text(&more, (right, top + self.count as f64 * LANE + 6.0), set)?;
        }
        self.happened.draw(canvas, top + self.of_triggers(), right)
    }
}

/// The scenario and its variant in one line.
fn name(findings: &Findings) -> String {
    let stamp = &findings.stamp;
    if stamp.is_base() { stamp.title.clone() } else { format!("{}, {}", stamp.title, stamp.variant) }
}

fn basis(findings: &Findings, intervals: Intervals) -> String {
    let seed = findings.stamp.seed;
    match (findings.stamp.replications, intervals) {
        (1, Intervals::Shown) => format!("seed {seed}, 1 replication: no intervals"),
        (1, Intervals::None) => format!("seed {seed}, 1 replication"),
        (n, Intervals::Shown) => format!("seed {seed}, mean of {n} replications with 95 % interval"),
        (n, Intervals::None) => format!("seed {seed}, mean of {n} replications"),
    }
}
