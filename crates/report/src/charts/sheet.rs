//! What all charts share around their panels: the title, where the numbers come from, the triggers above the plot.

use super::axis::Axis;
use super::canvas::{Align, Canvas, Point, Type};
use super::happened::Rows;
use super::panel::{Frame, STUB, color_of};
use super::style::{Color, EDGE, INK, MUTE, SMALL, TEXT, TITLE, WIDTH};
use crate::story::changes::{Worded, marks};
use crate::{Error, font};
use brownout_analysis::findings::{Findings, Mark};

/// From the top to the first thing under a title and a subtitle of one line each.
const HEADER: f64 = 64.0;
/// From one line of a title to the next, and of a subtitle.
const TITLE_LINE: f64 = 23.0;
const SUBTITLE_LINE: f64 = 17.0;
/// A title longer than this is a paragraph.
const TITLE_LINES_MAX: usize = 4;
/// On a narrower sheet the caption of a time axis would not be whole: that with the end of the warm-up is the longest.
pub(crate) const CAPTION_WIDE: f64 = 500.0;
/// Of the row that says which line is of which variant.
const KEY: f64 = 22.0;
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

/// How large a drawing is, in pixels of its own: text has the same size on every sheet.
#[derive(Clone, Copy)]
pub(crate) struct Sheet {
    pub(crate) width: f64,
    /// None: as high as what is on it.
    pub(crate) height: Option<f64>,
}

impl Sheet {
    /// The one of a page.
    pub(crate) const PAGE: Self = Sheet { width: WIDTH, height: None };

    /// How high a plot is that ends `below` pixels over the lower edge of the sheet: its usual height where the sheet
    /// has none of its own.
    pub(crate) fn plot(self, top: f64, below: f64, usual: f64, least: f64) -> f64 {
        self.height.map_or(usual, |height| (height - top - below).max(least))
    }
}

/// What a drawing is made of, beside what is on it.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// Whose triggers and whose time stand behind the data.
    pub(crate) findings: &'a Findings,
    pub(crate) title: &'a str,
    pub(crate) sheet: Sheet,
    /// The two that share a pair of axes; empty for one alone.
    pub(crate) variants: &'a [String],
}

/// Title and subtitle, in as many lines as they need. The subtitle ends with what the numbers rest on.
pub(crate) struct Header {
    title: Vec<String>,
    subtitle: Vec<String>,
}

impl Header {
    pub(crate) fn plan(ground: &Ground<'_>, width: f64, intervals: Intervals) -> Self {
        let room = width - 2.0 * EDGE;
        let title = ground.title.split('\n').flat_map(|line| font::wrap(line, TITLE, true, room));
        let mut title: Vec<String> = title.collect();
        title.truncate(TITLE_LINES_MAX);
        let (name, basis) = (name(ground.findings), basis(ground.findings, intervals));
        let whole = format!("{name} · {basis}");
        let subtitle = if font::width(&whole, TEXT, false) <= room {
            vec![whole]
        } else {
            let basis = font::wrap(&basis, TEXT, false, room);
            std::iter::once(font::fit(&name, TEXT, false, room)).chain(basis).collect()
        };
        Header { title, subtitle }
    }

    /// From the top of the sheet to the first thing under it.
    pub(crate) fn height(&self) -> f64 {
        let more = |lines: &[String]| lines.len().saturating_sub(1) as f64;
        HEADER + more(&self.title) * TITLE_LINE + more(&self.subtitle) * SUBTITLE_LINE
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let mut y = 24.0;
        for line in &self.title {
            canvas.text(line, (EDGE, y), Type::new(TITLE, INK).bold())?;
            y += TITLE_LINE;
        }
        y += 22.0 - TITLE_LINE;
        for line in &self.subtitle {
            canvas.text(line, (EDGE, y), Type::new(TEXT, MUTE))?;
            y += SUBTITLE_LINE;
        }
        Ok(())
    }
}

/// Which lines are of which of two variants, in a row under the header.
pub(crate) struct Key<'a> {
    variants: &'a [String],
}

impl<'a> Key<'a> {
    pub(crate) const fn plan(ground: &Ground<'a>) -> Self {
        Key { variants: ground.variants }
    }

    pub(crate) const fn height(&self) -> f64 {
        if self.variants.is_empty() { 0.0 } else { KEY }
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, top: f64, width: f64) -> Result<(), Error> {
        let sample = STUB;
        let room = (width - 2.0 * EDGE) / self.variants.len().max(1) as f64 - sample - 24.0;
        let (mut x, y) = (EDGE, top + 6.0);
        for (at, name) in self.variants.iter().enumerate() {
            stub(canvas, (x, y), sample, INK, 0 < at)?;
            let name = font::fit_name(name, TEXT, true, room);
            canvas.text(&name, (x + sample + 6.0, y), Type::new(TEXT, INK).bold())?;
            x += sample + 30.0 + font::width(&name, TEXT, true);
        }
        Ok(())
    }
}

/// A short piece of a line, to say which one a name belongs to.
pub(crate) fn stub(
    canvas: &mut Canvas<'_>,
    (x, y): Point,
    long: f64,
    color: Color,
    dashed: bool,
) -> Result<(), Error> {
    let ends = [(x, y), (x + long, y)];
    if dashed { canvas.dashed(&ends, color, 2.0) } else { canvas.line(&ends, color, 2.0) }
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
