//! What an unknown metric may mean: a member without its family, a word of another tool, a metric of other subjects.

use crate::problem::one_of;
use brownout_metrics::{Scope, find, of};

/// What k6 and dashboards call a metric, and its key here.
const ALIASES: &[(&str, &str)] = &[
    ("http_req_duration", "latency.p95"),
    ("response_time", "latency.p95"),
    ("duration", "latency.p95"),
    ("sojourn", "latency.p99"),
    ("latency", "sojourn.p99"),
    ("wait", "queue_wait.p99"),
    ("http_req_failed", "failure_rate"),
    ("error_rate", "failure_rate"),
    ("errors", "failure_rate"),
    ("availability", "success_rate"),
    ("http_reqs", "offered_rate"),
    ("rps", "offered_rate"),
    ("rps", "arrivals"),
    ("qps", "offered_rate"),
    ("qps", "arrivals"),
    ("cpu", "utilisation"),
    ("utilization", "utilisation"),
];

/// What a key may mean that this scope does not have: `p99` of a family, `mean` of one, or a metric of other subjects.
pub(super) fn elsewhere(scope: Scope, key: &str) -> Option<String> {
    let known = |scope: Scope| of(scope).map(|metric| metric.key);
    let member = |family: &&str| family.split_once('.').is_some_and(|(_, member)| member == key);
    let mut members: Vec<&str> = known(scope).filter(member).collect();
    // "p99" of a request is that of its latency, or at a tier of the time inside.
    members.sort_by_key(|member| !member.starts_with("latency.") && !member.starts_with("sojourn."));
    match members.as_slice() {
        [] => {}
        [only] => return Some(format!("did you mean \"{only}\"?")),
        [first, others @ ..] => {
            let others = one_of(others.iter().copied().take(3));
            return Some(format!("did you mean \"{first}\"? There is also {others}"));
        }
    }
    // A family without its member: "latency" is "latency.p50", "latency.p99", …
    let family = |member: &&str| member.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
    let mut of_family = known(scope).filter(family);
    if let Some(first) = of_family.next() {
        let p99 = known(scope).find(|member| member.split_once('.') == Some((key, "p99")));
        return Some(format!("say which: as in \"{}\"", p99.unwrap_or(first)));
    }
    if let Some((_, ours)) = ALIASES.iter().find(|(word, ours)| *word == key && find(scope, ours).is_some()) {
        return Some(format!("in brownout it is \"{ours}\""));
    }
    let owners =
        [(Scope::Class, "classes: CLASS"), (Scope::Tier, "tiers: TIER"), (Scope::Total, "all users: total")];
    let has = |(other, _): &&(Scope, &str)| *other != scope && known(*other).any(|known| known == key);
    owners.iter().find(has).map(|(_, owner)| format!("it belongs to {owner}.{key}"))
}
