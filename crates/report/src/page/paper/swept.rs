//! The page of a sweep.

use super::{Grid, Paper, Part};
use crate::Error;
use crate::charts::lab::{COLUMNS_MAX, sweep};
use crate::number::{self, NONE, grouped};
use crate::story::{self, terrain as words};
use brownout_analysis::swept::{Seen, Spot, Swept};
use brownout_analysis::terrain::Terrain;
use brownout_metrics::Unit;

/// More points are more than a reader looks through: then the best and the worst are shown, and all of them are in the
/// Parquet files.
const POINTS_MAX: usize = 400;
/// So many of each.
const ENDS: usize = 20;
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
    let few = swept.points.len() <= POINTS_MAX;
    paper.heading(if few { "All points" } else { "The best and the worst points" });
    let shown = if few { (0..swept.points.len()).collect() } else { ends(swept) };
    paper.parts.push(Part::Table(points(swept, &shown, open)));
    if !few {
        let (all, some) = (grouped(swept.points.len() as u64), grouped(shown.len() as u64));
        paper.text(format!(
            "{some} of {all} points are shown: those that keep what is promised in most runs, and come back most \
             often, and then those that do least. All of them are in points.parquet, a row for each number, and in \
             runs.parquet, a row for each run."
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

/// The places of the best points, then those of the worst, by what is promised, by what comes back, and by cost.
fn ends(swept: &Swept) -> Vec<usize> {
    let rank = |seen: &Seen| {
        let runs = f64::from(seen.replications.max(1));
        let kept = seen.cells.iter().filter_map(|cell| cell.passed).map(|passed| f64::from(passed) / runs);
        let kept = kept.fold(1.0, f64::min);
        (kept, f64::from(seen.back) / runs, -seen.cost.map_or(0.0, |cost| cost.mean))
    };
    let points = swept.points.iter().enumerate();
    let found = points.filter_map(|(at, spot)| Some((at, rank(&spot.found.ok()?))));
    let mut all: Vec<(usize, (f64, f64, f64))> = found.collect();
    let by = |a: &(f64, f64, f64), b: &(f64, f64, f64)| {
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then(b.2.total_cmp(&a.2))
    };
    all.sort_by(|a, b| by(&a.1, &b.1).then(a.0.cmp(&b.0)));
    let worst = all.len().saturating_sub(ENDS).max(ENDS.min(all.len()));
    all.iter().take(ENDS).chain(&all[worst..]).map(|(at, _)| *at).collect()
}

/// A row for each of some points.
fn points(swept: &Swept, shown: &[usize], open: Option<&str>) -> Grid {
    let priced = swept.points.iter().any(|spot| spot.found.is_ok_and(|seen| seen.cost.is_some()));
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
    let row = |spot: Spot| {
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
    let rows = shown.iter().map(|at| row(swept.points.get(*at))).collect();
    Grid { label: "Points", heads, rows }
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
