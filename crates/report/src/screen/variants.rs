//! Several variants side by side: a row each, the least harm first, and one row for those that came to the same.

use super::number::Of;
use super::paint::{BAD, BOLD, DIM, PLAIN, cut, paint, wrap};
use super::summary::{badge_style, badge_words, line, more};
use super::table::{Cell, Side, Table};
use super::{NAME_MAX, WIDTH};
use crate::number::{self, NONE};
use crate::story::sentence;
use brownout_analysis::findings::Findings;
use brownout_analysis::ranked;
use brownout_metrics::Metric;
use brownout_metrics::harm::{MINUTES_DOWN, UNSERVED_SHARE};

/// More places have no room beside anything else.
const PLACES_MAX: usize = 24;
/// The column of those that fared worst, which has the room that the others leave.
const WHO: usize = 4;

/// One row for each place in the order of harm, then what happened in the first variant.
pub(super) fn verdicts(out: &mut String, findings: &[Findings]) {
    let all: Vec<&Findings> = findings.iter().collect();
    let places = ranked(&all);
    let shown = &places[..places.len().min(PLACES_MAX)];
    let head = [
        ("variant", Side::Left),
        ("verdict", Side::Left),
        ("down", Side::Right),
        ("unserved", Side::Right),
        ("who fared worst", Side::Left),
        ("met", Side::Right),
    ];
    let mut table = Table::new(&head);
    for place in shown {
        table.row(row(all[place.at]));
        if !place.same.is_empty() {
            let same: Vec<&str> = place.same.iter().map(|at| all[*at].stamp.variant.as_str()).collect();
            table.note(Cell::new(cut(&format!("  the same: {}", same.join(", ")), WIDTH), DIM));
        }
    }
    table.cut(0, NAME_MAX);
    table.cut(WHO, table.room(WHO));
    more(&mut table, shown.len(), places.len());
    out.push_str(&table.render());
    line(out, "");
    for (at, part) in wrap(&format!("base: {}", sentence(&findings[0])), WIDTH).iter().enumerate() {
        line(out, &if at == 0 { part.replacen("base:", &paint("base:", BOLD), 1) } else { part.clone() });
    }
}

fn row(findings: &Findings) -> Vec<Cell> {
    let worst = findings.verdict.worst();
    let number = |metric: &Metric| {
        let mean = worst.and_then(|worst| Of::new(findings, &worst.subject()).mean(metric));
        Cell::plain(mean.map_or_else(|| NONE.to_owned(), |mean| number::value(mean, metric.unit)))
    };
    let (met, all) = (findings.expectations.iter().filter(|e| e.pass).count(), findings.expectations.len());
    let expected = if all == 0 { NONE.to_owned() } else { format!("{met} of {all}") };
    let badge = findings.verdict.badge;
    let name = worst.map(|worst| format!("{} {}", worst.class, worst.operation));
    vec![
        Cell::plain(findings.stamp.variant.as_str()),
        Cell::new(badge_words(badge), badge_style(badge)),
        number(&MINUTES_DOWN),
        number(&UNSERVED_SHARE),
        Cell::plain(name.unwrap_or_default()),
        Cell::new(expected, if met == all { PLAIN } else { BAD }),
    ]
}
