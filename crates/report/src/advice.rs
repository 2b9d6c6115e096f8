//! What to look at next: questions that the findings themselves raise, each with the number that raised it.

use crate::number::{self, Unit};
use brownout_analysis::findings::{Badge, Findings, TierFinding};
use brownout_stats::Estimate;

/// Workers that are busier than this at their peak have nothing to spare.
const BUSY: f64 = 0.95;
/// A tenth of all work for nobody is worth a question.
const WASTED: f64 = 0.1;
/// As many retries as first attempts.
const RETRIES: f64 = 0.5;

/// Questions and next experiments, the most pressing first.
pub(crate) fn next(findings: &Findings) -> Vec<String> {
    let mut said = Vec::new();
    for e in findings.expectations.iter().filter(|e| !e.pass) {
        said.push(format!(
            "The expectation “{}” was met in {} of {} replications: is the model wrong, or was the expectation?",
            e.that, e.passed, e.replications
        ));
    }
    match findings.verdict.badge {
        Badge::Undecided => said.push("Run longer than the trigger lasts, so that recovery can be seen.".to_owned()),
        Badge::NeverCameBack => said.push(
            "It was still failing when the run ended. Does it come back without retries, or with the load taken away \
             for a while? Then a loop sustains it, and not the trigger."
                .to_owned(),
        ),
        Badge::Failing => said.push(
            "It was failing from the beginning. What is the load that it does serve? Ask the question about the \
             trigger again at that load."
                .to_owned(),
        ),
        Badge::Unsteady => said.push(
            "It changed without a trigger. Is the load above what it can sustain, or was the warm-up too short?"
                .to_owned(),
        ),
        Badge::Steady
        | Badge::Absorbed
        | Badge::SelfHealed
        | Badge::SlowDrain
        | Badge::NeededIntervention => {}
    }
    if let Some((tier, share)) = most(findings, |t| t.retry_share, RETRIES) {
        said.push(format!(
            "{share} of the calls to {tier} were retries: try the scenario with fewer retries, or a retry budget."
        ));
    }
    if let Some((tier, share)) = most(findings, |t| t.wasted, WASTED) {
        said.push(format!(
            "{share} of the service time of {tier} went to callers that had left: try deadlines that propagate, or a \
             bounded queue."
        ));
    }
    if let Some((tier, busy)) = most(findings, |t| t.peak_utilisation, BUSY) {
        said.push(format!(
            "{tier} was busy to {busy}: would more of it help, or only move the queue to the tier behind it?"
        ));
    }
    if let Some((tier, full)) = most(findings, |t| t.tokens.as_ref().map(|tokens| tokens.kv_peak), BUSY) {
        said.push(format!(
            "The KV cache of {tier} was full to {full}: memory limits it before computing does. Would shorter \
             contexts, more replicas or cards with more memory help most?"
        ));
    }
    if findings.stamp.replications < 2 {
        said.push(
            "Run more replications: one has no intervals, and another seed may end otherwise.".to_owned(),
        );
    }
    if said.is_empty() {
        said.push("Raise the load until something breaks: nothing here was near its limit.".to_owned());
    }
    said
}

/// The tier with the highest share, if it reaches `least`.
fn most(
    findings: &Findings,
    share: impl Fn(&TierFinding) -> Option<Estimate>,
    least: f64,
) -> Option<(&str, String)> {
    let known = findings.tiers.iter().filter_map(|t| share(t).map(|s| (t.name.as_str(), s)));
    let (tier, highest) =
        known.filter(|(_, s)| s.mean >= least).max_by(|a, b| a.1.mean.total_cmp(&b.1.mean))?;
    Some((tier, number::estimate(&highest, Unit::Share)))
}
