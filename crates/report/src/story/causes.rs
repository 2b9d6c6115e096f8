//! Why: what set it off, which tiers left their normal range, and what could have been seen first.

use super::{AT_ONCE, broken, reason};
use crate::number::{self, Unit};
use brownout_analysis::findings::{Findings, MarkKind, TierFinding};
use brownout_stats::Estimate;

/// Attempts for each intent from which on retries are worth a sentence.
const MANY_ATTEMPTS: f64 = 1.2;

/// Reasons for a smaller part of what a tier turned away are left to the table.
const FEW: f64 = 0.01;

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
        format!(" The latest trigger before that had begun {} earlier.", number::clock(onset.at.mean - from))
    });
    format!("The first thing to be seen was at {}, {at} after the start: {}.{lag}", first.name, onset.symptom)
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

fn cause(findings: &Findings, tier: &TierFinding) -> String {
    let onset = tier.onset.as_ref().expect("a broken tier has an onset");
    let said = format!(
        "{} left its normal range at {} in {} of {} replications: {}.",
        tier.name,
        number::clock_estimate(&onset.at),
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
    facts.extend(turned_away(tier));
    let callers: Vec<&str> =
        findings.tiers.iter().filter(|t| t.calls.contains(&tier.name)).map(|t| t.name.as_str()).collect();
    if !callers.is_empty() {
        facts.push(format!("it is called by {}", callers.join(", ")));
    }
    if facts.is_empty() { said } else { format!("{said} Over the run, {}.", facts.join("; ")) }
}

/// How many calls a tier turned away, and for which reasons.
fn turned_away(tier: &TierFinding) -> Option<String> {
    let all: f64 = tier.shed.values().map(|rate| rate.mean).sum();
    let most = tier.shed.iter().filter(|(_, rate)| 0.0 < rate.mean && FEW * all <= rate.mean);
    let said: Vec<String> = most
        .map(|(why, rate)| format!("{} with {}", number::estimate(rate, Unit::PerSecond), reason(why)))
        .collect();
    (!said.is_empty()).then(|| format!("it turned away {}", said.join(" and ")))
}
