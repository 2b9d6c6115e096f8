//! What language models did, in a table that fits on one screen.

use super::number::Of;
use super::summary::more;
use super::table::{Cell, Side, Table};
use crate::number::{self, NONE};
use brownout_analysis::findings::{Findings, Tier};
use brownout_metrics::tokens::{
    DOLLARS_PER_MILLION, KV_USE, OUTPUT_TOKENS, PREEMPTIONS, PREFIX_HIT_RATIO, TIER_TPOT, TIER_TTFT,
};
use brownout_metrics::{Metric, P50, P99};

/// A longer name is cut: eight columns of numbers beside it fill a terminal of 80 characters.
const NAME_MAX: usize = 10;

/// One row a tier of language models, at most that many; nothing where there are none.
pub(super) fn table(findings: &Findings, rows: usize) -> String {
    let fleets: Vec<&Tier> = findings.service.tiers.iter().filter(|tier| tier.tokens).collect();
    if fleets.is_empty() {
        return String::new();
    }
    let heads = ["ttft p50", "p99", "tpot p99", "tok/s", "KV", "preempt", "hits", "$/1M"];
    let head = [("models", Side::Left)].into_iter().chain(heads.map(|name| (name, Side::Right)));
    let mut table = Table::new(&head.collect::<Vec<_>>());
    for tier in fleets.iter().take(rows) {
        table.row(row(&tier.name, Of::new(findings, &tier.subject())));
    }
    table.cut(0, NAME_MAX);
    more(&mut table, rows, fleets.len());
    table.render()
}

fn row(name: &str, numbers: Of<'_>) -> Vec<Cell> {
    vec![
        Cell::plain(name),
        numbers.under_heading(&TIER_TTFT[P50]),
        numbers.under_heading(&TIER_TTFT[P99]),
        numbers.under_heading(&TIER_TPOT[P99]),
        numbers.under_heading(&OUTPUT_TOKENS),
        percent(numbers, &KV_USE),
        Cell::plain(numbers.mean(&PREEMPTIONS).map_or_else(|| NONE.to_owned(), seldom)),
        percent(numbers, &PREFIX_HIT_RATIO),
        numbers.under_heading(&DOLLARS_PER_MILLION),
    ]
}

/// Whole per cents: there is no room for more.
fn percent(numbers: Of<'_>, share: &Metric) -> Cell {
    Cell::plain(
        numbers.mean(share).map_or_else(|| NONE.to_owned(), |share| format!("{:.0} %", 100.0 * share)),
    )
}

/// What hardly ever happens, in no more letters than what happens often.
fn seldom(rate: f64) -> String {
    if 0.0 < rate && rate < 0.01 { "<0.01/s".to_owned() } else { number::value(rate, PREEMPTIONS.unit) }
}
