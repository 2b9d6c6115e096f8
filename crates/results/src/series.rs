//! `series.parquet`: everything over time, a row for each window of each line of each variant.
//!
//! A null of `mean` is a window in which there is no such number; nulls of `low` and `high` beside a mean are those of
//! a run of one replication, which has no interval.

use crate::manifest::Variant;
use crate::subject::{About, Abouts, COLUMNS as ABOUT, Rows};
use crate::table::{self, Column, Feed, Need, Spec, float};
use brownout_analysis::Findings;
use brownout_analysis::findings::{Band, Line, Lines};
use serde::{Deserialize, Serialize};

pub(crate) const FILE: &str = "series.parquet";

const COLUMNS: [Spec; ABOUT.len() + 4] = {
    let mut all = [float("mean", Need::Sometimes); ABOUT.len() + 4];
    let mut at = 0;
    while at < ABOUT.len() {
        all[at] = ABOUT[at];
        at += 1;
    }
    all[at] = float("at", Need::Always);
    all[at + 2] = float("low", Need::Sometimes);
    all[at + 3] = float("high", Need::Sometimes);
    all
};

/// What the lines of a variant have in common, so that a row that is missing is noticed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Axis {
    /// How many lines there are.
    lines: usize,
    /// How many windows each has.
    windows: usize,
    /// The length of a window, in seconds.
    window: f64,
    /// Whether there are intervals: not of one replication.
    intervals: bool,
}

impl Axis {
    /// That of lines.
    ///
    /// # Panics
    /// If they differ in their length, or there are windows and no line.
    pub(crate) fn of(lines: &Lines) -> Self {
        let windows = lines.at.len();
        let intervals = lines.lines.first().is_some_and(|line| !line.band.low.is_empty());
        assert!(windows == 0 || !lines.lines.is_empty(), "windows of no line");
        let ends = if intervals { windows } else { 0 };
        for Line { subject, metric, band: Band { mean, low, high } } in &lines.lines {
            let lengths = [mean.len(), low.len(), high.len()];
            assert_eq!(lengths, [windows, ends, ends], "the line {} of {subject}", metric.key);
        }
        Axis { lines: lines.lines.len(), windows, window: lines.window, intervals }
    }
}

/// The table of all variants, one row group each.
pub(crate) fn write(all: &[Findings], variants: &[Variant]) -> Vec<u8> {
    let lines = all.iter().zip(variants).map(|(findings, variant)| (&findings.lines, variant));
    let lines = lines.filter(|(lines, _)| !lines.at.is_empty());
    table::write("series", &COLUMNS, lines.map(|(lines, variant)| group(lines, &variant.name)), variants)
}

fn group<'a>(lines: &'a Lines, variant: &str) -> Vec<Feed<'a>> {
    let windows = lines.at.len();
    let mut abouts = Abouts::default();
    for Line { subject, metric, .. } in &lines.lines {
        abouts.push(&About { variant, subject, metric }, windows);
    }
    let all = || lines.lines.iter();
    // A run of one replication has no ends of intervals.
    let filled = move |values: &'a [f64]| {
        let missing = std::iter::repeat_n(table::NONE, windows - values.len());
        values.iter().copied().chain(missing)
    };
    let floats: [Box<dyn Iterator<Item = f64> + 'a>; 4] = [
        Box::new(all().flat_map(|_| lines.at.iter().copied())),
        Box::new(all().flat_map(|line| line.band.mean.iter().copied())),
        Box::new(all().flat_map(move |line| filled(&line.band.low))),
        Box::new(all().flat_map(move |line| filled(&line.band.high))),
    ];
    abouts.feeds().chain(floats.map(Feed::Float)).collect()
}

/// The lines of each variant.
///
/// # Errors
/// If they are not those that `axes` announce.
pub(crate) fn read(bytes: Vec<u8>, variants: &[Variant], axes: &[&Axis]) -> Result<Vec<Lines>, String> {
    let mut groups = table::read(bytes, &COLUMNS)?.into_iter();
    let mut all = Vec::new();
    for (variant, axis) in variants.iter().zip(axes) {
        let group = if axis.windows == 0 { None } else { groups.next() };
        all.push(lines(group.as_deref(), &variant.name, axis).map_err(|why| variant.says(&why))?);
    }
    match groups.next() {
        Some(_) => Err("rows of one variant more".to_owned()),
        None => Ok(all),
    }
}

fn lines(group: Option<&[Column]>, variant: &str, axis: &Axis) -> Result<Lines, String> {
    let Axis { lines: count, windows, window, intervals } = *axis;
    let (rows, numbers) = match group {
        None if windows == 0 && count == 0 => return Ok(Lines { at: Vec::new(), window, lines: Vec::new() }),
        None => return Err("its lines are missing".to_owned()),
        Some(group) => (Rows::new(group, variant), &group[ABOUT.len()..]),
    };
    let [Column::Float(at), Column::Float(mean), Column::Float(low), Column::Float(high)] = numbers else {
        return Err("other columns".to_owned());
    };
    if count.checked_mul(windows) != Some(mean.len()) {
        return Err(format!("{} rows of {count} lines over {windows} windows", mean.len()));
    }
    let axis = at[..windows].to_vec();
    let mut rows = rows;
    let mut lines = Vec::with_capacity(count);
    for begin in (0..mean.len()).step_by(windows) {
        let (subject, metric) = rows.next(windows)?;
        let part = begin..begin + windows;
        if !at[part.clone()].iter().zip(&axis).all(|(a, b)| a.to_bits() == b.to_bits()) {
            return Err(format!("{} of {subject} has other windows", metric.key));
        }
        let end = |column: &[f64]| if intervals { column[part.clone()].to_vec() } else { Vec::new() };
        let band = Band { mean: mean[part.clone()].to_vec(), low: end(low), high: end(high) };
        lines.push(Line { subject, metric, band });
    }
    Ok(Lines { at: axis, window, lines })
}
