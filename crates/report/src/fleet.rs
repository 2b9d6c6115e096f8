//! The tables of language models: how soon tokens came, and what they took, as text for any page.

use crate::number::{self, Shown, Unit};
use crate::story::call_order;
use brownout_analysis::findings::{Findings, Latency, TokenFinding};
use brownout_stats::Estimate;

/// One table: a row for each tier of language models.
pub(crate) struct Table<'a> {
    pub(crate) columns: Vec<&'static str>,
    /// Each tier with as many cells as there are columns.
    pub(crate) rows: Vec<(&'a str, Vec<Shown>)>,
}

/// What stands under the tables.
pub(crate) const NOTE: &str = "TTFT is from admission to the first token, TPOT the mean time from one token of an \
    answer to the next, ITL each of those times by itself. In time are requests whose caller still waited and whose \
    tokens kept their promises; the last column is the cost of all accelerators for a million output tokens of those.";

/// What a column shows.
struct Column {
    name: &'static str,
    unit: Unit,
    of: fn(&TokenFinding) -> Option<Estimate>,
}

/// How soon tokens came: what users notice.
const SPEED: [Column; 8] = [
    column("TTFT p50", Unit::Seconds, |t| p50(t.ttft.as_ref())),
    column("TTFT p99", Unit::Seconds, |t| p99(t.ttft.as_ref())),
    column("TPOT p50", Unit::Seconds, |t| p50(t.tpot.as_ref())),
    column("TPOT p99", Unit::Seconds, |t| p99(t.tpot.as_ref())),
    column("ITL p99", Unit::Seconds, |t| p99(t.itl.as_ref())),
    column("requests in time", Unit::PerSecond, |t| Some(t.slo_goodput)),
    column("output tokens", Unit::PerSecond, |t| Some(t.output_tokens)),
    column("output wasted", Unit::PerSecond, |t| Some(t.wasted_tokens)),
];

/// What it took: what operators notice.
const COST: [Column; 8] = [
    column("KV cache used", Unit::Share, |t| Some(t.kv_use)),
    column("at most", Unit::Share, |t| Some(t.kv_peak)),
    column("preempted", Unit::PerSecond, |t| Some(t.preemptions)),
    column("prefix hits", Unit::Share, |t| t.prefix_hit_ratio),
    column("accelerators busy", Unit::Share, |t| t.gpu_busy),
    column("accelerator hours", Unit::Count, |t| Some(t.gpu_hours)),
    column("cost", Unit::Dollars, |t| Some(t.dollars)),
    column("per 1 M tokens in time", Unit::Dollars, |t| t.dollars_per_million),
];

/// Both tables, of the tiers from the edge down; none where no tier is a language model.
pub(crate) fn tables(findings: &Findings) -> Vec<Table<'_>> {
    let tiers = call_order(&findings.tiers).into_iter();
    let tiers = tiers.filter_map(|name| findings.tiers.iter().find(|tier| tier.name == *name));
    let tiers: Vec<(&str, &TokenFinding)> =
        tiers.filter_map(|tier| Some((tier.name.as_str(), tier.tokens.as_ref()?))).collect();
    if tiers.is_empty() {
        return Vec::new();
    }
    let table = |columns: &[Column]| Table {
        columns: columns.iter().map(|column| column.name).collect(),
        rows: tiers.iter().map(|&(name, tokens)| (name, cells(columns, tokens))).collect(),
    };
    vec![table(&SPEED), table(&COST)]
}

fn cells(columns: &[Column], tokens: &TokenFinding) -> Vec<Shown> {
    let none = || Shown { value: number::NONE.to_owned(), interval: None };
    let shown = |column: &Column| (column.of)(tokens).map_or_else(none, |e| number::parts(&e, column.unit));
    columns.iter().map(shown).collect()
}

const fn column(name: &'static str, unit: Unit, of: fn(&TokenFinding) -> Option<Estimate>) -> Column {
    Column { name, unit, of }
}

fn p50(latency: Option<&Latency>) -> Option<Estimate> {
    latency.map(|latency| latency.p50)
}

fn p99(latency: Option<&Latency>) -> Option<Estimate> {
    latency.map(|latency| latency.p99)
}
