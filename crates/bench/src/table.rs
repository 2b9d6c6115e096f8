//! Rows run in turns in one process, and what comes out: medians, ratios and whether the target was met.

use serde_json::{Value, json};

/// One run of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// CPU time in nanoseconds, of the part that counts.
    pub(crate) nanos: f64,
    /// A result that all rows of a case must agree on, so that they did the same work.
    pub(crate) check: f64,
    /// Messages and timers delivered; 0 where there are none.
    pub(crate) events: u64,
}

/// One way to do the work of a case. It is given a seed.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut(u64) -> Sample>,
    /// The ratio to the first row that it should stay below.
    pub(crate) target: Option<f64>,
}

/// The same work done in several ways. The others are compared with the first row.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What the nanoseconds are divided by: customers, or operations.
    pub(crate) count: u64,
    pub(crate) rows: Vec<Row>,
    /// How far the rows' checks may differ, relatively; none if the rows do different amounts of work.
    pub(crate) agree: Option<f64>,
}

/// What was measured for a row.
pub(crate) struct Measured {
    case: &'static str,
    row: &'static str,
    nanos_each: f64,
    /// Of the fastest run: steadier than the median while the machine is busy with something else.
    best_each: f64,
    events_each: f64,
    ratio: f64,
    target: Option<f64>,
}

impl Row {
    pub(crate) fn new(name: &'static str, run: impl FnMut(u64) -> Sample + 'static) -> Self {
        Self { name, run: Box::new(run), target: None }
    }

    pub(crate) fn target(self, ratio: f64) -> Self {
        Self { target: Some(ratio), ..self }
    }
}

/// Runs the rows of a case in turns, so that a slow minute of the machine hits all of them, and takes
/// medians.
///
/// # Panics
/// If the rows of a case did not come to the same result.
pub(crate) fn measure(case: &mut Case, runs: u64) -> Vec<Measured> {
    let mut samples = vec![vec![]; case.rows.len()];
    for run in 0..runs {
        for (row, samples) in case.rows.iter_mut().zip(&mut samples) {
            samples.push((row.run)(run + 1));
        }
        let checks: Vec<f64> = samples.iter().map(|of_row| of_row[run as usize].check).collect();
        for (check, row) in checks.iter().zip(&case.rows) {
            let apart = (check / checks[0] - 1.0).abs();
            let agree = case.agree.is_none_or(|limit| apart <= limit);
            assert!(agree, "{}, {}: {check} where the first row has {}", case.name, row.name, checks[0]);
        }
    }
    let nanos: Vec<f64> = samples.iter().map(|of_row| median(of_row.iter().map(|s| s.nanos))).collect();
    let count = case.count as f64;
    let rows = case.rows.iter().zip(&samples).zip(&nanos);
    rows.map(|((row, of_row), &nanos_of_row)| Measured {
        case: case.name,
        row: row.name,
        nanos_each: nanos_of_row / count,
        best_each: of_row.iter().map(|sample| sample.nanos).fold(f64::INFINITY, f64::min) / count,
        events_each: of_row[0].events as f64 / count,
        ratio: nanos_of_row / nanos[0],
        target: row.target,
    })
    .collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A heading for [`print()`].
pub(crate) fn print_heading() {
    println!(
        "{:<22}{:<16}{:>9}{:>9}{:>9}{:>8}   target",
        "case", "row", "ns each", "best", "events", "ratio"
    );
}

pub(crate) fn print(rows: &[Measured]) {
    for row in rows {
        let events = if row.events_each == 0.0 { String::new() } else { format!("{:.2}", row.events_each) };
        let target = match row.target {
            None => String::new(),
            Some(target) if row.ratio <= target => format!("<= {target}"),
            Some(target) => format!("<= {target}  missed"),
        };
        println!(
            "{:<22}{:<16}{:>9.1}{:>9.1}{events:>9}{:>8.2}   {target}",
            row.case, row.row, row.nanos_each, row.best_each, row.ratio
        );
    }
}

/// The same as data, for a series over versions.
pub(crate) fn to_json(rows: &[Measured]) -> Value {
    let row = |row: &Measured| {
        json!({
            "case": row.case, "row": row.row, "ns_each": row.nanos_each, "ns_best": row.best_each,
            "events_each": row.events_each, "ratio": row.ratio, "target": row.target,
        })
    };
    rows.iter().map(row).collect()
}
