//! What was found: everything a report shows, as plain data. The report draws it and computes nothing.

pub use crate::happened::{Happened, Happening, HappeningKind};
use brownout_stats::Estimate;
use serde::Serialize;
use std::collections::BTreeMap;

/// One variant of one scenario, over all its replications.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// Where the numbers come from.
    pub stamp: Stamp,
    /// What happened, in one line and one badge.
    pub verdict: Verdict,
    /// Class → operation → what became of the intents.
    pub classes: BTreeMap<String, BTreeMap<String, PathFinding>>,
    /// The tiers, in the order of the file.
    pub tiers: Vec<TierFinding>,
    /// What the scenario expected, and what came.
    pub expectations: Vec<Expectation>,
    /// Spans worth marking in a chart: surges, faults.
    pub marks: Vec<Mark>,
    /// What really happened in the first replication beside those.
    pub happened: Happened,
    /// Everything over time.
    pub series: Series,
}

/// Where the numbers come from: enough to get them again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stamp {
    /// Of brownout.
    pub version: String,
    /// Of the scenario.
    pub title: String,
    /// What it asks; empty if it does not say.
    pub question: String,
    /// Which variant; empty for the scenario as it stands.
    pub variant: String,
    /// Of the scenario after `extends`, `--set` and variant, as 16 hex digits.
    pub scenario_hash: String,
    /// Of the first replication.
    pub seed: u64,
    /// How many.
    pub replications: u32,
    /// Of all replications together, as 16 hex digits.
    pub fingerprint: String,
    /// Messages and timers delivered, in all replications.
    pub events: u64,
    /// Of one replication.
    pub simulated_seconds: f64,
    /// What summaries leave out at the start.
    pub warmup_seconds: f64,
    /// Of the machine, for all replications.
    pub wall_seconds: f64,
    /// The instant the run starts at, RFC 3339, if the scenario says.
    pub start: Option<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Badge {
    /// There was no trigger, and goodput stayed as it was.
    Steady,
    /// Goodput never left its normal range.
    Absorbed,
    /// It left and was back soon after the trigger ended.
    SelfHealed,
    /// It was back, but late.
    SlowDrain,
    /// It was back only after somebody had acted on it.
    NeededIntervention,
    /// There was no trigger, and goodput left its normal range all the same.
    Unsteady,
    /// Less than half was answered in time before anything happened: there was nothing to come back to.
    Failing,
    /// It was not back when the run ended.
    NeverCameBack,
    /// The run ended while the trigger lasted: nothing can be said.
    Undecided,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The commonest among replications.
    pub badge: Badge,
    /// How many replications had which badge.
    pub counts: BTreeMap<String, u32>,
    /// One sentence: trigger, first tier to break, what followed, how it ended.
    pub line: String,
    /// From the end of the trigger until goodput was back, in seconds, where it came back.
    pub recovery_seconds: Option<Estimate>,
    /// The same for each class by itself, against its own baseline.
    pub classes: BTreeMap<String, ClassVerdict>,
}

/// What happened to one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassVerdict {
    /// The commonest among replications.
    pub badge: Badge,
    /// How many replications had which badge.
    pub counts: BTreeMap<String, u32>,
    /// From the end of the trigger until its goodput was back, in seconds, where it came back.
    pub recovery_seconds: Option<Estimate>,
}

/// What became of the intents of one class and operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathFinding {
    /// Intents that began after the warm-up.
    pub offered: Estimate,
    /// Intents that were answered while the client waited.
    pub succeeded: Estimate,
    /// Succeeded of those that ended: 0…1. None where none ended.
    pub success_rate: Option<Estimate>,
    /// Answered within their SLO and with their tokens as promised, of those that ended: 0…1. None where none ended.
    pub in_time_rate: Option<Estimate>,
    /// The worst hour's success rate (of a run of less than two hours, its worst tenth's).
    pub worst_success_rate: Option<Estimate>,
    /// Intents answered within their SLO, per second.
    pub goodput: Estimate,
    /// Attempts per intent.
    pub attempts_per_intent: Option<Estimate>,
    /// Seconds from the first attempt to the answer, of those that succeeded.
    pub latency: Option<Latency>,
    /// Seconds from the first attempt to the first token, of streamed answers.
    pub ttft: Option<Latency>,
    /// Seconds from one token to the next, the mean of each streamed answer.
    pub tpot: Option<Latency>,
    /// Reason (`timeout`, `http_503` …) → intents that failed for it.
    pub failed: BTreeMap<String, Estimate>,
    /// Sum over failed intents of how long their users had tried, in minutes.
    pub user_minutes_lost: Estimate,
    /// The SLO in seconds, if the operation has one.
    pub slo_seconds: Option<f64>,
    /// What is promised of the first token, in seconds, if anything is.
    pub ttft_slo_seconds: Option<f64>,
    /// What is promised of the mean time from token to token, in seconds, if anything is.
    pub tpot_slo_seconds: Option<f64>,
}

/// A latency in five numbers, in seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Mean.
    pub mean: Estimate,
    /// Median.
    pub p50: Estimate,
    /// 90th percentile.
    pub p90: Estimate,
    /// 95th percentile.
    pub p95: Estimate,
    /// 99th percentile.
    pub p99: Estimate,
}

/// What happened at one tier, after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TierFinding {
    /// As in the file.
    pub name: String,
    /// As in the file: `auth`, `inference`.
    pub kind: String,
    /// Whom it calls.
    pub calls: Vec<String>,
    /// Calls that came, per second.
    pub arrivals: Estimate,
    /// Calls that were let in, per second.
    pub admitted: Estimate,
    /// Part of those that had to wait.
    pub wait_probability: Option<Estimate>,
    /// Calls that it made and that were not answered in time, per second.
    pub timeouts: Estimate,
    /// Part of them that were retries, of any caller; none where nothing came.
    pub retry_share: Option<Estimate>,
    /// Busy workers of all workers, 0…1; none where workers are unlimited.
    pub utilisation: Option<Estimate>,
    /// The highest utilisation of any window.
    pub peak_utilisation: Option<Estimate>,
    /// Seconds in the queue, of the calls whose service began.
    pub queue_wait: Option<Latency>,
    /// Seconds from admission to answer.
    pub sojourn: Option<Latency>,
    /// Mean number waiting.
    pub queue_length: Estimate,
    /// Mean number inside, in any phase.
    pub in_flight: Estimate,
    /// The longest that the head of a queue had waited, in seconds.
    pub head_age_max: Estimate,
    /// Reason → calls turned away, per second.
    pub shed: BTreeMap<String, Estimate>,
    /// Part of the service time spent for callers that had left, 0…1.
    pub wasted: Option<Estimate>,
    /// Hits of lookups, for a cache.
    pub hit_ratio: Option<Estimate>,
    /// Calls that left the zone of their caller, of all, 0…1; none where the replicas stand in no zones.
    pub crossed: Option<Estimate>,
    /// What its replicas generated, where they are language models.
    pub tokens: Option<TokenFinding>,
    /// What it had from other clouds, if anything.
    pub leased: Option<LeaseFinding>,
    /// When it first left its normal range, if it did (in more than half of the replications).
    pub onset: Option<Onset>,
    /// Class → operation → what it did here, of those that came.
    pub paths: BTreeMap<String, BTreeMap<String, TierPathFinding>>,
}

/// What a tier had from other clouds, after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeaseFinding {
    /// Replicas × hours.
    pub replica_hours: Estimate,
    /// What they cost, in US dollars.
    pub dollars: Estimate,
}

/// What language model replicas did, after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TokenFinding {
    /// Seconds from admission to the first token.
    pub ttft: Option<Latency>,
    /// Seconds from one token to the next, the mean of each answer.
    pub tpot: Option<Latency>,
    /// Seconds from one token to the next, each by itself.
    pub itl: Option<Latency>,
    /// Output tokens per second.
    pub output_tokens: Estimate,
    /// Prompt tokens computed, per second.
    pub prompt_tokens: Estimate,
    /// Part of the KV cache in use, mean over the ends of windows.
    pub kv_use: Estimate,
    /// The most of them.
    pub kv_peak: Estimate,
    /// Preemptions per second.
    pub preemptions: Estimate,
    /// Part of the prompt tokens that came from the prefix cache.
    pub prefix_hit_ratio: Option<Estimate>,
    /// Tokens generated for nobody, per second.
    pub wasted_tokens: Estimate,
    /// Part of the time in which a replica that is paid for computed.
    pub gpu_busy: Option<Estimate>,
    /// Part of the requests that got a lite answer.
    pub lite_share: Option<Estimate>,
    /// Requests per second that kept the promises for their tokens and were wanted.
    pub slo_goodput: Estimate,
    /// Accelerators × hours.
    pub gpu_hours: Estimate,
    /// What they cost, in US dollars.
    pub dollars: Estimate,
    /// US dollars for a million output tokens of requests that kept their promises.
    pub dollars_per_million: Option<Estimate>,
}

/// What one class and operation did at a tier, after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TierPathFinding {
    /// Calls that came, per second.
    pub arrivals: Estimate,
    /// Part of them that were retries, of any caller.
    pub retry_share: Option<Estimate>,
    /// Calls that were let in, per second.
    pub admitted: Estimate,
    /// Mean seconds in the queue, of the calls whose service began.
    pub queue_wait_mean: Option<Estimate>,
    /// Mean seconds from admission to a good answer.
    pub sojourn_mean: Option<Estimate>,
    /// Calls made to others and not answered in time, per second.
    pub timeouts: Estimate,
    /// Reason → calls turned away or ended badly, per second.
    pub shed: BTreeMap<String, Estimate>,
}

/// The first sustained departure of a tier from its own warm baseline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Onset {
    /// Seconds since the start of the run.
    pub at: Estimate,
    /// In how many of the replications.
    pub replications: u32,
    /// What departed: `the head of the queue waited 4.2 s (normally 3 ms)`.
    pub symptom: String,
}

/// What the scenario expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expectation {
    /// As in the file: `web.login.success_rate < 10%`.
    pub that: String,
    /// As in the file: `4h..5h`; empty for the whole run after the warm-up.
    pub when: String,
    /// What came, over replications.
    pub value: Option<Estimate>,
    /// How many replications met it.
    pub passed: u32,
    /// Of how many.
    pub replications: u32,
    /// All replications met it.
    pub pass: bool,
}

/// A span worth marking in a chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// Seconds since the start of the run.
    pub from: f64,
    /// Seconds since the start of the run.
    pub to: f64,
    /// Short: `migration of 1,000,000 users`.
    pub label: String,
    /// Surge or fault.
    pub kind: MarkKind,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// Extra users.
    Surge,
    /// Something went wrong.
    Fault,
}

/// Everything over time: vectors as long as `at`, one value a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Series {
    /// The middle of each window, seconds since the start of the run.
    pub at: Vec<f64>,
    /// The length of a window, in seconds.
    pub window: f64,
    /// First attempts of intents, per second, all classes.
    pub first_attempts: Band,
    /// All attempts, per second.
    pub attempts: Band,
    /// Intents answered, in time or late, wanted or not (answers that came after the client had left count too).
    pub throughput: Band,
    /// Intents answered in time, per second.
    pub goodput: Band,
    /// Class → operation → its lines.
    pub classes: BTreeMap<String, BTreeMap<String, PathSeries>>,
    /// As `Findings::tiers`.
    pub tiers: Vec<TierSeries>,
}

/// One class and operation over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PathSeries {
    /// Intents per second.
    pub offered: Band,
    /// Succeeded of those that ended, 0…1; NaN where none ended is written as null.
    pub success_rate: Band,
    /// Median latency in seconds, of those that succeeded.
    pub p50: Band,
    /// 95th percentile.
    pub p95: Band,
    /// 99th percentile.
    pub p99: Band,
    /// Reason (`ok`, `timeout`, `http_503` …) → intents that ended so, per second.
    pub outcomes: BTreeMap<String, Band>,
}

/// One tier over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TierSeries {
    /// As in the file.
    pub name: String,
    /// First attempts of calls, per second.
    pub first_attempts: Band,
    /// Retries of any caller, per second.
    pub retries: Band,
    /// Calls turned away, per second, all reasons.
    pub shed: Band,
    /// Busy workers of all workers, 0…1.
    pub utilisation: Band,
    /// How many wait.
    pub queue_length: Band,
    /// How long the head of the queue had waited at most, in seconds.
    pub head_age: Band,
    /// How many are inside.
    pub in_flight: Band,
    /// 99th percentile of the wait, in seconds.
    pub wait_p99: Band,
    /// Workers busy for callers that had left.
    pub wasted: Band,
    /// Calls that it made and that were not answered in time, per second.
    pub timeouts: Band,
    /// What its replicas generated, where they are language models.
    pub tokens: Option<TokenSeries>,
    /// Class → operation → its lines here, of those that came.
    pub paths: BTreeMap<String, BTreeMap<String, TierPathSeries>>,
}

/// Language model replicas over time, as [`TokenFinding`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TokenSeries {
    /// Median seconds to the first token.
    pub ttft_p50: Band,
    /// 99th percentile.
    pub ttft_p99: Band,
    /// Median seconds from token to token.
    pub tpot_p50: Band,
    /// 99th percentile.
    pub tpot_p99: Band,
    /// 99th percentile of the single gaps.
    pub itl_p99: Band,
    /// Output tokens per second.
    pub output_tokens: Band,
    /// Prompt tokens computed, per second.
    pub prompt_tokens: Band,
    /// Part of the KV cache in use.
    pub kv_use: Band,
    /// Preemptions per second.
    pub preemptions: Band,
    /// Part of the prompt tokens that came from the prefix cache.
    pub prefix_hit_ratio: Band,
    /// Tokens generated for nobody, per second.
    pub wasted_tokens: Band,
    /// Part of the time in which a replica that is paid for computed.
    pub gpu_busy: Band,
    /// Requests per second that kept their promises.
    pub slo_goodput: Band,
}

/// One class and operation at one tier over time: calls per second.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TierPathSeries {
    /// First attempts that came.
    pub first_attempts: Band,
    /// Retries of any caller that came.
    pub retries: Band,
    /// Turned away at the door.
    pub shed: Band,
    /// Answered well.
    pub answered: Band,
}

/// A line with its interval: mean over replications and, where there are several, the 95 % interval of it.
///
/// A value that does not exist (no intent ended in that window) is NaN here and `null` in JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Band {
    /// Mean over replications.
    pub mean: Vec<f64>,
    /// Lower end of the 95 % interval; empty with one replication.
    pub low: Vec<f64>,
    /// Upper end of the 95 % interval; empty with one replication.
    pub high: Vec<f64>,
}
