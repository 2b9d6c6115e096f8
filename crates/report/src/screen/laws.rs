//! Queueing theory beside simulation, a row for each law.

use super::paint::{BAD, DIM, GOOD, paint};
use super::table::{Cell, Side, Table};
use crate::number::{self, NONE};
use brownout_analysis::Law;
use brownout_metrics::{Unit, find};

/// Every law with its numbers and whether it holds, and below how many do, of which version, at what cost.
pub fn laws(rows: &[Law], version: &str, events: u64, wall_seconds: f64) -> String {
    let head = [
        ("law", Side::Left),
        ("theory", Side::Right),
        ("simulated", Side::Right),
        ("99 % interval", Side::Right),
        ("unit", Side::Left),
        ("", Side::Left),
    ];
    let mut table = Table::new(&head);
    for row in rows {
        table.row(cells(row));
    }
    let passed = rows.iter().filter(|row| row.pass).count();
    let stamp = format!(
        "{passed} of {} laws hold · brownout {version} · {} events in {}",
        rows.len(),
        number::grouped(events),
        number::value(wall_seconds, Unit::Seconds),
    );
    format!("{}\n{}\n", table.render(), paint(&stamp, DIM))
}

fn cells(row: &Law) -> Vec<Cell> {
    let (low, high) = row.ci99;
    // Two ways to fail ask for two remedies: a wrong number, or a longer run.
    let (word, style) = match (row.pass, low <= row.theory && row.theory <= high) {
        (true, _) => ("ok", GOOD),
        (false, true) => ("FAILED: too wide", BAD),
        (false, false) => ("FAILED: outside", BAD),
    };
    vec![
        Cell::plain(row.law.clone()),
        Cell::plain(digits(row.theory)),
        Cell::plain(digits(row.simulated)),
        Cell::plain(format!("{} … {}", digits(low), digits(high))),
        Cell::plain(unit(row)),
        Cell::new(word, style),
    ]
}

fn unit(row: &Law) -> String {
    match find(row.subject.scope(), &row.key).map(|metric| metric.unit) {
        Some(Unit::Share) => "share".to_owned(),
        Some(unit) => unit.column(),
        None => NONE.to_owned(),
    }
}

/// Five significant digits: intervals of a law are narrower than a per cent.
fn digits(x: f64) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let size = if x == 0.0 { 0.0 } else { x.abs().log10().floor() };
    format!("{x:.*}", (4.0 - size).clamp(0.0, 9.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_digits_count() {
        let shown = [0.0, 2.0 / 3.0, 12.345_678, 123_456.7, 1e-12, f64::NAN].map(digits);
        assert_eq!(shown, ["0.0000", "0.66667", "12.346", "123457", "0.000000000", "–"]);
    }
}
