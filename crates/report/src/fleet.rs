//! The tables of language models: how soon tokens came to users, how soon and how many from each tier, and what that
//! took, as text for any page.

use crate::impact::cell;
use crate::number::{self, Shown};
use crate::story::call_order;
use brownout_analysis::findings::{Findings, Path, Tier};
use brownout_metrics::clients::{IN_TIME_RATE, TPOT, TTFT};
use brownout_metrics::tokens::{
    DOLLARS, DOLLARS_PER_MILLION, GPU_BUSY, GPU_HOURS, ITL, KV_PEAK, KV_USE, OUTPUT_TOKENS, PREEMPTIONS,
    PREFIX_HIT_RATIO, SLO_GOODPUT, TIER_TPOT, TIER_TTFT, WASTED_TOKENS,
};
use brownout_metrics::{Metric, P50, P99, Unit};

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

/// What a column of users shows.
enum Seen {
    Number(&'static Metric),
    /// What was promised, in seconds.
    Promise(fn(&Path) -> Option<f64>),
}

/// What users saw.
const SEEN: [(&str, Seen); 7] = [
    ("TTFT p50", Seen::Number(&TTFT[P50])),
    ("TTFT p99", Seen::Number(&TTFT[P99])),
    ("TTFT promised", Seen::Promise(|path| path.ttft_slo_seconds)),
    ("TPOT p50", Seen::Number(&TPOT[P50])),
    ("TPOT p99", Seen::Number(&TPOT[P99])),
    ("TPOT promised", Seen::Promise(|path| path.tpot_slo_seconds)),
    ("answered in time", Seen::Number(&IN_TIME_RATE)),
];

/// How soon tokens came: what users notice.
const SPEED: [(&str, &Metric); 8] = [
    ("TTFT p50", &TIER_TTFT[P50]),
    ("TTFT p99", &TIER_TTFT[P99]),
    ("TPOT p50", &TIER_TPOT[P50]),
    ("TPOT p99", &TIER_TPOT[P99]),
    ("ITL p99", &ITL[P99]),
    ("requests in time", &SLO_GOODPUT),
    ("output tokens", &OUTPUT_TOKENS),
    ("output tokens wasted", &WASTED_TOKENS),
];

/// What it took: what operators notice.
const COST: [(&str, &Metric); 8] = [
    ("KV cache used", &KV_USE),
    ("at most", &KV_PEAK),
    ("preempted", &PREEMPTIONS),
    ("prefix hits", &PREFIX_HIT_RATIO),
    ("accelerators busy", &GPU_BUSY),
    ("paid for", &GPU_HOURS),
    ("cost", &DOLLARS),
    ("cost of tokens in time", &DOLLARS_PER_MILLION),
];

/// All of them, tiers from the edge down; none where no tier is a language model.
pub(crate) fn tables(findings: &Findings) -> Vec<Table> {
    let tiers: Vec<&Tier> =
        call_order(&findings.service.tiers).into_iter().filter(|tier| tier.tokens).collect();
    if tiers.is_empty() {
        return Vec::new();
    }
    let streams = |path: &&Path| findings.values.get(&path.subject(), &TTFT[P50]).is_some();
    let paths: Vec<&Path> = findings.service.paths.iter().filter(streams).collect();
    let of_tiers = |columns: &[(&'static str, &Metric)]| Table {
        of: "tier",
        columns: columns.iter().map(|(name, _)| *name).collect(),
        rows: tiers.iter().map(|tier| (tier.name.clone(), cells(findings, tier, columns))).collect(),
    };
    let mut tables = vec![of_tiers(&SPEED), of_tiers(&COST)];
    if !paths.is_empty() {
        tables.insert(0, users(findings, &paths));
    }
    tables
}

fn cells(findings: &Findings, tier: &Tier, columns: &[(&'static str, &Metric)]) -> Vec<Shown> {
    let subject = tier.subject();
    columns.iter().map(|(_, metric)| cell(findings, &subject, metric)).collect()
}

fn users(findings: &Findings, paths: &[&Path]) -> Table {
    let shown = |path: &Path, what: &Seen| match what {
        Seen::Number(metric) => cell(findings, &path.subject(), metric),
        Seen::Promise(of) => of(path).map_or_else(Shown::none, |seconds| Shown {
            value: number::value(seconds, Unit::Seconds),
            interval: None,
        }),
    };
    let row = |path: &&Path| {
        let name = format!("{} · {}", path.class, path.operation);
        (name, SEEN.iter().map(|(_, what)| shown(path, what)).collect())
    };
    Table {
        of: "users",
        columns: SEEN.iter().map(|(name, _)| *name).collect(),
        rows: paths.iter().map(row).collect(),
    }
}
