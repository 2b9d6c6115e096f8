//! Why: what set it off, which tiers left their normal range, and what could have been seen first.

use super::changes::{self, Worded, trigger_kind};
use super::{reason_of, symptom};
use crate::number;
use brownout_analysis::findings::{Cause, Evidence, Findings, Mark, Symptom};
use brownout_analysis::is_at_once;
use brownout_metrics::tiers::{CROSSED, PEAK_UTILISATION, RETRY_SHARE, WASTED};
use brownout_metrics::{Subject, Unit};
use std::collections::BTreeSet;

/// What set it off: surges and faults, in order of time, and acts of operators that harm began with.
pub(crate) fn triggers(findings: &Findings) -> Vec<String> {
    let say = |trigger: &Worded<'_, Mark>| {
        let Worded { words, of: mark } = trigger;
        let kind = trigger_kind(mark.kind);
        let kind = if mark.unmet { format!("{kind} where no call comes,") } else { kind.to_owned() };
        if mark.to > mark.from {
            format!("{words}: {kind} from {} to {}", number::clock(mark.from), number::clock(mark.to))
        } else {
            format!("{words}: {kind} at {}", number::clock(mark.from))
        }
    };
    let mut said: Vec<String> = changes::marks(findings).iter().map(say).collect();
    let outbreaks = findings.verdict.operations.iter().flat_map(|operation| &operation.outbreaks);
    let acts: BTreeSet<usize> = outbreaks.filter_map(|outbreak| outbreak.act).collect();
    let acts = acts.into_iter().filter_map(|at| findings.happened.events.get(at));
    said.extend(acts.map(|act| format!("{}: done at {}", changes::happening(act), number::clock(act.from))));
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

/// Tiers that left their normal range, in order of time, with what was measured there; and whose clients retried.
pub(crate) fn causes(findings: &Findings) -> Vec<String> {
    let of = |symptom: &Symptom| findings.causes.iter().find(|cause| cause.tier == symptom.tier);
    let mut said: Vec<String> =
        findings.symptoms.iter().map(|symptom| cause(findings, symptom, of(symptom))).collect();
    said.extend(retrying(&findings.retrying));
    if said.is_empty() {
        said.push("No tier left its normal range, and clients seldom retried.".to_owned());
    }
    said
}

/// What could have been seen first.
pub(crate) fn detection(findings: &Findings) -> String {
    let (Some(detection), Some(first)) = (&findings.detection, findings.symptoms.first()) else {
        return "No tier left its normal range in most of the replications: there was nothing to be seen at a tier."
            .to_owned();
    };
    let lag = match detection.after_latest {
        None => String::new(),
        Some(lag) if is_at_once(lag) => " The latest trigger began at that moment.".to_owned(),
        Some(lag) => {
            format!(" The latest trigger before that had begun {} earlier.", number::clock(lag))
        }
    };
    format!(
        "The first thing to be seen was at {}, {} after the start: {}.{lag}",
        detection.tier,
        number::clock(detection.at),
        symptom(&first.sign)
    )
}

/// Whose clients tried most often.
fn retrying(most: &[Evidence]) -> Option<String> {
    let whose = |subject: &Subject| match subject {
        Subject::Path { class, operation } => format!("{class} · {operation}"),
        other => other.to_string(),
    };
    let said: Vec<String> =
        most.iter().map(|one| format!("{} by {}", written(one), whose(&one.subject))).collect();
    (!said.is_empty()).then(|| format!("Attempts for each intent: {}.", said.join(", ")))
}

fn cause(findings: &Findings, departed: &Symptom, cause: Option<&Cause>) -> String {
    let said = format!(
        "{} left its normal range at {} in {} of {} replications: {}.",
        departed.tier,
        number::clock_estimate(&departed.at),
        departed.replications,
        findings.stamp.replications,
        symptom(&departed.sign)
    );
    let Some(cause) = cause else { return said };
    let mut facts: Vec<String> = cause.facts.iter().map(fact).collect();
    facts.extend(turned_away(cause));
    if !cause.callers.is_empty() {
        facts.push(format!("it is called by {}", cause.callers.join(", ")));
    }
    if facts.is_empty() { said } else { format!("{said} Over the run, {}.", facts.join("; ")) }
}

/// What was high at a tier.
fn fact(evidence: &Evidence) -> String {
    let value = written(evidence);
    let metric = evidence.metric();
    let is = |of| metric == Some(of);
    if is(&PEAK_UTILISATION) {
        format!("its workers were busy up to {value}")
    } else if is(&RETRY_SHARE) {
        format!("{value} of its calls were retries")
    } else if is(&WASTED) {
        format!("{value} of its service time went to callers that had left")
    } else if is(&CROSSED) {
        format!("{value} of its calls left the zone of their caller")
    } else {
        format!("{} was {value}", evidence.key.replace('_', " "))
    }
}

/// How many calls a tier turned away or ended badly, and for which reasons.
fn turned_away(cause: &Cause) -> Option<String> {
    let why = |one: &Evidence| {
        let reason = one.metric().map_or("another reason", reason_of);
        format!("{} with {reason}", written(one))
    };
    let said: Vec<String> = cause.turned_away.iter().map(why).collect();
    (!said.is_empty()).then(|| format!("it answered {}", said.join(" and ")))
}

/// The number of some evidence, as a sentence says it.
pub(crate) fn written(evidence: &Evidence) -> String {
    let unit = evidence.metric().map_or(Unit::Times, |metric| metric.unit);
    number::said(&evidence.value, unit)
}
