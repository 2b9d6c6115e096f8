//! Findings in, bytes out: charts, HTML, Markdown, JSON, CSV.
//!
//! A report is drawn from [`Findings`] and nothing else, in steps that the caller strings together:
//!
//! 1. [`charts`] draws every chart that the findings have data for, as SVG, and [`draw`] one of [`chart_kinds`], for a
//!    caller that draws them side by side; [`png`] turns one into pixels.
//! 2. [`html`] puts all variants of an experiment, each a [`Report`] with its pictures, on one page that opens offline;
//!    [`markdown`] writes the same in the order of a postmortem, with links to `charts/*.svg` in the folders that
//!    [`chart_folders`] names. [`verdict_line`] is the verdict in one sentence.
//!    [`strips`] are rows of states over time for such a page, from plain data.
//! 3. A [`Paper`] is the page of a question over many runs, as [`sweep_paper`] and its like make it: its charts, and
//!    itself as HTML and Markdown.
//! 4. [`json()`], [`csv()`] and [`series_csv`] hand the numbers on; [`screen`] shows them on a terminal.
//!
//! **Invariant:** this crate computes nothing and judges nothing, it words and draws: every number and every judgement
//! exists in the findings. It reads no file and no clock, and whatever a scenario is
//! called, its name is escaped before it reaches a page.
#![forbid(unsafe_code)]

mod advice;
mod charts;
mod csv;
mod error;
mod fleet;
mod font;
mod happened;
mod impact;
mod json;
pub mod number;
mod openmetrics;
mod page;
mod png;
pub mod screen;
mod story;
mod versus;

pub use charts::{
    Chart, ChartKind, Redraw, Theme, chart_kinds, charts, draw, lines_span, redraw, windows_between,
};
pub use csv::{csv, series_csv, swept_csv};
pub use error::Error;
pub use json::{comparison, json, json_lines, laws_json, plan, swept, swept_lines};
pub use openmetrics::openmetrics;
pub use page::Report;
pub use page::html::html;
pub use page::markdown::{chart_folders, markdown};
pub use page::paper::{
    Paper, Reports, bounded_paper, cheapest_paper, comparison_paper, growth_paper, hysteresis_paper,
    sensitivity_paper, sweep_paper, tipping_paper,
};
pub use page::strip::{State, Strip, strips};
pub use png::{is_signed, png, signed};
pub use story::sentence as verdict_line;

// The words of the public interface, so that a caller needs no second crate for them.
pub use brownout_analysis::findings::Findings;
