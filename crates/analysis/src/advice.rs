//! What to look at next: questions that the findings themselves raise, each with the number that raised it.

use crate::evidence::Evidence;
use crate::findings::Findings;
use brownout_metrics::tiers::{PEAK_UTILISATION, RETRY_SHARE, WASTED};
use brownout_metrics::tokens::KV_PEAK;
use brownout_metrics::{Badge, Metric};
use serde::{Deserialize, Serialize};

/// Above this peak utilisation, workers or a cache have nothing to spare.
const BUSY: f64 = 0.95;
/// A tenth of all work for callers that had left is worth a question.
const WASTED_MIN: f64 = 0.1;
/// With more retries than first attempts, failures cause most of the load.
const RETRIES_MIN: f64 = 0.5;
/// An interval needs two replications.
const REPLICATIONS_MIN: u32 = 2;

/// One question or next experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Which.
    pub kind: AdviceKind,
    /// The number that raised it, where it was one.
    pub evidence: Option<Evidence>,
}

/// What to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdviceKind {
    /// This one of the expectations was not met: is the model wrong, or was the expectation?
    Expectation(usize),
    /// The run ended before its trigger did: run longer.
    RunLonger,
    /// It was down at the end: look for the loop that keeps it there.
    FindLoop,
    /// It was failing from the beginning: look for the load that it can serve.
    FindCapacity,
    /// It left its normal range without a trigger: look at the load and the warm-up.
    CheckLoad,
    /// Most calls to a tier were retries: try fewer, or a budget.
    FewerRetries,
    /// A tier worked for callers that had left: try deadlines that propagate, or a bounded queue.
    PropagateDeadlines,
    /// A tier had no worker to spare: would more of it help?
    AddWorkers,
    /// A KV cache was full: memory limits it before compute does.
    AddMemory,
    /// One replication says nothing about chance: run more.
    MoreReplications,
    /// It was harmed, and no tier was at a limit: look at what depends on the tier that failed.
    DependLess,
    /// Nothing was near its limit, and no operation was harmed: raise the load.
    RaiseLoad,
}

/// Questions and next experiments, the most pressing first; there is at least one.
pub(crate) fn advice(findings: &Findings) -> Vec<Advice> {
    let missed = findings.expectations.iter().enumerate().filter(|(_, expectation)| !expectation.pass);
    let plain = |kind| Advice { kind, evidence: None };
    let mut all: Vec<Advice> = missed.map(|(at, _)| plain(AdviceKind::Expectation(at))).collect();
    all.extend(of_ending(findings.verdict.badge).map(plain));
    for (kind, metric, least) in [
        (AdviceKind::FewerRetries, &RETRY_SHARE, RETRIES_MIN),
        (AdviceKind::PropagateDeadlines, &WASTED, WASTED_MIN),
        (AdviceKind::AddWorkers, &PEAK_UTILISATION, BUSY),
        (AdviceKind::AddMemory, &KV_PEAK, BUSY),
    ] {
        let evidence = highest(findings, metric, least);
        all.extend(evidence.map(|evidence| Advice { kind, evidence: Some(evidence) }));
    }
    if findings.stamp.replications < REPLICATIONS_MIN {
        all.push(plain(AdviceKind::MoreReplications));
    }
    if all.is_empty() {
        let fine = matches!(findings.verdict.badge, Badge::Unharmed | Badge::Dented);
        all.push(plain(if fine { AdviceKind::RaiseLoad } else { AdviceKind::DependLess }));
    }
    all
}

fn of_ending(badge: Badge) -> Option<AdviceKind> {
    match badge {
        Badge::Undecided => Some(AdviceKind::RunLonger),
        Badge::NeverCameBack => Some(AdviceKind::FindLoop),
        Badge::Failing => Some(AdviceKind::FindCapacity),
        Badge::Unsteady => Some(AdviceKind::CheckLoad),
        Badge::Unharmed
        | Badge::Dented
        | Badge::HealedWithTrigger
        | Badge::SelfHealed
        | Badge::SlowDrain
        | Badge::NeededIntervention => None,
    }
}

/// The tier in which a metric is highest, if it reaches `least` there.
fn highest(findings: &Findings, metric: &Metric, least: f64) -> Option<Evidence> {
    let tiers = findings.service.tiers.iter();
    let reached =
        tiers.filter_map(|tier| Evidence::at_least(&findings.values, &tier.subject(), metric, least));
    reached.max_by(|a, b| a.value.mean.total_cmp(&b.value.mean))
}
