//! Why intents were not served, and how trouble went from tier to tier, in words.

use super::changes;
use super::sentence::time;
use crate::number;
use brownout_analysis::findings::{ChangeId, Findings};
use brownout_analysis::provenance::{Because, Chain, Decided, Mechanism, Outcome, Provenance, Reason, Step};
use brownout_metrics::Unit;
use brownout_stats::Estimate;

/// What stands over it.
pub(crate) const HEADING: &str = "Why intents were not served";
/// What stands over the steps.
pub(crate) const SPREAD: &str = "How it spread";
/// Reasons that are told; the results have all.
const REASONS_MAX: usize = 8;
/// Steps that are told.
const STEPS_MAX: usize = 8;
/// What servers did, in the order of the parts of a wait.
const WORK: [&str; 6] = [
    "first attempts",
    "retries",
    "calls whose callers had left",
    "workers held by their own calls",
    "held by calls for callers that had left",
    "nothing",
];

/// What was found, item by item; nothing where it was not asked, or every intent was served.
pub(crate) fn paragraphs(findings: &Findings) -> Vec<String> {
    let Some(found) = &findings.provenance else { return Vec::new() };
    if found.reasons.is_empty() && found.starved.is_empty() {
        return Vec::new();
    }
    let mut said = vec![all(found)];
    said.extend(found.reasons.iter().take(REASONS_MAX).map(|one| reason(findings, found, one)));
    if let Some(more) = found.reasons.get(REASONS_MAX..).filter(|more| !more.is_empty()) {
        let count: f64 = more.iter().map(|one| one.count.mean).sum();
        said.push(format!("{} for {} other reasons.", intents(count), more.len()));
    }
    said.extend(starved(found));
    said
}

/// How it spread, step by step; nothing where nothing is known of it.
pub(crate) fn spread(findings: &Findings) -> Vec<String> {
    findings.chain.as_ref().map_or_else(Vec::new, |chain| steps(findings, chain))
}

/// The same in a few lines: the totals, the reason of most, and the largest step.
pub(crate) fn brief(findings: &Findings) -> Option<String> {
    let found = findings.provenance.as_ref()?;
    let most = found.reasons.first()?;
    let step = findings
        .chain
        .as_ref()
        .and_then(|chain| chain.steps.iter().max_by(|a, b| a.share.total_cmp(&b.share)));
    let step = step.map_or_else(String::new, |step| format!(" {}", self::step(step)));
    Some(format!("{}.{step}", decided_by(findings, found, most)))
}

fn all(found: &Provenance) -> String {
    let of = |outcome| {
        let of = found.reasons.iter().filter(move |one| one.outcome == outcome);
        of.map(|one| one.count.mean).sum::<f64>()
    };
    format!(
        "{} were not served as promised: {} failed, {} came too late, {} were open at the end. Each has one reason:",
        many(&found.unserved),
        number::grouped(of(Outcome::Failed).round() as u64),
        number::grouped(of(Outcome::Late).round() as u64),
        number::grouped(of(Outcome::Open).round() as u64),
    )
}

fn intents(count: f64) -> String {
    let count = count.round() as u64;
    format!("{} {}", number::grouped(count), if count == 1 { "intent" } else { "intents" })
}

/// How many intents; of one replication exactly.
fn many(count: &Estimate) -> String {
    if count.n == 1 { intents(count.mean) } else { number::said(count, Unit::Count("intents")) }
}

fn reason(findings: &Findings, found: &Provenance, one: &Decided) -> String {
    format!("{}{}.", decided_by(findings, found, one), waited(one))
}

/// The same without the wait.
fn decided_by(findings: &Findings, found: &Provenance, one: &Decided) -> String {
    let share = one.count.mean / found.unserved.mean.max(f64::MIN_POSITIVE);
    let how = match one.outcome {
        Outcome::Failed => "failed",
        Outcome::Late => "came too late",
        Outcome::Open => "were open at the end",
    };
    format!(
        "{} ({}) of {} · {} {how}: they {}{}",
        many(&one.count),
        number::plain(share, Unit::Share),
        one.class,
        one.operation,
        decided(one.reason, &one.place),
        because(findings, one),
    )
}

/// What decided it, at a place.
fn decided(reason: Reason, place: &str) -> String {
    match reason {
        Reason::FullQueue => format!("were refused by the full queue of {place}"),
        Reason::NoReplica => format!("were refused since no replica of {place} took calls"),
        Reason::Down => format!("were refused by a replica of {place} that was down"),
        Reason::Lease => format!("were refused since no replica of {place} had a lease"),
        Reason::Name => format!("were refused since the name of {place} was not resolved"),
        Reason::Shed => format!("were refused since an operator let only a part of the calls in at {place}"),
        Reason::Policy => format!("were turned away by a policy of {place}"),
        Reason::Deadline => format!("were at {place} when their deadline had passed"),
        Reason::Lost => format!("got lost on the way to {place}"),
        Reason::Dropped => format!("were dropped by the full accept queue of {place}"),
        Reason::Withheld => format!("were held back by a policy of {place} on its calls"),
        Reason::TooLarge => format!("were larger than any replica of {place} could serve"),
        Reason::Session => format!("had a session that had expired, said {place}"),
        Reason::Error => format!("failed at {place}"),
        Reason::Crashed => format!("were inside of {place} when their replica died"),
        Reason::Expired => format!("waited for longer than {place} lets calls wait"),
        Reason::Waiting => format!("waited in the queue of {place}"),
        Reason::Service => format!("were in service at {place}"),
        Reason::Way => format!("were on the way through {place}"),
        Reason::Pause => {
            format!("were at {place}, between two tries or waiting for what another call fetches")
        }
    }
}

fn because(findings: &Findings, one: &Decided) -> String {
    match &one.because {
        Because::Tier => String::new(),
        Because::Change(id) => format!(", because of {}", change(findings, *id)),
        Because::Policy(kind) => format!(" ({kind})"),
        Because::FirstAttempts => ", whose workers were busy with first attempts".to_owned(),
        Because::Retries => ", whose workers were busy with retries most of the time".to_owned(),
        Because::Abandoned => {
            ", whose workers were busy with calls whose callers had left most of the time".to_owned()
        }
        Because::Callee(name) => format!(", whose workers were held by calls to {name} most of the time"),
        Because::Idle => ", whose workers did nothing".to_owned(),
    }
}

/// What a change is called.
fn change(findings: &Findings, id: ChangeId) -> String {
    let mark = findings.marks.iter().find(|mark| mark.change == Some(id));
    let event = || findings.happened.events.iter().find(|event| event.change == id);
    mark.map(changes::trigger)
        .or_else(|| event().map(changes::happening))
        .unwrap_or_else(|| "a change of the scenario".to_owned())
}

/// How long, and what servers did meanwhile.
fn waited(one: &Decided) -> String {
    let Some(waited) = &one.waited else { return String::new() };
    let parts = waited.parts.iter().zip(WORK).filter(|(part, _)| 0.005 <= **part);
    let parts: Vec<String> =
        parts.map(|(part, work)| format!("{} {work}", number::plain(*part, Unit::Share))).collect();
    format!("; the wait was {} on average (meanwhile: {})", time(waited.seconds), parts.join(", "))
}

fn starved(found: &Provenance) -> Vec<String> {
    let said = found.starved.iter().filter(|one| 0.0 < one.count.mean).map(|one| {
        let why = match (&one.by, one.reason.and_then(|at| found.reasons.get(at))) {
            (Some(by), Some(reason)) => {
                format!(
                    ": most of its users were stopped at {by}, where most {}",
                    decided(reason.reason, &reason.place)
                )
            }
            _ => String::new(),
        };
        format!("{} of {} · {} never began{why}.", many(&one.count), one.class, one.operation)
    });
    said.collect()
}

fn steps(findings: &Findings, chain: &Chain) -> Vec<String> {
    let first = chain.first.as_ref().map(|first| {
        let at = findings.symptoms.iter().find(|symptom| symptom.tier == *first);
        let at = at.map_or_else(String::new, |symptom| {
            format!(", which left its normal range at {}", number::clock_estimate(&symptom.at))
        });
        format!("The first intents that were not served were decided at {first}{at}.")
    });
    first.into_iter().chain(chain.steps.iter().take(STEPS_MAX).map(step)).collect()
}

fn step(step: &Step) -> String {
    let lag = match step.lag {
        Some(lag) if 1.0 <= lag && step.from != step.to => format!(", {} later", time(lag)),
        _ => String::new(),
    };
    let evidence = step
        .evidence
        .as_ref()
        .map_or_else(String::new, |one| format!(" ({} {})", one.key.replace('_', " "), super::written(one)));
    let way = if step.from == step.to { step.to.clone() } else { format!("{} → {}", step.from, step.to) };
    format!(
        "{way}: {}{lag}{evidence}; {} of the intents that were not served went through it.",
        does(step),
        number::plain(step.share, Unit::Share)
    )
}

/// What a mechanism did.
fn does(step: &Step) -> String {
    let Step { from, to, mechanism, .. } = step;
    match mechanism {
        Mechanism::Backpressure => format!("backpressure: calls of {to} waited for {from}"),
        Mechanism::HandedOn => format!("refusals and errors of {from} were handed on by {to}"),
        Mechanism::PoolExhaustion => format!("pool exhaustion: workers of {to} were held by calls to {from}"),
        Mechanism::RetryLoad => "retry load: its workers served retries most of the time".to_owned(),
        Mechanism::OldQueue => {
            "its queue was older than its callers' patience: it served calls whose callers had left"
                .to_owned()
        }
        Mechanism::Ejection => "ejection: no replica was left in rotation".to_owned(),
        Mechanism::Redistribution => {
            "redistribution: replicas were out of rotation, and the others got their calls".to_owned()
        }
        Mechanism::ColdCache => format!("cold cache: {from} missed, and {to} got the calls"),
        Mechanism::Failover => format!("failover: calls that {from} had failed went to {to}"),
        Mechanism::Preemption => "preemption: running requests lost their KV cache to others".to_owned(),
    }
}

/// A mechanism and its share, as a label.
pub(crate) fn label(step: &Step) -> String {
    let name = match step.mechanism {
        Mechanism::Backpressure => "waits",
        Mechanism::HandedOn => "errors",
        Mechanism::PoolExhaustion => "pool held",
        Mechanism::RetryLoad => "retries",
        Mechanism::OldQueue => "old queue",
        Mechanism::Ejection => "ejected",
        Mechanism::Redistribution => "redistributed",
        Mechanism::ColdCache => "cold cache",
        Mechanism::Failover => "failover",
        Mechanism::Preemption => "preempted",
    };
    format!("{name} {}", number::plain(step.share, Unit::Share))
}
