//! What language models did, in a table that fits on one screen.

use super::table::{Cell, Side, Table, cut};
use brownout_analysis::findings::{TierFinding, TokenFinding};
use brownout_report::number::{self, NONE, Unit};

/// A longer name is cut: nine columns of numbers beside it fill a terminal of 80 characters.
const NAME_MAX: usize = 10;

/// One row a tier of language models, at most so many; nothing where there are none.
pub(super) fn table(tiers: &[TierFinding], rows_max: usize) -> Option<(Table, usize)> {
    let fleets: Vec<(&str, &TokenFinding)> =
        tiers.iter().filter_map(|tier| Some((tier.name.as_str(), tier.tokens.as_ref()?))).collect();
    let head = [("models", Side::Left)].into_iter().chain(
        ["ttft p50", "p99", "tpot p99", "tok/s", "KV", "preempt", "hits", "$/1M"]
            .map(|name| (name, Side::Right)),
    );
    let mut table = Table::new(&head.collect::<Vec<_>>());
    for (name, tokens) in fleets.iter().take(rows_max) {
        table.row(row(name, tokens));
    }
    (!fleets.is_empty()).then_some((table, fleets.len()))
}

fn row(name: &str, tokens: &TokenFinding) -> Vec<Cell> {
    let shown =
        |mean: Option<f64>, unit| Cell::plain(mean.map_or(NONE.to_owned(), |mean| number::value(mean, unit)));
    let percent = |share: Option<f64>| {
        Cell::plain(share.map_or(NONE.to_owned(), |share| format!("{:.0} %", 100.0 * share)))
    };
    vec![
        Cell::plain(cut(name, NAME_MAX)),
        shown(tokens.ttft.as_ref().map(|ttft| ttft.p50.mean), Unit::Seconds),
        shown(tokens.ttft.as_ref().map(|ttft| ttft.p99.mean), Unit::Seconds),
        shown(tokens.tpot.as_ref().map(|tpot| tpot.p99.mean), Unit::Seconds),
        shown(Some(tokens.output_tokens.mean), Unit::Count),
        percent(Some(tokens.kv_use.mean)),
        Cell::plain(seldom(tokens.preemptions.mean)),
        percent(tokens.prefix_hit_ratio.map(|hits| hits.mean)),
        shown(tokens.dollars_per_million.map(|dollars| dollars.mean), Unit::Dollars),
    ]
}

/// Something that hardly ever happens, in no more letters than what happens often.
fn seldom(rate: f64) -> String {
    if 0.0 < rate && rate < 0.01 { "<0.01/s".to_owned() } else { number::value(rate, Unit::PerSecond) }
}
