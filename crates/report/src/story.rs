//! What the pages say in words: the same sentences for HTML and Markdown, not yet escaped for either.

use crate::happened;
use crate::number::{self, Unit};
use brownout_analysis::findings::{Badge, ClassVerdict, Expectation, Findings, MarkKind, TierFinding};
use brownout_stats::Estimate;
use std::collections::BTreeSet;

/// One line of the timeline.
pub(crate) struct Event {
    /// Seconds since the start.
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// Attempts for each intent from which on retries are worth a sentence.
const MANY_ATTEMPTS: f64 = 1.2;

/// What follows within so many seconds follows at once.
const AT_ONCE: f64 = 1.0;

/// What every page must say about how its numbers were made.
pub(crate) fn assumptions(findings: &Findings) -> Vec<String> {
    let stamp = &findings.stamp;
    let mut said = vec![
        "This is a simulation. It shows what the described service does under the described load, and is as good as \
         that description."
            .to_owned(),
        format!(
            "The first {} of each run are warm-up: in the charts, but not in the tables.",
            number::clock(stamp.warmup_seconds)
        ),
        format!("Charts have one value every {}.", number::clock(findings.series.window)),
        "An intent succeeded if it was answered while its client still waited, and is goodput if it also kept its SLO."
            .to_owned(),
        "Contributing causes are observations in order of time. That one came before another does not prove that it \
         led to it."
            .to_owned(),
    ];
    if stamp.replications < 2 {
        said.push("One replication has no intervals: another seed may end otherwise.".to_owned());
    }
    said
}

/// How it ended for each class, where that was not the same for all.
pub(crate) fn by_class(findings: &Findings) -> Option<String> {
    let classes = &findings.verdict.classes;
    let same = classes.values().all(|class| class.badge == findings.verdict.badge);
    let one = |(name, class): (&String, &ClassVerdict)| {
        let after = class.recovery_seconds.as_ref().filter(|after| AT_ONCE <= after.mean);
        let after = after.map(|e| format!(" after {}", number::estimate(e, Unit::Seconds)));
        format!("{name} {}{}", badge(class.badge), after.unwrap_or_default())
    };
    (!same).then(|| format!("By class: {}.", classes.iter().map(one).collect::<Vec<_>>().join("; ")))
}

/// A verdict's badge in words.
pub(crate) const fn badge(badge: Badge) -> &'static str {
    match badge {
        Badge::Steady => "no trigger, steady",
        Badge::Absorbed => "absorbed",
        Badge::SelfHealed => "self-healed",
        Badge::SlowDrain => "slow drain",
        Badge::NeededIntervention => "needed intervention",
        Badge::Unsteady => "no trigger, unsteady",
        Badge::Failing => "failing all along",
        Badge::NeverCameBack => "never came back",
        Badge::Undecided => "undecided",
    }
}

/// A reason's key in words that need no legend.
pub(crate) fn reason(key: &str) -> String {
    match key {
        "ok" => "answered",
        "timeout" => "timed out",
        "gave_up" => "gave up",
        "http_401" => "401 unauthorised",
        "http_429" => "429 too many requests",
        "http_500" => "500 error",
        "http_503" => "503 unavailable",
        "http_504" => "504 gateway timeout",
        "http_529" => "529 overloaded",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// The tiers from the edge down: each before those it calls, otherwise as in the file; loops are cut at their first
/// tier in the file.
pub(crate) fn call_order(tiers: &[TierFinding]) -> Vec<&String> {
    let mut order: Vec<&String> = Vec::with_capacity(tiers.len());
    let mut left: Vec<&TierFinding> = tiers.iter().collect();
    while !left.is_empty() {
        let called: BTreeSet<&String> =
            left.iter().flat_map(|t| t.calls.iter().filter(|c| **c != t.name)).collect();
        let next = left.iter().position(|t| !called.contains(&t.name)).unwrap_or(0);
        order.push(&left.remove(next).name);
    }
    order
}

/// What set it off: surges and faults, in order of time.
pub(crate) fn triggers(findings: &Findings) -> Vec<String> {
    let mut marks: Vec<_> = findings.marks.iter().collect();
    marks.sort_by(|a, b| a.from.total_cmp(&b.from));
    let say = |m: &brownout_analysis::findings::Mark| {
        let kind = match m.kind {
            MarkKind::Surge => "surge",
            MarkKind::Fault => "fault",
        };
        if m.to > m.from {
            format!("{}: {kind} from {} to {}", m.label, number::clock(m.from), number::clock(m.to))
        } else {
            format!("{}: {kind} at {}", m.label, number::clock(m.from))
        }
    };
    let mut said: Vec<String> = marks.into_iter().map(say).collect();
    if said.is_empty() {
        let none = if findings.happened.events.is_empty() {
            "No surge and no fault was part of this scenario."
        } else {
            "Nothing was scheduled; what happened without a schedule is in the timeline."
        };
        said.push(none.to_owned());
    }
    said
}

/// Tiers that left their normal range, in order of time, with what was measured there.
pub(crate) fn causes(findings: &Findings) -> Vec<String> {
    let mut said: Vec<String> = broken(findings).into_iter().map(|t| cause(findings, t)).collect();
    said.extend(retrying(findings));
    if said.is_empty() {
        said.push("No tier left its normal range, and clients hardly retried.".to_owned());
    }
    said
}

/// What could have been seen first.
pub(crate) fn detection(findings: &Findings) -> String {
    let broken = broken(findings);
    let Some((first, onset)) = broken.first().and_then(|t| t.onset.as_ref().map(|o| (t, o))) else {
        return "No tier left its normal range in most of the replications: there was nothing to be seen at a tier."
            .to_owned();
    };
    let at = number::clock(onset.at.mean);
    let before = findings.marks.iter().map(|m| m.from).filter(|&from| from <= onset.at.mean).reduce(f64::max);
    let lag = before.map_or_else(String::new, |from| {
        if onset.at.mean - from < AT_ONCE {
            return " The latest trigger began at that moment.".to_owned();
        }
        format!(" That was {} after the latest trigger before it began.", number::clock(onset.at.mean - from))
    });
    format!("The first thing to be seen was at {}, {at} after the start: {}.{lag}", first.name, onset.symptom)
}

/// How it ended.
pub(crate) fn resolution(findings: &Findings) -> String {
    let verdict = &findings.verdict;
    let at_once = verdict.recovery_seconds.is_some_and(|e| e.mean < AT_ONCE);
    let recovery = verdict.recovery_seconds.as_ref().map(|e| number::estimate(e, Unit::Seconds));
    let ended = match (verdict.badge, recovery) {
        (Badge::SelfHealed, Some(_)) if at_once => "Goodput was back when the trigger ended.".to_owned(),
        (Badge::Steady, _) => "There was nothing to recover from: goodput stayed as it was.".to_owned(),
        (Badge::Unsteady, _) => "Goodput left its normal range without a trigger.".to_owned(),
        (Badge::Failing, _) => {
            "Less than half was answered in time from the beginning: there was no normal range to come back to."
                .to_owned()
        }
        (Badge::Absorbed, _) => "Goodput never left its normal range.".to_owned(),
        (Badge::SelfHealed, Some(after)) => format!("Goodput was back {after} after the trigger ended."),
        (Badge::SlowDrain, Some(after)) => {
            format!("Goodput was back, but only {after} after the trigger ended.")
        }
        (Badge::SelfHealed, None) => "Goodput was back soon after the trigger ended.".to_owned(),
        (Badge::NeededIntervention, Some(after)) => {
            format!("Goodput was back {after} after the trigger ended, and after somebody had acted.")
        }
        (Badge::NeededIntervention, None) => "Goodput was back after somebody had acted.".to_owned(),
        (Badge::SlowDrain, None) => "Goodput was back, but late.".to_owned(),
        (Badge::NeverCameBack, _) => "Goodput was not back when the run ended.".to_owned(),
        (Badge::Undecided, _) => {
            "The run ended while the trigger lasted, so nothing can be said about recovery.".to_owned()
        }
    };
    let ended = spent(findings).map_or(ended.clone(), |spent| format!("{ended} {spent}"));
    if verdict.counts.len() < 2 {
        return ended;
    }
    let counts = verdict.counts.iter().map(|(badge, n)| format!("{} in {n}", badge.replace('-', " ")));
    format!("{ended} Replications differ: {}.", counts.collect::<Vec<_>>().join(", "))
}

/// What capacity of other clouds cost.
fn spent(findings: &Findings) -> Option<String> {
    let one = |tier: &TierFinding| {
        let leased = tier.leased.as_ref()?;
        let (hours, dollars) = (
            number::estimate(&leased.replica_hours, Unit::Count),
            number::estimate(&leased.dollars, Unit::Dollars),
        );
        Some(format!("{hours} replica-hours for {} at {dollars}", tier.name))
    };
    let all: Vec<String> = findings.tiers.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| format!("Leased from other clouds: {}.", all.join("; ")))
}

/// Triggers, onsets and what happened, in order of time.
pub(crate) fn timeline(findings: &Findings) -> Vec<Event> {
    let mut events = Vec::new();
    for mark in &findings.marks {
        if mark.to > mark.from {
            events.push(Event { at: mark.from, text: format!("{} begins", mark.label) });
            events.push(Event { at: mark.to, text: format!("{} ends", mark.label) });
        } else {
            events.push(Event { at: mark.from, text: mark.label.clone() });
        }
    }
    for tier in broken(findings) {
        let onset = tier.onset.as_ref().expect("a broken tier has an onset");
        events.push(Event {
            at: onset.at.mean,
            text: format!("{} leaves its normal range: {}", tier.name, onset.symptom),
        });
    }
    events.extend(happened::lines(findings));
    events.push(Event { at: findings.stamp.simulated_seconds, text: "the run ends".to_owned() });
    events.retain(|e| e.at <= findings.stamp.simulated_seconds);
    events.sort_by(|a, b| a.at.total_cmp(&b.at));
    events
}

/// `3 of 4 expectations met`, or nothing if nothing was expected.
pub(crate) fn expectations_met(expectations: &[Expectation]) -> Option<String> {
    let met = expectations.iter().filter(|e| e.pass).count();
    match expectations.len() {
        0 => None,
        1 => Some(format!("{met} of 1 expectation met")),
        n => Some(format!("{met} of {n} expectations met")),
    }
}

/// Whose clients tried most often, if any tried much more than once.
fn retrying(findings: &Findings) -> Option<String> {
    let paths =
        findings.classes.iter().flat_map(|(class, ops)| ops.iter().map(move |(op, p)| (class, op, p)));
    let mut tried: Vec<(&String, &String, Estimate)> = paths
        .filter_map(|(class, op, p)| Some((class, op, p.attempts_per_intent?)))
        .filter(|(_, _, attempts)| attempts.mean >= MANY_ATTEMPTS)
        .collect();
    tried.sort_by(|a, b| b.2.mean.total_cmp(&a.2.mean));
    let most = tried
        .iter()
        .take(3)
        .map(|(class, op, n)| format!("{} by {class} · {op}", number::estimate(n, Unit::Count)));
    let most: Vec<String> = most.collect();
    if most.is_empty() { None } else { Some(format!("Attempts for each intent: {}.", most.join(", "))) }
}

/// Tiers with an onset, the earliest first.
fn broken(findings: &Findings) -> Vec<&TierFinding> {
    let onset = |t: &TierFinding| t.onset.as_ref().map_or(f64::INFINITY, |o| o.at.mean);
    let mut tiers: Vec<&TierFinding> = findings.tiers.iter().filter(|t| t.onset.is_some()).collect();
    tiers.sort_by(|a, b| onset(a).total_cmp(&onset(b)));
    tiers
}

fn cause(findings: &Findings, tier: &TierFinding) -> String {
    let onset = tier.onset.as_ref().expect("a broken tier has an onset");
    let said = format!(
        "{} left its normal range at {} in {} of {} replications: {}.",
        tier.name,
        number::clock(onset.at.mean),
        onset.replications,
        findings.stamp.replications,
        onset.symptom
    );
    let mut facts = Vec::new();
    let share = |e: &Option<Estimate>, least: f64| {
        e.filter(|e| e.mean >= least).map(|e| number::estimate(&e, Unit::Share))
    };
    if let Some(busy) = share(&tier.peak_utilisation, 0.5) {
        facts.push(format!("its workers were busy up to {busy}"));
    }
    if let Some(retries) = share(&tier.retry_share, 0.05) {
        facts.push(format!("{retries} of its calls were retries"));
    }
    if let Some(wasted) = share(&tier.wasted, 0.01) {
        facts.push(format!("{wasted} of its service time went to callers that had left"));
    }
    if let Some(crossed) = share(&tier.crossed, 0.01) {
        facts.push(format!("{crossed} of its calls left the zone of their caller"));
    }
    for (why, rate) in tier.shed.iter().filter(|(_, rate)| rate.mean > 0.0) {
        facts.push(format!("it turned away {} ({})", number::estimate(rate, Unit::PerSecond), reason(why)));
    }
    let callers: Vec<&str> =
        findings.tiers.iter().filter(|t| t.calls.contains(&tier.name)).map(|t| t.name.as_str()).collect();
    if !callers.is_empty() {
        facts.push(format!("it is called by {}", callers.join(", ")));
    }
    if facts.is_empty() { said } else { format!("{said} Over the run, {}.", facts.join("; ")) }
}
