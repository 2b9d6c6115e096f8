//! The stable JSON of a run: its keys are a promise, described in the README.

use super::variant;
use brownout_analysis::findings::{
    Expectation, Latency, PathFinding, TierFinding, TierPathFinding, TokenFinding,
};
use brownout_report::Findings;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One object: the first variant at the top, the others under `variants` by name.
pub(crate) fn object(findings: &[Findings]) -> Value {
    let mut object = findings.first().map_or(Value::Null, one);
    let others = findings.iter().skip(1).map(|other| (variant(other).to_owned(), one(other)));
    object["variants"] = Value::Object(others.collect());
    object
}

/// One line for each variant.
pub(crate) fn lines(findings: &[Findings]) -> String {
    findings.iter().flat_map(|variant| [one(variant).to_string(), "\n".to_owned()]).collect()
}

fn one(findings: &Findings) -> Value {
    let (stamp, verdict) = (&findings.stamp, &findings.verdict);
    let classes = findings.classes.iter().map(|(class, operations)| {
        let operations = operations.iter().map(|(name, operation)| (name.clone(), path(operation)));
        (class.clone(), Value::Object(operations.collect()))
    });
    let tiers = findings.tiers.iter().map(|found| (found.name.clone(), tier(found)));
    json!({
        "version": stamp.version,
        "title": stamp.title,
        "variant": variant(findings),
        "scenario_hash": stamp.scenario_hash,
        "seed": stamp.seed,
        "replications": stamp.replications,
        "fingerprint": stamp.fingerprint,
        "events": stamp.events,
        "simulated_seconds": stamp.simulated_seconds,
        "warmup_seconds": stamp.warmup_seconds,
        "wall_seconds": stamp.wall_seconds,
        "verdict": {
            "badge": verdict.badge,
            "line": verdict.line,
            "counts": verdict.counts,
            "recovery_seconds": estimate(&verdict.recovery_seconds),
            "classes": verdict.classes.iter().map(|(class, verdict)| {
                let recovery = estimate(&verdict.recovery_seconds);
                let (badge, counts) = (verdict.badge, &verdict.counts);
                let verdict = json!({ "badge": badge, "counts": counts, "recovery_seconds": recovery });
                (class.clone(), verdict)
            }).collect::<Map<String, Value>>(),
        },
        "classes": classes.collect::<Map<_, _>>(),
        "tiers": tiers.collect::<Map<_, _>>(),
        "happened": findings.happened,
        "expectations": findings.expectations.iter().map(expectation).collect::<Vec<_>>(),
    })
}

fn path(path: &PathFinding) -> Value {
    json!({
        "offered": estimate(&path.offered),
        "succeeded": estimate(&path.succeeded),
        "success_rate": estimate(&path.success_rate),
        "in_time_rate": estimate(&path.in_time_rate),
        "worst_success_rate": estimate(&path.worst_success_rate),
        "goodput": estimate(&path.goodput),
        "attempts_per_intent": estimate(&path.attempts_per_intent),
        "latency": latency(path.latency.as_ref()),
        "ttft": latency(path.ttft.as_ref()),
        "tpot": latency(path.tpot.as_ref()),
        "failed": by_reason(&path.failed),
        "user_minutes_lost": estimate(&path.user_minutes_lost),
        "slo_seconds": path.slo_seconds,
        "ttft_slo_seconds": path.ttft_slo_seconds,
        "tpot_slo_seconds": path.tpot_slo_seconds,
    })
}

fn tier(tier: &TierFinding) -> Value {
    let onset = tier.onset.as_ref().map(|onset| {
        json!({ "at": estimate(&onset.at), "replications": onset.replications, "symptom": onset.symptom })
    });
    json!({
        "kind": tier.kind,
        "calls": tier.calls,
        "arrivals": estimate(&tier.arrivals),
        "admitted": estimate(&tier.admitted),
        "wait_probability": estimate(&tier.wait_probability),
        "timeouts": estimate(&tier.timeouts),
        "retry_share": estimate(&tier.retry_share),
        "utilisation": estimate(&tier.utilisation),
        "peak_utilisation": estimate(&tier.peak_utilisation),
        "queue_wait": latency(tier.queue_wait.as_ref()),
        "sojourn": latency(tier.sojourn.as_ref()),
        "queue_length": estimate(&tier.queue_length),
        "in_flight": estimate(&tier.in_flight),
        "head_age_max": estimate(&tier.head_age_max),
        "shed": by_reason(&tier.shed),
        "wasted": estimate(&tier.wasted),
        "hit_ratio": estimate(&tier.hit_ratio),
        "crossed": estimate(&tier.crossed),
        "tokens": tier.tokens.as_ref().map(tokens),
        "leased": tier.leased.as_ref().map(|leased| json!({
            "replica_hours": estimate(&leased.replica_hours),
            "dollars": estimate(&leased.dollars),
        })),
        "onset": onset,
        "classes": tier.paths.iter().map(|(class, operations)| {
            (class.clone(), operations.iter().map(|(name, path)| (name.clone(), tier_path(path))).collect())
        }).collect::<Map<String, Value>>(),
    })
}

/// What language model replicas did.
fn tokens(tokens: &TokenFinding) -> Value {
    json!({
        "ttft": latency(tokens.ttft.as_ref()),
        "tpot": latency(tokens.tpot.as_ref()),
        "itl": latency(tokens.itl.as_ref()),
        "output_tokens": estimate(&tokens.output_tokens),
        "prompt_tokens": estimate(&tokens.prompt_tokens),
        "kv_use": estimate(&tokens.kv_use),
        "kv_peak": estimate(&tokens.kv_peak),
        "preemptions": estimate(&tokens.preemptions),
        "prefix_hit_ratio": estimate(&tokens.prefix_hit_ratio),
        "wasted_tokens": estimate(&tokens.wasted_tokens),
        "gpu_busy": estimate(&tokens.gpu_busy),
        "lite_share": estimate(&tokens.lite_share),
        "slo_goodput": estimate(&tokens.slo_goodput),
        "gpu_hours": estimate(&tokens.gpu_hours),
        "dollars": estimate(&tokens.dollars),
        "dollars_per_million": estimate(&tokens.dollars_per_million),
    })
}

/// What one class and operation did at a tier.
fn tier_path(path: &TierPathFinding) -> Value {
    json!({
        "arrivals": estimate(&path.arrivals),
        "admitted": estimate(&path.admitted),
        "retry_share": estimate(&path.retry_share),
        "queue_wait_mean": estimate(&path.queue_wait_mean),
        "sojourn_mean": estimate(&path.sojourn_mean),
        "timeouts": estimate(&path.timeouts),
        "shed": by_reason(&path.shed),
    })
}

fn expectation(expectation: &Expectation) -> Value {
    json!({
        "that": expectation.that,
        "when": expectation.when,
        "value": estimate(&expectation.value),
        "pass": expectation.pass,
        "passed": expectation.passed,
        "replications": expectation.replications,
    })
}

fn latency(latency: Option<&Latency>) -> Value {
    latency.map_or(Value::Null, |latency| {
        json!({
            "mean": estimate(&latency.mean),
            "p50": estimate(&latency.p50),
            "p90": estimate(&latency.p90),
            "p95": estimate(&latency.p95),
            "p99": estimate(&latency.p99),
        })
    })
}

fn by_reason(reasons: &BTreeMap<String, impl Serialize>) -> Value {
    Value::Object(reasons.iter().map(|(reason, number)| (reason.clone(), estimate(number))).collect())
}

/// `{ "mean": x, "ci95": [low, high] }`, the interval null with one replication, all of it null without a number.
fn estimate(estimate: &impl Serialize) -> Value {
    let whole = serde_json::to_value(estimate).expect("an estimate is plain data");
    if !whole["mean"].is_number() {
        return Value::Null;
    }
    let ends = whole["ci95"].as_array().filter(|ends| ends.iter().all(Value::is_number));
    json!({ "mean": whole["mean"], "ci95": ends })
}
