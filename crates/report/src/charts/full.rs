//! Where a tier was full, in the heat strip: a tier that has no queue never lets a call wait, and is not idle for that.

use super::canvas::{Canvas, Point};
use super::follow::of_tier;
use super::panel::{Panel, runs};
use super::style::{Color, FAINT, SLATE};
use crate::Error;
use brownout_analysis::findings::{Findings, Tier};
use brownout_metrics::tiers::{REFUSED_SHARE, UTILISATION};

/// Workers are all busy from here: the last per cent is what passes between one call and the next.
const BUSY: f64 = 0.99;
/// One call in a hundred turned away is seen by users; fewer are the tail of any limit.
const REFUSED: f64 = 0.01;
/// Of the bar under a row.
const HIGH: f64 = 5.0;

/// What was full in some window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fine,
    Busy,
    Refusing,
}

impl State {
    const fn color(self) -> Option<Color> {
        match self {
            State::Fine => None,
            State::Busy => Some(FAINT),
            State::Refusing => Some(SLATE),
        }
    }
}

/// One tier over time, a state for each window.
pub(super) struct Full {
    states: Vec<State>,
}

/// Those of some tiers, in their order.
pub(super) fn rows<'a>(findings: &Findings, tiers: impl Iterator<Item = &'a Tier>) -> Vec<Full> {
    let windows = findings.lines.at.len();
    let row = |tier: &Tier| {
        let above = |metric, floor| {
            let line = of_tier(findings, tier, metric);
            move |at: usize| line.mean.get(at).is_some_and(|value| floor <= *value)
        };
        let (busy, refusing) = (above(&UTILISATION, BUSY), above(&REFUSED_SHARE, REFUSED));
        let state = |at| match (refusing(at), busy(at)) {
            (true, _) => State::Refusing,
            (_, true) => State::Busy,
            _ => State::Fine,
        };
        Full { states: (0..windows).map(state).collect() }
    };
    tiers.map(row).collect()
}

impl Full {
    /// Whether there is anything to draw.
    pub(super) fn is_ever(&self) -> bool {
        self.states.iter().any(|state| *state != State::Fine)
    }

    /// A bar that ends at `bottom`, over the cells of the row.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, panel: &Panel<'_>, bottom: f64) -> Result<(), Error> {
        let n = self.states.len();
        let x = |at: usize| panel.frame.left + at as f64 / n as f64 * (panel.frame.right - panel.frame.left);
        for state in [State::Busy, State::Refusing] {
            let Some(color) = state.color() else { continue };
            let mut drawn = f64::NEG_INFINITY;
            for run in runs(n, |at| self.states[at] == state) {
                // A window narrower than a pixel is still seen, and a thousand of them are not a thousand shapes.
                let (from, to) = (x(run.start).max(drawn), x(run.end).max(x(run.start) + 1.0));
                if from < to {
                    canvas.rectangle((from, bottom - HIGH), (to, bottom), color, 1.0)?;
                    drawn = to;
                }
            }
        }
        Ok(())
    }
}

/// What the bars mean, where there are any.
pub(super) fn legend(canvas: &mut Canvas<'_>, rows: &[&Full], at: Point, room: f64) -> Result<(), Error> {
    let all = [(State::Busy, "no idle worker"), (State::Refusing, "turning calls away (1 % or more)")];
    let items = all.into_iter().filter_map(|(state, words)| {
        let is_there = rows.iter().any(|row| row.states.contains(&state));
        state.color().filter(|_| is_there).map(|color| (color, words.to_owned()))
    });
    canvas.legend(&items.collect::<Vec<_>>(), at, room)
}
