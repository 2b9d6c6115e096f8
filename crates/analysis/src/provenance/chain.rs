//! The chain: which tier broke first, and the steps from there, as far as intents went through them.

use super::{Because, Decided, Mechanism, Provenance};
use crate::evidence::Evidence;
use crate::findings::{Service, SignKind, Symptom, Values};
use brownout_metrics::tiers::{PEAK_UTILISATION, RETRY_SHARE, WASTED};
use brownout_metrics::tokens::PREEMPTIONS;
use brownout_metrics::{Metric, Subject};
use brownout_model::{LoadId, Model};
use brownout_stats::{Estimate, Moments};
use serde::{Deserialize, Serialize};

/// A step that fewer of the unserved intents went through is left to the table of reasons.
const SHARE_LEAST: f64 = 0.02;
/// Of fewer intents that were not served in one replication, nothing is said about a chain.
const INTENTS_LEAST: f64 = 5.0;

/// How trouble went from tier to tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// The tier that broke first: that to which the reason goes back whose first intent ended first.
    pub first: Option<String>,
    /// In order of time, and of those that begin together the one with the most intents first.
    pub steps: Vec<Step>,
}

/// A step of the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The tier that it goes out from.
    pub from: String,
    /// The tier that it leads to, which calls that one or is called by it; the same one for a loop at one tier.
    pub to: String,
    /// How.
    pub mechanism: Mechanism,
    /// When the tier that it leads to left its normal range, in seconds since the start of the run, if it did.
    pub at: Option<f64>,
    /// How much later than the other that was, in seconds.
    pub lag: Option<f64>,
    /// How many intents of one replication went through it.
    pub count: Estimate,
    /// The share of those that were not served, the mean of all replications.
    pub share: f64,
    /// A number that shows it.
    pub evidence: Option<Evidence>,
}

/// An operation that was begun less often than it would have been, since users were stopped before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Starved {
    /// Whose.
    pub class: String,
    /// Which operation was not begun.
    pub operation: String,
    /// How often, in one replication.
    pub count: Estimate,
    /// The operation that stopped most users: of those before it, the one that failed most often.
    pub by: Option<String>,
    /// What decided most of those, by its place among the reasons.
    pub reason: Option<usize>,
}

/// The chain of all that was found; none where there is no provenance, or too little went wrong.
pub(crate) fn chain(
    provenance: Option<&Provenance>,
    service: &Service,
    values: &Values,
    symptoms: &[Symptom],
) -> Option<Chain> {
    let provenance = provenance.filter(|all| INTENTS_LEAST <= all.unserved.mean)?;
    let all = provenance.unserved.mean;
    let tier = |name: &str| service.tiers.iter().any(|tier| tier.name == name);
    let shown = |tier: &str, kind: SignKind| {
        let of = symptoms.iter().filter(|symptom| symptom.tier == tier);
        of.flat_map(|symptom| std::iter::once(&symptom.sign).chain(&symptom.more))
            .any(|sign| sign.kind == kind)
    };
    let mut steps = Vec::new();
    for link in &provenance.links {
        let Linked { from, to, mechanism, count } = link;
        let evidence = evidence(values, to, *mechanism);
        let is_shown = match mechanism {
            Mechanism::Ejection | Mechanism::Redistribution => shown(from, SignKind::Ejections),
            Mechanism::ColdCache => shown(from, SignKind::Misses),
            Mechanism::Preemption => evidence.is_some(),
            _ => true,
        };
        let share = count.mean / all;
        if !is_shown || share < SHARE_LEAST || !tier(from) || !tier(to) {
            continue;
        }
        let (began, at) = (onset(symptoms, from), onset(symptoms, to));
        let lag = began.zip(at).map(|(began, at)| at - began);
        let (from, to) = (from.clone(), to.clone());
        steps.push(Step { from, to, mechanism: *mechanism, at, lag, count: *count, share, evidence });
    }
    let time = |step: &Step| step.at.unwrap_or(f64::INFINITY);
    steps.sort_by(|a, b| time(a).total_cmp(&time(b)).then(b.count.mean.total_cmp(&a.count.mean)));
    let first = first(&provenance.reasons, all, &tier);
    (first.is_some() || !steps.is_empty()).then_some(Chain { first, steps })
}

/// A step between two places that have names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linked {
    /// Where it goes out from.
    pub from: String,
    /// Where it leads to.
    pub to: String,
    /// How; a mechanism that only some tiers can have is a candidate still.
    pub mechanism: Mechanism,
    /// How many intents of one replication went through it.
    pub count: Estimate,
}

fn onset(symptoms: &[Symptom], tier: &str) -> Option<f64> {
    symptoms.iter().find(|symptom| symptom.tier == tier).map(|symptom| symptom.at.mean)
}

/// The number that shows a mechanism at the tier that it leads to.
fn evidence(values: &Values, tier: &str, mechanism: Mechanism) -> Option<Evidence> {
    let (metric, least): (&Metric, f64) = match mechanism {
        Mechanism::RetryLoad => (&RETRY_SHARE, 0.05),
        Mechanism::OldQueue => (&WASTED, 0.01),
        Mechanism::PoolExhaustion => (&PEAK_UTILISATION, 0.9),
        Mechanism::Preemption => (&PREEMPTIONS, 1e-3),
        _ => return None,
    };
    Evidence::at_least(values, &Subject::Tier(tier.to_owned()), metric, least)
}

/// The tier that a reason goes back to: from a tier whose workers were held by calls, to that which they called.
fn root<'a>(reasons: &'a [Decided], one: &'a Decided) -> &'a str {
    let mut here = one;
    for _ in 0..reasons.len() {
        let Because::Callee(callee) = &here.because else { return &here.place };
        // Those with the most intents stand first.
        match reasons.iter().find(|other| other.place == *callee) {
            Some(next) => here = next,
            None => return callee,
        }
    }
    &here.place
}

/// The first tier that decided because of no other.
fn first(reasons: &[Decided], all: f64, tier: &impl Fn(&str) -> bool) -> Option<String> {
    let many = reasons.iter().filter(|one| SHARE_LEAST * all <= one.count.mean && tier(root(reasons, one)));
    let first = many.min_by(|a, b| a.first.total_cmp(&b.first).then(b.count.mean.total_cmp(&a.count.mean)));
    first.map(|one| root(reasons, one).to_owned())
}

/// Operations that were begun less often, each with what stopped its users.
pub(super) fn starved(
    model: &Model,
    never_begun: &[(Subject, Moments)],
    reasons: &[Decided],
) -> Vec<Starved> {
    let mut all = Vec::new();
    for (subject, moments) in never_begun {
        let Subject::Path { class, operation } = subject else { continue };
        let count = Estimate::of_moments(moments, 0.95);
        if count.mean.abs() < 0.5 {
            continue;
        }
        let before = before(model, class, operation);
        let stops = |one: &&Decided| one.class == *class && before.contains(&one.operation);
        let failed = |operation: &String| {
            let of = reasons.iter().filter(stops).filter(|one| one.operation == *operation);
            of.map(|one| one.count.mean).sum::<f64>()
        };
        let by =
            before.iter().filter(|name| 0.0 < failed(name)).max_by(|a, b| failed(a).total_cmp(&failed(b)));
        let reason =
            by.and_then(|by| reasons.iter().position(|one| one.class == *class && one.operation == *by));
        let by = by.cloned().filter(|_| 0.0 < count.mean);
        let reason = reason.filter(|_| by.is_some());
        all.push(Starved { class: class.clone(), operation: operation.clone(), count, by, reason });
    }
    all
}

/// The operations that users of a class do before one: earlier steps of their journeys, and the login of a session.
fn before(model: &Model, class: &str, operation: &str) -> Vec<String> {
    let name = |id: brownout_model::OperationId| model.operations[usize::from(id.0)].name.clone();
    let mut all: Vec<String> = Vec::new();
    for at in 0..model.loads.len() {
        let load = &model.loads[usize::from(LoadId(at as u16).0)];
        if model.classes[usize::from(load.class.0)].name != class {
            continue;
        }
        let steps: Vec<String> = load.journey.iter().map(|step| name(step.operation)).collect();
        let here = steps.iter().position(|step| step == operation).unwrap_or(0);
        all.extend(steps[..here].iter().cloned());
        all.extend(load.session.as_ref().map(|session| name(session.login)));
    }
    all.retain(|other| other != operation);
    all.sort();
    all.dedup();
    all
}
