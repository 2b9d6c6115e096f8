//! Charts: a table of kinds, one file each, on a shared layer of axes, panels and style.

mod again;
mod axis;
mod canvas;
mod compact;
mod cures;
mod data;
mod fleets;
mod follow;
mod four_lines;
mod full;
mod gpu;
mod happened;
mod headline;
mod heat_strip;
mod kind;
mod kv_cache;
pub(crate) mod lab;
mod labels;
mod latency;
mod one_panel;
mod panel;
mod retries;
mod sheet;
mod small_multiples;
mod status_mix;
pub(crate) mod style;
mod success;
mod thin;
mod tiers_called;
mod token_times;
mod tokens;
mod topology;
mod utilisation;
mod view;

pub use again::{Redraw, Theme, lines_span, redraw, windows_between};
pub(crate) use axis::Axis;
pub(crate) use heat_strip::is_idle;
pub use kind::ChartKind;
pub(crate) use kind::{CURES, FIRST, TOPOLOGY};

use crate::Error;
use brownout_analysis::findings::Findings;
use kind::{Picture, Plan, View};
use sheet::{Ground, Sheet};
use std::borrow::Cow;

/// One picture with what to call it and how to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Of the file, without its ending: `four-lines`.
    pub name: Cow<'static, str>,
    /// Above the picture.
    pub title: String,
    /// One sentence that says what to see.
    pub caption: String,
    /// The picture, 800 pixels wide.
    pub svg: String,
    /// The same for a phone, about half as wide; none where a phone has to move the picture sideways.
    pub narrow: Option<String>,
    /// Its numbers as text, for readers who cannot see it; the first row has the heads of the columns.
    pub table: Vec<Vec<String>>,
}

impl ChartKind {
    /// Whether some findings have anything for it.
    pub fn has(&self, findings: &Findings) -> bool {
        (self.plan)(View::alone(findings)).is_some()
    }
}

/// Every kind of chart, in the order of the report.
pub fn chart_kinds() -> &'static [ChartKind] {
    &kind::KINDS
}

/// One chart; none if these findings have nothing for it.
///
/// # Errors
///
/// [`Error::Draw`] where the drawing library refuses a shape; no scenario can cause it.
pub fn draw(kind: &ChartKind, findings: &Findings) -> Result<Option<Chart>, Error> {
    let Some(Plan { title, caption, body }) = (kind.plan)(View::alone(findings)) else { return Ok(None) };
    let ground = Ground { findings, title: &title, sheet: Sheet::PAGE, variants: &[] };
    let Picture { svg, narrow, table, .. } = body.draw(&ground)?;
    Ok(Some(Chart { name: Cow::Borrowed(kind.name), title, caption, svg, narrow, table }))
}

/// Every chart that these findings have something for, in the order of the report.
///
/// # Errors
///
/// As [`draw`].
pub fn charts(findings: &Findings) -> Result<Vec<Chart>, Error> {
    chart_kinds().iter().filter_map(|kind| draw(kind, findings).transpose()).collect()
}
