//! The numbers behind a chart as a table, for readers who cannot see it: of each line its extremes and some instants.

use super::axis::Axis;
use crate::number;
use brownout_metrics::Unit;

/// More instants than this are a wall of numbers; `series.parquet` has all of them.
const INSTANTS_MAX: usize = 7;

/// Rows of text, the first of them the heads of the columns.
pub(crate) type Table = Vec<Vec<String>>;

/// One line of a chart: its name, its unit and a value for each window.
pub(crate) struct Row<'a> {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) values: &'a [f64],
}

/// The table of some lines; `at` is the middle of each window. What does not exist is `none`.
pub(crate) fn table<'a>(rows: impl IntoIterator<Item = Row<'a>>, time: &Axis, at: &[f64]) -> Table {
    let every = time.ticks.len().div_ceil(INSTANTS_MAX).max(1);
    let instants: Vec<f64> = time.ticks.iter().map(|(t, _)| *t).step_by(every).collect();
    let head = ["line", "lowest", "highest", "when highest"].map(str::to_owned);
    let head = head.into_iter().chain(instants.iter().map(|t| format!("at {}", number::clock(*t))));
    let mut table = vec![head.collect()];
    for row in rows {
        let value = |v: Option<f64>| {
            v.filter(|v| v.is_finite()).map_or("none".to_owned(), |v| number::value(v, row.unit))
        };
        let known = || row.values.iter().copied().enumerate().filter(|(i, v)| v.is_finite() && *i < at.len());
        let lowest = known().map(|(_, v)| v).reduce(f64::min);
        let highest = known().max_by(|a, b| a.1.total_cmp(&b.1));
        let when = highest.map_or("none".to_owned(), |(i, _)| number::clock(at[i].round()));
        let near = |t: f64| {
            let i = (0..at.len()).min_by(|a, b| (at[*a] - t).abs().total_cmp(&(at[*b] - t).abs()))?;
            row.values.get(i).copied()
        };
        let mut cells = vec![row.name.clone(), value(lowest), value(highest.map(|(_, v)| v)), when];
        cells.extend(instants.iter().map(|t| value(near(*t))));
        table.push(cells);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_by_its_extremes_and_some_instants() {
        let at = [30.0, 90.0, 150.0];
        let row = |values| Row { name: "login".to_owned(), unit: Unit::Share, values };
        let time = Axis::time(0.0, 180.0, 2);
        let rows = table([row(&[0.5, f64::NAN, 1.0]), row(&[])], &time, &at);
        let heads = ["line", "lowest", "highest", "when highest", "at 0 s", "at 2 min"];
        assert_eq!(rows[0], heads);
        assert_eq!(rows[1], ["login", "50.0 %", "100 %", "2 min 30 s", "50.0 %", "none"]);
        assert_eq!(rows[2], ["login", "none", "none", "none", "none", "none"]);
    }
}
