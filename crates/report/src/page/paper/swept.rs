//! The page of a sweep.

use super::{Grid, Paper, Part};
use crate::Error;
use crate::charts::lab::{COLUMNS_MAX, sweep};
use crate::number::{self, NONE, grouped};
use crate::story::{self, terrain as words};
use brownout_analysis::swept::{Seen, Spot, Swept};
use brownout_analysis::terrain::Terrain;
use brownout_metrics::Unit;

/// More points are more than a page holds; all of them are in the Parquet files.
const POINTS_MAX: usize = 400;
/// More regions are more than a reader looks through.
const REGIONS_MAX: usize = 20;

/// The page of a sweep; `again` is the command that makes it, and `open` the one that opens the report of a point, up
/// to its number, if there is one.
///
/// # Errors
/// [`Error::Draw`] where the drawing library refuses a shape; no sweep can cause it.
pub fn sweep_paper(swept: &Swept, again: &str, open: Option<&str>) -> Result<Paper, Error> {
    let terrain = Terrain::of(swept);
    let sum = terrain.summary();
    let mut paper = Paper {
        eyebrow: "Sweep",
        title: swept.title.clone(),
        sentence: words::sentence(&terrain),
        tone: "none",
        badge: "",
        basis: format!("{} Axes: {}.", words::basis(&terrain), swept.axes.join(", ")),
        parts: Vec::new(),
        charts: Vec::new(),
    };
    for said in story::swept::skipped(swept) {
        paper.text(said);
    }
    if !sum.first.is_empty() {
        paper.heading("Which tier breaks first, region by region");
        let regions = terrain.regions();
        let said = regions.iter().take(REGIONS_MAX).map(|region| words::region(&terrain, region));
        let mut said: Vec<String> = said.collect();
        if REGIONS_MAX < regions.len() {
            said.push(format!("And {} smaller regions.", grouped((regions.len() - REGIONS_MAX) as u64)));
        }
        paper.parts.push(Part::List(said));
        if !terrain.dims.is_empty() {
            paper.text(
                "A region is a set of neighbouring points; values are the ends of its range on each axis, within which \
                 there may be others.",
            );
        }
    }
    let charts = sweep(swept)?;
    if !charts.is_empty() {
        paper.heading("How the numbers change");
        paper.show(charts);
    }
    if COLUMNS_MAX < swept.columns.len() {
        let left = grouped((swept.columns.len() - COLUMNS_MAX) as u64);
        paper.text(format!("{left} more columns are in the table of points alone."));
    }
    paper.heading("All points");
    let (grid, left) = points(&terrain, open);
    paper.parts.push(Part::Table(grid));
    if 0 < left {
        let all = grouped(swept.points.len() as u64);
        paper.text(format!(
            "{} of {all} points are shown; all of them are in points.parquet.",
            grouped(POINTS_MAX as u64)
        ));
    }
    paper.foot(again, notes(&terrain));
    Ok(paper)
}

fn notes(terrain: &Terrain<'_>) -> Vec<String> {
    let mut notes = vec![
        "All points have the same seeds, so that chance cancels where two of them are compared.".to_owned(),
        "Intervals of means are by Student's t, those of shares of runs by Wilson, each with 95 %. They are of single \
         points: of many points one in twenty lies outside of its interval."
            .to_owned(),
        "The tier that breaks first is the one that leaves its normal range first, on average over the runs of a point."
            .to_owned(),
    ];
    if !terrain.is_grid {
        notes.push("These points are no grid: a region is all points with the same first tier.".to_owned());
    }
    notes
}

/// A row for each point, and how many are left out.
fn points(terrain: &Terrain<'_>, open: Option<&str>) -> (Grid, usize) {
    let swept = terrain.swept;
    let priced = swept.points.iter().any(|spot| spot.found.as_ref().is_ok_and(|seen| seen.cost.is_some()));
    let mut heads: Vec<(String, bool)> = vec![("point".to_owned(), true)];
    heads.extend(swept.axes.iter().map(|axis| (axis.clone(), true)));
    heads.extend([
        ("verdict".to_owned(), false),
        ("breaks first".to_owned(), false),
        ("came back".to_owned(), true),
    ]);
    heads.extend(swept.columns.iter().map(|column| {
        let when = if column.when.is_empty() { String::new() } else { format!(" in {}", column.when) };
        (format!("{}{when}", column.title), true)
    }));
    heads.extend(priced.then(|| ("cost a month".to_owned(), true)));
    heads.extend(open.map(|_| ("its own report".to_owned(), false)));
    let row = |spot: &Spot| {
        let mut row = vec![spot.number.to_string()];
        row.extend(spot.levels.iter().map(|level| level.shown.clone()));
        match &spot.found {
            Ok(seen) => {
                row.extend([
                    seen.badge.map_or("no run ended", story::badge).to_owned(),
                    seen.first.clone().unwrap_or_else(|| "none".to_owned()),
                    format!("{} of {}", seen.back, seen.replications),
                ]);
                row.extend((0..swept.columns.len()).map(|at| cell(swept, seen, at)));
                row.extend(priced.then(|| number::maybe(seen.cost.as_ref(), Unit::Dollars)));
                row.extend(open.map(|open| format!("{open} {}", spot.number)));
            }
            Err(problem) => {
                row.push(format!("no scenario: {problem}"));
                row.resize(heads.len(), NONE.to_owned());
            }
        }
        row
    };
    let rows: Vec<Vec<String>> = swept.points.iter().take(POINTS_MAX).map(row).collect();
    let left = swept.points.len() - rows.len();
    (Grid { label: "All points", heads, rows }, left)
}

/// The mean, and of a promise in how many runs it is kept.
fn cell(swept: &Swept, seen: &Seen, at: usize) -> String {
    let (column, cell) = (&swept.columns[at], &seen.cells[at]);
    let mean = cell.value.filter(|_| column.metric.unit != Unit::Badge);
    let mean = mean.map(|value| number::value(value.mean, column.metric.unit));
    let kept = cell.passed.map(|passed| format!("kept in {passed} of {}", seen.replications));
    match (mean, kept) {
        (Some(mean), Some(kept)) => format!("{mean}, {kept}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => NONE.to_owned(),
    }
}
