//! What can be expected something of: the table of metrics.

/// Whose metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// All classes and operations together.
    Total,
    /// One class, all its operations together.
    Class(String),
    /// One class doing one operation.
    Path {
        /// Who.
        class: String,
        /// What.
        operation: String,
    },
    /// One tier.
    Tier(String),
    /// The whole run: how it ended.
    Run,
}

/// One number of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Whose.
    pub subject: Subject,
    /// Which, as results list it: `success_rate`, `latency.p99`, `failed.timeout`, `verdict`.
    pub key: &'static str,
    /// What it is measured in.
    pub unit: MetricUnit,
}

/// What a metric is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricUnit {
    /// Seconds; written as spans.
    Seconds,
    /// Per second; written as rates.
    PerSecond,
    /// A part of a whole, 0 to 1; written as `10%` or 0.1.
    Ratio,
    /// How many, or how many times; written as plain numbers.
    Count,
    /// Minutes of users; written as plain numbers.
    Minutes,
    /// One of [`BADGES`](super::BADGES).
    Badge,
}

/// Of what a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A class, an operation of a class, or all.
    Clients,
    Tier,
}

/// A row of the table.
pub(crate) struct Known {
    pub(crate) key: &'static str,
    pub(crate) unit: MetricUnit,
    pub(crate) scope: Scope,
}

const fn row(scope: Scope, unit: MetricUnit, key: &'static str) -> Known {
    Known { key, unit, scope }
}

/// Every metric, in the order of the reference.
pub(crate) static METRICS: &[Known] = {
    use MetricUnit::{Count, Minutes, PerSecond, Ratio, Seconds};
    use Scope::{Clients, Tier};
    &[
        row(Clients, Ratio, "success_rate"),
        row(Clients, Ratio, "failure_rate"),
        row(Clients, Ratio, "in_time_rate"),
        row(Clients, Ratio, "worst_success_rate"),
        row(Clients, PerSecond, "goodput"),
        row(Clients, Count, "offered"),
        row(Clients, Count, "succeeded"),
        row(Clients, Count, "attempts_per_intent"),
        row(Clients, Count, "withheld"),
        row(Clients, Count, "retries_withheld"),
        row(Clients, Count, "fallbacks"),
        row(Clients, Count, "hedges"),
        row(Clients, Minutes, "user_minutes_lost"),
        row(Clients, Seconds, "latency.mean"),
        row(Clients, Seconds, "latency.p50"),
        row(Clients, Seconds, "latency.p90"),
        row(Clients, Seconds, "latency.p95"),
        row(Clients, Seconds, "latency.p99"),
        row(Clients, Seconds, "latency.p99.9"),
        row(Clients, Seconds, "ttft.mean"),
        row(Clients, Seconds, "ttft.p50"),
        row(Clients, Seconds, "ttft.p90"),
        row(Clients, Seconds, "ttft.p95"),
        row(Clients, Seconds, "ttft.p99"),
        row(Clients, Seconds, "ttft.p99.9"),
        row(Clients, Seconds, "tpot.mean"),
        row(Clients, Seconds, "tpot.p50"),
        row(Clients, Seconds, "tpot.p90"),
        row(Clients, Seconds, "tpot.p95"),
        row(Clients, Seconds, "tpot.p99"),
        row(Clients, Seconds, "tpot.p99.9"),
        row(Clients, Count, "failed.timeout"),
        row(Clients, Count, "failed.gave_up"),
        row(Clients, Count, "failed.http_400"),
        row(Clients, Count, "failed.http_401"),
        row(Clients, Count, "failed.http_429"),
        row(Clients, Count, "failed.http_500"),
        row(Clients, Count, "failed.http_503"),
        row(Clients, Count, "failed.http_504"),
        row(Clients, Count, "failed.http_529"),
        row(Tier, PerSecond, "arrivals"),
        row(Tier, Ratio, "retry_share"),
        row(Tier, Ratio, "wait_probability"),
        row(Tier, Ratio, "utilisation"),
        row(Tier, Ratio, "peak_utilisation"),
        row(Tier, Seconds, "queue_wait.mean"),
        row(Tier, Seconds, "queue_wait.p50"),
        row(Tier, Seconds, "queue_wait.p90"),
        row(Tier, Seconds, "queue_wait.p95"),
        row(Tier, Seconds, "queue_wait.p99"),
        row(Tier, Seconds, "queue_wait.p99.9"),
        row(Tier, Seconds, "sojourn.mean"),
        row(Tier, Seconds, "sojourn.p50"),
        row(Tier, Seconds, "sojourn.p90"),
        row(Tier, Seconds, "sojourn.p95"),
        row(Tier, Seconds, "sojourn.p99"),
        row(Tier, Seconds, "sojourn.p99.9"),
        row(Tier, Count, "queue_length"),
        row(Tier, Count, "in_flight"),
        row(Tier, Seconds, "head_age_max"),
        row(Tier, Count, "replicas"),
        row(Tier, Count, "peak_replicas"),
        row(Tier, Count, "replica_hours"),
        row(Tier, Count, "leased_hours"),
        row(Tier, Count, "leased_dollars"),
        row(Tier, Ratio, "wasted"),
        row(Tier, Ratio, "hit_ratio"),
        row(Tier, PerSecond, "turned_away"),
        row(Tier, PerSecond, "dropped"),
        row(Tier, PerSecond, "calls_withheld"),
        row(Tier, PerSecond, "fallbacks"),
        row(Tier, PerSecond, "hedges"),
        row(Tier, PerSecond, "stale"),
        row(Tier, Ratio, "lite"),
        row(Tier, Ratio, "crossed"),
        row(Tier, PerSecond, "shed.gave_up"),
        row(Tier, PerSecond, "shed.http_400"),
        row(Tier, PerSecond, "shed.http_401"),
        row(Tier, PerSecond, "shed.http_429"),
        row(Tier, PerSecond, "shed.http_500"),
        row(Tier, PerSecond, "shed.http_503"),
        row(Tier, PerSecond, "shed.http_504"),
        row(Tier, PerSecond, "shed.http_529"),
        row(Tier, Seconds, "ttft.mean"),
        row(Tier, Seconds, "ttft.p50"),
        row(Tier, Seconds, "ttft.p90"),
        row(Tier, Seconds, "ttft.p95"),
        row(Tier, Seconds, "ttft.p99"),
        row(Tier, Seconds, "ttft.p99.9"),
        row(Tier, Seconds, "tpot.mean"),
        row(Tier, Seconds, "tpot.p50"),
        row(Tier, Seconds, "tpot.p90"),
        row(Tier, Seconds, "tpot.p95"),
        row(Tier, Seconds, "tpot.p99"),
        row(Tier, Seconds, "tpot.p99.9"),
        row(Tier, Seconds, "itl.mean"),
        row(Tier, Seconds, "itl.p50"),
        row(Tier, Seconds, "itl.p90"),
        row(Tier, Seconds, "itl.p95"),
        row(Tier, Seconds, "itl.p99"),
        row(Tier, Seconds, "itl.p99.9"),
        row(Tier, PerSecond, "output_tokens"),
        row(Tier, PerSecond, "prompt_tokens"),
        row(Tier, Ratio, "kv_use"),
        row(Tier, Ratio, "kv_peak"),
        row(Tier, PerSecond, "preemptions"),
        row(Tier, Ratio, "prefix_hit_ratio"),
        row(Tier, PerSecond, "wasted_tokens"),
        row(Tier, Ratio, "gpu_busy"),
        row(Tier, Ratio, "lite_share"),
        row(Tier, PerSecond, "slo_goodput"),
        row(Tier, Count, "gpu_hours"),
        row(Tier, Count, "dollars"),
        row(Tier, Count, "dollars_per_million"),
    ]
};

/// The metrics of one scope.
pub(crate) fn metrics(scope: Scope) -> impl Iterator<Item = &'static Known> {
    METRICS.iter().filter(move |known| known.scope == scope)
}
