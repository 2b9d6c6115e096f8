//! What users got, a row for each class and operation.

use super::number::Of;
use super::paint::DIM;
use super::summary::more;
use super::table::{Cell, Side, Table};
use brownout_analysis::findings::{Findings, Path};
use brownout_metrics::clients::{FAILED, GOODPUT, LATENCY, OFFERED, SUCCESS_RATE, WORST_SUCCESS_RATE};
use brownout_metrics::{Metric, P99};

/// The least room of a class and operation, which get what the seven columns behind them leave: those can take 66
/// characters.
const PATH_MIN: usize = 12;
/// An interval is told as ±half of it if its ends are about as far from the mean: within this part of the farther one.
const EVEN: f64 = 0.2;

/// At most that many rows: those that fared worst, in the order of the file.
pub(super) fn table(findings: &Findings, rows: usize) -> String {
    let head = [
        ("impact", Side::Left),
        ("intents", Side::Right),
        ("success", Side::Right),
        ("", Side::Left),
        ("worst", Side::Right),
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
    table.cut(0, table.room(0).max(PATH_MIN));
    more(&mut table, rows, findings.service.paths.len());
    table.render()
}

fn row(name: &str, numbers: Of<'_>) -> Vec<Cell> {
    let interval = numbers.mean(&SUCCESS_RATE).zip(numbers.interval(&SUCCESS_RATE));
    vec![
        Cell::plain(name),
        numbers.under_heading(&OFFERED),
        numbers.success(&SUCCESS_RATE),
        Cell::new(interval.map_or_else(String::new, |(mean, ends)| points(mean, ends)), DIM),
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

/// The interval of a share in percentage points: `±1.3`, or `72–100` where it is not even; empty if nothing varies.
fn points(mean: f64, (low, high): (f64, f64)) -> String {
    let (below, above) = (100.0 * (mean - low), 100.0 * (high - mean));
    let (near, far) = (below.min(above), below.max(above));
    match below + above {
        width if !width.is_finite() || width <= 0.0 => String::new(),
        width if (1.0 - EVEN) * far <= near => format!("±{:.1}", width / 2.0),
        width => {
            let digits = usize::from(width < 2.0);
            let end = |share: f64| {
                if 1.0 <= share { "100".to_owned() } else { format!("{:.digits$}", 100.0 * share) }
            };
            format!("{}–{}", end(low), end(high))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_that_is_not_even_is_told_by_its_ends() {
        let of = |mean, low, high| points(mean, (low, high));
        assert_eq!(of(0.5, 0.487, 0.513), "±1.3");
        assert_eq!(of(1.0, 0.7155, 1.0), "72–100");
        assert_eq!(of(0.9995, 0.991, 1.0), "99.1–100");
        assert_eq!([of(0.5, 0.5, 0.5), of(0.5, f64::NAN, 1.0)], ["", ""]);
    }
}
