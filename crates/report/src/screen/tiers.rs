//! What tiers did, the first that left its normal range first.

use super::number::Of;
use super::paint::{DIM, FAIR, PLAIN, cut};
use super::summary::more;
use super::table::{Cell, Side, Table};
use super::{NAME_MAX, WIDTH};
use crate::number::{self, NONE};
use crate::story;
use brownout_analysis::findings::{Findings, Symptom, Tier};
use brownout_metrics::tiers::{PEAK_UTILISATION, QUEUE_WAIT, RETRY_SHARE, SHED, UTILISATION};
use brownout_metrics::{Metric, P99};

/// This many tiers get a line that says what was seen there.
const SYMPTOMS_MAX: usize = 3;
/// A tier as busy as this is worth a look.
const BUSY: f64 = 0.95;

/// At most that many rows.
pub(super) fn table(findings: &Findings, rows: usize) -> String {
    let head = [
        ("tiers by onset", Side::Left),
        ("busy", Side::Right),
        ("peak", Side::Right),
        ("wait p99", Side::Right),
        ("retries", Side::Right),
        ("shed", Side::Right),
        ("onset", Side::Right),
    ];
    let mut table = Table::new(&head);
    let symptom = |tier: &Tier| findings.symptoms.iter().find(|symptom| symptom.tier == tier.name);
    let mut order: Vec<(&Tier, Option<&Symptom>)> =
        findings.service.tiers.iter().map(|tier| (tier, symptom(tier))).collect();
    // As the headline has them: what a tier only suffers from another one stands behind that.
    let place = |tier: &Tier| findings.symptoms.iter().position(|symptom| symptom.tier == tier.name);
    order.sort_by_key(|(tier, _)| place(tier).unwrap_or(usize::MAX));
    for (at, (tier, symptom)) in order.iter().take(rows).enumerate() {
        table.row(row(tier, Of::new(findings, &tier.subject()), *symptom));
        if let Some(symptom) = symptom.filter(|_| at < SYMPTOMS_MAX) {
            table.note(Cell::new(format!("  {}", cut(&story::symptom(&symptom.sign), WIDTH - 2)), DIM));
        }
    }
    table.cut(0, NAME_MAX);
    more(&mut table, rows, order.len());
    table.render()
}

fn row(tier: &Tier, numbers: Of<'_>, symptom: Option<&Symptom>) -> Vec<Cell> {
    let busy = |metric: &Metric| match numbers.mean(metric) {
        Some(share) => Cell::new(number::value(share, metric.unit), if BUSY <= share { FAIR } else { PLAIN }),
        None => Cell::plain(NONE),
    };
    let shed: f64 = SHED.iter().filter_map(|reason| numbers.mean(reason)).sum();
    vec![
        Cell::plain(tier.name.as_str()),
        busy(&UTILISATION),
        busy(&PEAK_UTILISATION),
        numbers.under_heading(&QUEUE_WAIT[P99]),
        numbers.under_heading(&RETRY_SHARE),
        Cell::plain(if 0.0 < shed { number::value(shed, SHED[0].unit) } else { NONE.to_owned() }),
        Cell::plain(symptom.map_or_else(|| NONE.to_owned(), |symptom| number::clock(symptom.at.mean))),
    ]
}
