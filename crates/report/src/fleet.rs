//! The tables of language models: how soon tokens came to users, how soon and how many from each tier, and what that
//! took, as text for any page.

use crate::number::{self, Shown, Unit};
use crate::story::call_order;
use brownout_analysis::findings::{Findings, Latency, PathFinding, TokenFinding};
use brownout_stats::Estimate;

/// One table: a row for each tier of language models, or for each class and operation whose answers came in tokens.
pub(crate) struct Table {
    /// What a row is.
    pub(crate) of: &'static str,
    pub(crate) columns: Vec<&'static str>,
    /// Its name, and as many cells as there are columns.
    pub(crate) rows: Vec<(String, Vec<Shown>)>,
}

/// What stands under the tables.
pub(crate) const NOTE: &str = "TTFT is the time to the first token, for users from their first attempt and for a tier \
    from admission; TPOT the mean time from one token of an \
    answer to the next, ITL each of those times by itself. In time are requests whose caller still waited and whose \
    tokens kept their promises; the last column is the cost of all accelerators for a million output tokens of those.";

/// What a column shows.
struct Column<Of> {
    name: &'static str,
    unit: Unit,
    of: fn(&Of) -> Option<Estimate>,
}

/// What users saw.
const SEEN: [Column<PathFinding>; 7] = [
    column("TTFT p50", Unit::Seconds, |p| p50(p.ttft.as_ref())),
    column("TTFT p99", Unit::Seconds, |p| p99(p.ttft.as_ref())),
    column("TTFT promised", Unit::Seconds, |p| promised(p.ttft_slo_seconds)),
    column("TPOT p50", Unit::Seconds, |p| p50(p.tpot.as_ref())),
    column("TPOT p99", Unit::Seconds, |p| p99(p.tpot.as_ref())),
    column("TPOT promised", Unit::Seconds, |p| promised(p.tpot_slo_seconds)),
    column("answered in time", Unit::Share, |p| p.in_time_rate),
];

/// How soon tokens came: what users notice.
const SPEED: [Column<TokenFinding>; 8] = [
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
const COST: [Column<TokenFinding>; 8] = [
    column("KV cache used", Unit::Share, |t| Some(t.kv_use)),
    column("at most", Unit::Share, |t| Some(t.kv_peak)),
    column("preempted", Unit::PerSecond, |t| Some(t.preemptions)),
    column("prefix hits", Unit::Share, |t| t.prefix_hit_ratio),
    column("accelerators busy", Unit::Share, |t| t.gpu_busy),
    column("accelerator hours", Unit::Count, |t| Some(t.gpu_hours)),
    column("cost", Unit::Dollars, |t| Some(t.dollars)),
    column("per 1 M tokens in time", Unit::Dollars, |t| t.dollars_per_million),
];

/// All of them, tiers from the edge down; none where no tier is a language model.
pub(crate) fn tables(findings: &Findings) -> Vec<Table> {
    let tiers = call_order(&findings.tiers).into_iter();
    let tiers = tiers.filter_map(|name| findings.tiers.iter().find(|tier| tier.name == *name));
    let tiers: Vec<(String, &TokenFinding)> =
        tiers.filter_map(|tier| Some((tier.name.clone(), tier.tokens.as_ref()?))).collect();
    if tiers.is_empty() {
        return Vec::new();
    }
    let paths = findings.classes.iter().flat_map(|(class, operations)| {
        operations.iter().map(move |(operation, path)| (format!("{class} · {operation}"), path))
    });
    let paths: Vec<(String, &PathFinding)> = paths.filter(|(_, path)| path.ttft.is_some()).collect();
    let mut tables = vec![table("tier", &SPEED, &tiers), table("tier", &COST, &tiers)];
    if !paths.is_empty() {
        tables.insert(0, table("users", &SEEN, &paths));
    }
    tables
}

fn table<Of>(of: &'static str, columns: &[Column<Of>], rows: &[(String, &Of)]) -> Table {
    let none = || Shown { value: number::NONE.to_owned(), interval: None };
    let cell = |column: &Column<Of>, row: &Of| {
        (column.of)(row).map_or_else(none, |estimate| number::parts(&estimate, column.unit))
    };
    Table {
        of,
        columns: columns.iter().map(|column| column.name).collect(),
        rows: rows
            .iter()
            .map(|(name, row)| (name.clone(), columns.iter().map(|column| cell(column, row)).collect()))
            .collect(),
    }
}

const fn column<Of>(name: &'static str, unit: Unit, of: fn(&Of) -> Option<Estimate>) -> Column<Of> {
    Column { name, unit, of }
}

/// A promise is a number without an interval.
fn promised(seconds: Option<f64>) -> Option<Estimate> {
    seconds.map(|mean| Estimate { mean, ci95: None, n: 1 })
}

fn p50(latency: Option<&Latency>) -> Option<Estimate> {
    latency.map(|latency| latency.p50)
}

fn p99(latency: Option<&Latency>) -> Option<Estimate> {
    latency.map(|latency| latency.p99)
}
