//! What language model replicas do: times of tokens, tokens, caches, money.

use crate::kinds::ADMITTED;
use crate::metric::{Better, Metric, Of, Parts};
use crate::replicas::paid_seconds;
use crate::rows::{Family, P50, P99, family, of, part, quantiles, rows, share, value};
use crate::source::ratio;
use crate::waits::{mean, quantile};
use crate::{Ask, Latency, Scope, Unit};
use brownout_protocol::Kind;

const TIER: &[Scope] = &[Scope::Tier];
const TOKENS: Unit = Unit::PerSecond("tokens");

rows! {
    /// Time to first token.
    TIER_TTFT: Family = family(quantiles!("ttft"), "tokens", TIER,
        "From admission to the first token.",
        |ask, part| time(ask, part, Latency::FirstToken, Kind::FirstToken), (&[P50, P99], TIER));
    /// Time per output token.
    TIER_TPOT: Family = family(quantiles!("tpot"), "tokens", TIER,
        "From one token to the next, the mean of each answer.",
        |ask, part| time(ask, part, Latency::TokenTime, Kind::TokenTime), (&[P50, P99], TIER));
    /// Inter-token latency.
    ITL: Family = family(quantiles!("itl"), "tokens", TIER,
        "From one token to the next, each gap counted.",
        |ask, part| match part {
            // A gap is told for many tokens at once: their number is known to the histogram alone.
            Of::Mean => fleet(ask)?.distribution(Latency::TokenGap).mean().map(|mean| mean * 1e-9),
            Of::Quantile(q) => quantile(&fleet(ask)?.distribution(Latency::TokenGap), q),
        }, (&[P99], TIER));
    /// Tokens generated.
    OUTPUT_TOKENS: Metric = value("output_tokens", TIER, TOKENS, Better::High,
        "Output tokens.", |ask| gauge_rate(ask, Kind::OutputTokens)).at("tokens", "output_tokens").over_time(TIER);
    /// Prompt tokens computed.
    PROMPT_TOKENS: Metric = value("prompt_tokens", TIER, TOKENS, Better::Neither,
        "Prompt tokens computed.",
        |ask| gauge_rate(ask, Kind::PromptTokens)).at("tokens", "prompt_tokens").over_time(TIER);
    /// The KV cache.
    KV_USE: Metric = part("kv_use", TIER, Better::Neither,
        "KV cache in use, mean over time.",
        |ask| of(fleet(ask)?.gauge(Kind::KvUsed)?, ask.gauge(Kind::KvBlocks)?)).at("tokens", "kv_use").over_time(TIER);
    /// The most of it.
    KV_PEAK: Metric = value("kv_peak", TIER, Unit::Share, Better::Neither,
        "KV cache in use, the most at one instant.", kv_peak).at("tokens", "kv_peak");
    /// Preemptions.
    PREEMPTIONS: Metric = value("preemptions", TIER, Unit::PerSecond("preemptions"), Better::Low,
        "Requests that lost their place in the batch.",
        |ask| fleet(ask)?.rate(&[Kind::Preempted])).at("tokens", "preemptions").over_time(TIER);
    /// The prefix cache.
    PREFIX_HIT_RATIO: Metric = part("prefix_hit_ratio", TIER, Better::High,
        "Prompt tokens that came from the prefix cache, of those of first admissions.",
        |ask| of(fleet(ask)?.sum(&[Kind::PrefixHit]), ask.sum(&[Kind::Prompted])))
        .at("tokens", "prefix_hit_ratio").over_time(TIER);
    /// Tokens for clients that had left.
    WASTED_TOKENS: Metric = value("wasted_tokens", TIER, TOKENS, Better::Low,
        "Tokens generated for clients that had left, or lost with their replica.",
        |ask| ratio(fleet(ask)?.sum(&[Kind::WastedTokens]), ask.seconds()))
        .at("tokens", "wasted_tokens").over_time(TIER);
    /// Time that replicas computed.
    GPU_BUSY: Metric = part("gpu_busy", TIER, Better::Neither,
        "Time that replicas computed, of the time that they were paid for.", gpu_busy)
        .at("tokens", "gpu_busy").over_time(TIER);
    /// Lite answers.
    LITE_SHARE: Metric = share("lite_share", TIER, Better::Low,
        "Requests that got a lite answer, of those let in.",
        |ask| of(fleet(ask)?.count(&[Kind::Lite]), ask.count(&ADMITTED))).at("tokens", "lite_share");
    /// Requests that kept their promises.
    SLO_GOODPUT: Metric = value("slo_goodput", TIER, Unit::PerSecond("requests"), Better::High,
        "Requests that kept the promises for their tokens and whose client still waited.",
        |ask| fleet(ask)?.rate(&[Kind::Generated])).at("tokens", "slo_goodput").over_time(TIER);
    /// Accelerators that were paid for.
    GPU_HOURS: Metric = value("gpu_hours", TIER, Unit::Time("GPU-hours"), Better::Low,
        "Accelerators that were paid for times their duration.", gpu_hours).at("tokens", "gpu_hours");
    /// What they cost.
    DOLLARS: Metric = value("dollars", TIER, Unit::Dollars, Better::Low,
        "What accelerators and leases cost.", dollars).at("tokens", "dollars");
    /// The price of a million tokens.
    DOLLARS_PER_MILLION: Metric = value("dollars_per_million", TIER, Unit::DollarsPerMillion, Better::Low,
        "Cost of a million output tokens of requests that kept their promises.",
        |ask| ratio(dollars(ask)? * 1e6, ask.sum(&[Kind::Generated]))).at("tokens", "dollars_per_million");
}

/// The question itself, if it is asked of language model replicas.
fn fleet<'a, 'b>(ask: &'b Ask<'a>) -> Option<&'b Ask<'a>> {
    ask.place()?.tokens.then_some(ask)
}

fn time(ask: &Ask<'_>, part: Of, latency: Latency, kind: Kind) -> Option<f64> {
    let ask = fleet(ask)?;
    match part {
        Of::Mean => mean(ask, &[kind], &[kind]),
        Of::Quantile(q) => quantile(&ask.distribution(latency), q),
    }
}

fn gauge_rate(ask: &Ask<'_>, kind: Kind) -> Option<f64> {
    ratio(fleet(ask)?.gauge(kind).unwrap_or(0.0), ask.seconds())
}

fn kv_peak(ask: &Ask<'_>) -> Option<f64> {
    Some(fleet(ask)?.gauge(Kind::KvPeak)? * 1e-9)
}

fn gpu_busy(ask: &Ask<'_>) -> Option<Parts> {
    let leased = ask.gauge(Kind::Leased).unwrap_or(0.0) * 1e-9;
    of(fleet(ask)?.gauge(Kind::Computed).unwrap_or(0.0) * 1e-9, paid_seconds(ask)? + leased)
}

fn gpu_hours(ask: &Ask<'_>) -> Option<f64> {
    Some(paid_seconds(fleet(ask)?)? * f64::from(ask.place()?.accelerators) / 3600.0)
}

fn dollars(ask: &Ask<'_>) -> Option<f64> {
    let own = gpu_hours(ask)? * ask.place()?.micro_dollars_per_hour as f64 * 1e-6;
    Some(own + ask.gauge(Kind::LeaseSpent).unwrap_or(0.0) * 1e-9)
}
