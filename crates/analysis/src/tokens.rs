//! The numbers of language model replicas: times of tokens, tokens, caches, money.

use crate::findings::{Latency, TokenFinding, TokenSeries};
use crate::metric::{quantile, ratio, seconds};
use brownout_observe::{Latency as Which, Observations};
use brownout_protocol::Kind;
use brownout_stats::Estimate;
use std::ops::Range;

/// The times of tokens, as results list them.
pub(crate) const TIMES: [(&str, Which, Kind); 3] = [
    ("ttft", Which::FirstToken, Kind::FirstToken),
    ("tpot", Which::TokenTime, Kind::TokenTime),
    ("itl", Which::TokenGap, Kind::TokenGaps),
];

/// One number of a fleet over some windows; none if it has no such number.
pub(crate) fn value(run: &Observations, windows: &Range<usize>, place: usize, key: &str) -> Option<f64> {
    let numbers = Numbers { run, windows, place };
    if !run.layout.places[place].tokens || place < run.layout.loads {
        return None;
    }
    for (name, which, kind) in TIMES {
        if let Some(rest) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) {
            return numbers.time(which, kind, rest);
        }
    }
    let span = seconds(run, windows);
    match key {
        "output_tokens" => ratio(numbers.gauges(Kind::OutputTokens), span),
        "prompt_tokens" => ratio(numbers.gauges(Kind::PromptTokens), span),
        "kv_use" => ratio(numbers.gauges(Kind::KvUsed), numbers.gauges(Kind::KvBlocks)),
        "kv_peak" => {
            let peaks = windows.clone().filter_map(|at| run.gauge(at, place, Kind::KvPeak));
            peaks.map(|billionths| billionths * 1e-9).reduce(f64::max)
        }
        "preemptions" => ratio(numbers.count(Kind::Preempted), span),
        "prefix_hit_ratio" => ratio(numbers.sum(Kind::PrefixHit), numbers.sum(Kind::Prompted)),
        "wasted_tokens" => ratio(numbers.sum(Kind::WastedTokens), span),
        "gpu_busy" => {
            let there = numbers.replica_seconds() + numbers.gauges(Kind::Leased) * 1e-9;
            ratio(numbers.gauges(Kind::Computed) * 1e-9, there)
        }
        "lite_share" => {
            ratio(numbers.count(Kind::Lite), numbers.count(Kind::Queued) + numbers.count(Kind::StartedAtOnce))
        }
        "slo_goodput" => ratio(numbers.count(Kind::Generated), span),
        "gpu_hours" => Some(numbers.gpu_hours()),
        "dollars" => Some(numbers.dollars()),
        "dollars_per_million" => ratio(numbers.dollars() * 1e6, numbers.sum(Kind::Generated)),
        _ => None,
    }
}

/// One number of the times of tokens at clients, who see no single gap.
pub(crate) fn client_value(
    run: &Observations,
    windows: &Range<usize>,
    rows: &[(usize, u8)],
    key: &str,
) -> Option<f64> {
    let (which, kind, rest) = TIMES[..2]
        .iter()
        .find_map(|(name, which, kind)| Some((*which, *kind, key.strip_prefix(name)?.strip_prefix('.')?)))?;
    if rest == "mean" {
        let sum: f64 =
            rows.iter().map(|&(place, path)| run.sum(windows.clone(), place, Some(path), &[kind])).sum();
        let of =
            rows.iter().map(|&(place, path)| run.count(windows.clone(), place, Some(path), None, &[kind]));
        return ratio(sum * 1e-9, of.sum::<u64>() as f64);
    }
    let mut all = brownout_stats::SparseHistogram::default();
    for &(place, path) in rows {
        all.merge(&run.histogram(windows.clone(), place, path, which));
    }
    quantile(&all, rest.strip_prefix('p')?)
}

struct Numbers<'a> {
    run: &'a Observations,
    windows: &'a Range<usize>,
    place: usize,
}

impl Numbers<'_> {
    fn time(&self, which: Which, kind: Kind, rest: &str) -> Option<f64> {
        let histogram = || self.run.histogram(self.windows.clone(), self.place, 0, which);
        match rest {
            // A gap is told for many tokens at once: their number is known to the histogram alone.
            "mean" if kind == Kind::TokenGaps => histogram().mean().map(|mean| mean * 1e-9),
            "mean" => ratio(self.sum(kind) * 1e-9, self.count(kind)),
            rest => quantile(&histogram(), rest.strip_prefix('p')?),
        }
    }

    fn count(&self, kind: Kind) -> f64 {
        self.run.count(self.windows.clone(), self.place, None, None, &[kind]) as f64
    }

    fn sum(&self, kind: Kind) -> f64 {
        self.run.sum(self.windows.clone(), self.place, None, &[kind])
    }

    /// What came on top in all windows.
    fn gauges(&self, kind: Kind) -> f64 {
        self.run.sum(self.windows.clone(), self.place, None, &[kind])
    }

    /// Replicas that were paid for, times how long.
    fn replica_seconds(&self) -> f64 {
        self.gauges(Kind::Paid) * 1e-9
    }

    fn gpu_hours(&self) -> f64 {
        self.replica_seconds() * f64::from(self.run.layout.places[self.place].accelerators) / 3600.0
    }

    fn dollars(&self) -> f64 {
        let own = self.gpu_hours() * self.run.layout.places[self.place].micro_dollars_per_hour as f64 * 1e-6;
        own + self.gauges(Kind::LeaseSpent) * 1e-9
    }
}

/// All of it, by whoever can say a number by its name; none of a tier without tokens.
pub(crate) fn finding(some: &dyn Fn(&str) -> Option<Estimate>) -> Option<TokenFinding> {
    let latency = |name: &str| {
        let number = |which: &str| some(&format!("{name}.{which}"));
        Some(Latency {
            mean: number("mean")?,
            p50: number("p50")?,
            p90: number("p90")?,
            p95: number("p95")?,
            p99: number("p99")?,
        })
    };
    Some(TokenFinding {
        output_tokens: some("output_tokens")?,
        prompt_tokens: some("prompt_tokens")?,
        ttft: latency("ttft"),
        tpot: latency("tpot"),
        itl: latency("itl"),
        kv_use: some("kv_use")?,
        kv_peak: some("kv_peak")?,
        preemptions: some("preemptions")?,
        prefix_hit_ratio: some("prefix_hit_ratio"),
        wasted_tokens: some("wasted_tokens")?,
        gpu_busy: some("gpu_busy"),
        lite_share: some("lite_share"),
        slo_goodput: some("slo_goodput")?,
        gpu_hours: some("gpu_hours")?,
        dollars: some("dollars")?,
        dollars_per_million: some("dollars_per_million"),
    })
}

/// The same over time.
pub(crate) fn series(tokens: bool, number: &dyn Fn(&str) -> crate::findings::Band) -> Option<TokenSeries> {
    tokens.then(|| TokenSeries {
        ttft_p50: number("ttft.p50"),
        ttft_p99: number("ttft.p99"),
        tpot_p50: number("tpot.p50"),
        tpot_p99: number("tpot.p99"),
        itl_p99: number("itl.p99"),
        output_tokens: number("output_tokens"),
        prompt_tokens: number("prompt_tokens"),
        kv_use: number("kv_use"),
        preemptions: number("preemptions"),
        prefix_hit_ratio: number("prefix_hit_ratio"),
        wasted_tokens: number("wasted_tokens"),
        gpu_busy: number("gpu_busy"),
        slo_goodput: number("slo_goodput"),
    })
}
