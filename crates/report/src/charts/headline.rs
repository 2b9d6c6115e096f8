//! What is seen in a chart, as its title: a sentence from typed evidence, or the plain title where nothing stands out.

use super::sheet;
use crate::number;
use brownout_analysis::findings::{Findings, SignKind, Tier};
use brownout_analysis::seen::{self, Seen};
use brownout_metrics::{Subject, Unit};

/// Over the four lines.
pub(super) fn attempts(findings: &Findings, plain: &str) -> String {
    say(seen::most_attempts(findings), plain, |seen, when| {
        format!("{} of attempts were repeats at {when}", number::value(1.0 - 1.0 / seen.value, Unit::Share))
    })
}

/// Over first attempts and retries at a tier.
pub(super) fn retries(findings: &Findings, tier: &Tier, plain: &str) -> String {
    say(seen::most_retries(findings, tier), plain, |seen, when| {
        let share = number::value(seen.value / (1.0 + seen.value), Unit::Share);
        format!("{share} of calls at {} were retries at {when}", tier.name)
    })
}

/// Over success rates.
pub(super) fn success(findings: &Findings, plain: &str) -> String {
    say(seen::lowest_success(findings), plain, |seen, when| {
        let share = number::value(seen.value, Unit::Share);
        format!("{} fell to {share} success at {when}", name(&seen.subject))
    })
}

/// Over latencies.
pub(super) fn latency(findings: &Findings, plain: &str) -> String {
    say(seen::slowest(findings), plain, |seen, when| {
        let time = |seconds| number::plain(seconds, Unit::Seconds);
        let (took, promised) = (number::value(seen.value, Unit::Seconds), time(seen.against));
        format!("{} took {took} at p99 at {when}, {promised} promised", name(&seen.subject))
    })
}

/// Over utilisations.
pub(super) fn busy(findings: &Findings, plain: &str) -> String {
    say(seen::busiest(findings), plain, |seen, when| {
        let share = number::value(seen.value, Unit::Share);
        format!("{} was {share} busy at {when}", name(&seen.subject))
    })
}

/// Over the heat strip.
pub(super) fn queues(findings: &Findings, plain: &str) -> String {
    let first = findings.symptoms.first().filter(|first| first.sign.kind == SignKind::Wait);
    // A picture of a part of the run says nothing of what came before.
    let is_seen = |at: f64| at.is_finite() && sheet::time(findings, 1).shows(at);
    first.filter(|first| is_seen(first.at.mean)).map_or_else(
        || plain.to_owned(),
        |first| format!("The queue of {} grew first, at {}", first.tier, number::clock(first.at.mean)),
    )
}

fn say(seen: Option<Seen>, plain: &str, words: impl Fn(&Seen, String) -> String) -> String {
    seen.map_or_else(|| plain.to_owned(), |seen| words(&seen, number::clock(seen.at.round())))
}

fn name(subject: &Subject) -> String {
    match subject {
        Subject::Path { class, operation } => format!("{class} · {operation}"),
        other => other.to_string(),
    }
}
