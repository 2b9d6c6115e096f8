//! What to look at next, in words.

use crate::story::written;
use brownout_analysis::findings::{Advice, AdviceKind, Findings};

/// Questions and next experiments, the most pressing first.
pub(crate) fn next(findings: &Findings) -> Vec<String> {
    findings.advice.iter().map(|advice| said(findings, advice)).collect()
}

fn said(findings: &Findings, advice: &Advice) -> String {
    let tier = advice.evidence.as_ref().map_or_else(String::new, |evidence| evidence.subject.to_string());
    let value = advice.evidence.as_ref().map_or_else(String::new, written);
    match advice.kind {
        AdviceKind::Expectation(which) => match findings.expectations.get(which) {
            Some(e) => format!(
                "The expectation “{}” was met in {} of {} replications: is the model wrong, or was the expectation?",
                e.that, e.passed, e.replications
            ),
            None => "An expectation was not met: is the model wrong, or was the expectation?".to_owned(),
        },
        AdviceKind::RunLonger => {
            "Run longer than the trigger lasts, so that recovery can be seen.".to_owned()
        }
        AdviceKind::FindLoop => "It was still failing when the run ended. Does it come back without retries, or with \
                                 the load taken away for a while? Then a loop sustains it, and not the trigger."
            .to_owned(),
        AdviceKind::FindCapacity => "It was failing from the beginning. What is the load that it does serve? Ask the \
                                     question about the trigger again at that load."
            .to_owned(),
        AdviceKind::CheckLoad => "It changed without a trigger. Is the load above what it can sustain, or was the \
                                  warm-up too short?"
            .to_owned(),
        AdviceKind::FewerRetries => format!(
            "{value} of the calls to {tier} were retries: try the scenario with fewer retries, or a retry budget."
        ),
        AdviceKind::PropagateDeadlines => format!(
            "{value} of the service time of {tier} went to callers that had left: try deadlines that propagate, or a \
             bounded queue."
        ),
        AdviceKind::AddWorkers => format!(
            "{tier} was busy to {value}: would more of it help, or only move the queue to the tier behind it?"
        ),
        AdviceKind::AddMemory => format!(
            "The KV cache of {tier} was full to {value}: memory limits it before computing does. Would shorter \
             contexts, more replicas or cards with more memory help most?"
        ),
        AdviceKind::MoreReplications => {
            "Run more replications: one has no intervals, and another seed may end otherwise.".to_owned()
        }
        AdviceKind::DependLess => "No tier was at its limit: the trigger alone did the harm. Would a shorter timeout, \
                                   a fallback or a cache let callers do without what failed?"
            .to_owned(),
        AdviceKind::RaiseLoad => {
            "Raise the load until something breaks: nothing here was near its limit.".to_owned()
        }
    }
}
