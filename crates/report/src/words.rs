//! Sentences that several outputs share.

use crate::number;
use brownout_analysis::findings::{Badge, Findings, Symptom};
use brownout_metrics::tiers::HEAD_AGE_MAX;

/// How a run ended, in a sentence.
pub(crate) fn verdict_line(findings: &Findings) -> String {
    let verdict = &findings.verdict;
    let said = match verdict.badge {
        Badge::Steady => "Goodput stayed in its normal range",
        Badge::Absorbed => "Goodput never left its normal range",
        Badge::SelfHealed => "Goodput was back soon after the trigger",
        Badge::SlowDrain => "Goodput was back, but late",
        Badge::NeededIntervention => "Goodput was back only after an operator had acted",
        Badge::Unsteady => "Goodput left its normal range without a trigger",
        Badge::Failing => "Less than half was answered in time before anything happened",
        Badge::NeverCameBack => "Goodput was not back when the run ended",
        Badge::Undecided => "The run ended while the trigger lasted",
    };
    match &verdict.recovery_seconds {
        Some(after) => format!("{said}, {} after the trigger.", number::clock(after.mean)),
        None => format!("{said}."),
    }
}

/// What departed at a tier, in a few words.
pub(crate) fn symptom_words(symptom: &Symptom) -> String {
    let sign = &symptom.sign;
    let Some(metric) = sign.metric() else { return sign.key.clone() };
    let [value, usual] = [sign.value, sign.usual].map(|value| number::value(value, metric.unit));
    if *metric == HEAD_AGE_MAX {
        format!("the head of the queue waited {value} (normally at most {usual})")
    } else {
        format!("{value} of its calls were turned away (normally at most {usual})")
    }
}
