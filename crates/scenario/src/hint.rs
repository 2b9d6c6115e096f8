//! Words of k6 and of Kubernetes where a key of this language is expected, and what they are called here.

use crate::block::Block;

/// A word of another tool: in which blocks it is met (the beginning of their names), and what to write instead.
struct Foreign {
    word: &'static str,
    blocks: &'static [&'static str],
    write: &'static str,
}

const fn row(word: &'static str, blocks: &'static [&'static str], write: &'static str) -> Foreign {
    Foreign { word, blocks, write }
}

const LOAD: &[&str] = &["a load", "a scenario", "[run]"];
const SCALER: &[&str] = &["an autoscaler", "emergency"];
const UP_OR_DOWN: &[&str] = &["an autoscaler", "a direction of scaling", "a policy of scaling"];
/// Every kind of tier.
const TIER: &[&str] = &[
    "a gateway",
    "an auth tier",
    "a session store",
    "a service",
    "a database",
    "a cache",
    "a queue",
    "a balancer",
    "an inference tier",
];
const PROBE: &[&str] = &["a health check"];

const ROWS: &[Foreign] = &[
    row("vus", LOAD, "model = \"closed\" and users = 50 at a load"),
    row(
        "target",
        &["a stage"],
        "rate = \"160/s\" for stages of arrivals; for VUs: model = \"closed\", users = 50",
    ),
    row("startRate", LOAD, "a first stage: { duration = \"0s\", rate = \"40/s\" }"),
    row("timeUnit", LOAD, "the unit of the rate: rate = \"40/s\", or \"2400/min\""),
    row("executor", LOAD, "model = \"open\" (arrival rates) or \"closed\" (VUs)"),
    row("preAllocatedVUs", LOAD, "nothing: an open load has as many users as arrive"),
    row("maxVUs", LOAD, "nothing: an open load has as many users as arrive"),
    row("iterations", LOAD, "\"times\" at a step of the journey, and run.duration"),
    row("startVUs", LOAD, "users = 50, with ramp = \"30s\" for a gradual start"),
    row("rampUp", LOAD, "ramp = \"30s\" at a closed load, or stages at an open one"),
    row("startTime", LOAD, "a first stage of rate \"0/s\", or \"at\" of a surge"),
    row("exec", LOAD, "\"journey\": the steps that a user takes"),
    row("sleep", &["a load", "a step of a journey"], "think = \"5s\" at a step of the journey"),
    row("thresholds", LOAD, "[[expect]] that = \"web.get.latency.p95 < 500ms\""),
    row("scenarios", LOAD, "[load.NAME], one for each"),
    row("options", LOAD, "[run] and [load.NAME]"),
    row("duration", &["a load"], "run.duration, or the durations of its stages"),
    row("minReplicas", SCALER, "min = 2"),
    row("maxReplicas", SCALER, "max = 20"),
    row("targetCPUUtilizationPercentage", SCALER, "metric = \"cpu\" and target = \"60%\""),
    row("averageUtilization", SCALER, "metric = \"cpu\" and target = \"60%\""),
    row("targetAverageUtilization", SCALER, "metric = \"cpu\" and target = \"60%\""),
    row("averageValue", SCALER, "target = 8, in the unit of the metric"),
    row("metrics", SCALER, "metric = \"cpu\" and its target"),
    row("scaleTargetRef", SCALER, "tier = \"auth\""),
    row("behavior", SCALER, "up = { … } and down = { … }"),
    row("scaleUp", UP_OR_DOWN, "up = { stabilisation = \"0s\", policies = […] }"),
    row("scaleDown", UP_OR_DOWN, "down = { stabilisation = \"5m\", policies = […] }"),
    row("stabilizationWindowSeconds", UP_OR_DOWN, "stabilisation = \"5m\", in up or down"),
    row("selectPolicy", UP_OR_DOWN, "select = \"max\", \"min\" or \"disabled\""),
    row("periodSeconds", UP_OR_DOWN, "every = \"15s\""),
    row("syncPeriod", SCALER, "sync = \"15s\""),
    row("cooldown", SCALER, "stabilisation, in up or down"),
    row("minReplicas", TIER, "replicas here, and min of a [controller.NAME] of kind \"autoscaler\""),
    row("maxReplicas", TIER, "quota here, and max of a [controller.NAME] of kind \"autoscaler\""),
    row(
        "targetCPUUtilizationPercentage",
        TIER,
        "a [controller.NAME] of kind \"autoscaler\" with metric = \"cpu\"",
    ),
    row("replicaCount", TIER, "replicas = 4"),
    row("resources", TIER, "workers = 64, or what limits how many calls a replica serves at once"),
    row("concurrency", TIER, "workers = 64"),
    row("threads", TIER, "workers = 64"),
    row("maxConnections", TIER, "workers = 64 (a pool), or a policy of kind \"bulkhead\""),
    row("terminationGracePeriodSeconds", TIER, "drain = \"30s\""),
    row("livenessProbe", TIER, "health_check = { …, restarts = … }"),
    row("readinessProbe", TIER, "health_check = { … }"),
    row("periodSeconds", PROBE, "interval = \"10s\""),
    row("timeoutSeconds", PROBE, "timeout = \"1s\""),
    row("failureThreshold", PROBE, "unhealthy = 3"),
    row("successThreshold", PROBE, "healthy = 1"),
    row("initialDelaySeconds", PROBE, "\"boot\" of the tier: how long replicas take until they serve"),
];

/// What a key of another tool, or of another kind of this block, is in this language.
pub(crate) fn of(block: &Block, key: &str) -> Option<String> {
    let is = |row: &&Foreign| {
        row.word == key && row.blocks.iter().any(|name| block.name == *name || is_like(block.name, name))
    };
    if let Some(found) = ROWS.iter().find(is) {
        return Some(format!("in brownout \"{key}\" is {}", found.write));
    }
    if block.name.starts_with("a fault of kind") && matches!(key, "on" | "classes") {
        return Some(
            "this happens to whole replicas, not to single calls; errors, slow, hang, loss, dns and latency can be \
             limited to operations"
                .to_owned(),
        );
    }
    None
}

/// `an inference tier with a profile` is an inference tier.
fn is_like(name: &str, beginning: &str) -> bool {
    name.strip_prefix(beginning).is_some_and(|rest| rest.starts_with(' '))
}
