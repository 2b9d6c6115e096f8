//! What users got, a row for each class and operation.

use super::number::Of;
use super::paint::{DIM, cut};
use super::summary::more;
use super::table::{Cell, Side, Table};
use brownout_analysis::findings::{Findings, Path};
use brownout_metrics::clients::{FAILED, GOODPUT, LATENCY, OFFERED, SUCCESS_RATE, WORST_SUCCESS_RATE};
use brownout_metrics::{Metric, P99};

/// A longer class and operation is cut: seven columns stand behind it.
const PATH_MAX: usize = 15;

/// At most that many rows: those that fared worst, in the order of the file.
pub(super) fn table(findings: &Findings, rows: usize) -> String {
    let head = [
        ("impact", Side::Left),
        ("intents", Side::Right),
        ("success", Side::Right),
        ("", Side::Left),
        ("at worst", Side::Right),
        ("goodput", Side::Right),
        ("p99", Side::Right),
        ("fails by", Side::Left),
    ];
    let mut table = Table::new(&head);
    let all = findings.service.paths.iter().map(|path| (path, Of::new(findings, &path.subject())));
    let mut order: Vec<(usize, (&Path, Of<'_>))> = all.enumerate().collect();
    let rate = |numbers: Of<'_>| numbers.mean(&WORST_SUCCESS_RATE).unwrap_or(1.0);
    order.sort_by(|a, b| rate(a.1.1).total_cmp(&rate(b.1.1)));
    order.truncate(rows);
    order.sort_by_key(|(at, _)| *at);
    for (_, (path, numbers)) in &order {
        table.row(row(&format!("{} {}", path.class, path.operation), *numbers));
    }
    more(&mut table, rows, findings.service.paths.len());
    table.render()
}

fn row(name: &str, numbers: Of<'_>) -> Vec<Cell> {
    vec![
        Cell::plain(cut(name, PATH_MAX)),
        numbers.under_heading(&OFFERED),
        numbers.success(&SUCCESS_RATE),
        Cell::new(numbers.interval(&SUCCESS_RATE).map_or_else(String::new, points), DIM),
        numbers.success(&WORST_SUCCESS_RATE),
        numbers.under_heading(&GOODPUT),
        numbers.under_heading(&LATENCY[P99]),
        Cell::plain(commonest(numbers).unwrap_or("")),
    ]
}

/// Why most of those that failed did.
fn commonest(numbers: Of<'_>) -> Option<&'static str> {
    let counts = FAILED.iter().filter_map(|reason| Some((reason, numbers.mean(reason)?)));
    let most = counts.filter(|(_, count)| 0.0 < *count).max_by(|a, b| a.1.total_cmp(&b.1));
    most.and_then(|(reason, _): (&Metric, f64)| reason.path().pop())
}

/// Half an interval of shares, in percentage points; nothing where nothing varies.
fn points((low, high): (f64, f64)) -> String {
    let half = 50.0 * (high - low);
    match half {
        h if !h.is_finite() || h <= 0.0 => String::new(),
        h if h < 0.05 => "±0.0".to_owned(),
        h => format!("±{h:.1}"),
    }
}
