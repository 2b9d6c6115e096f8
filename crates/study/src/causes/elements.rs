//! What is changed in a scenario to see whether it helps: more capacity, younger queues, fewer retries, at the tiers
//! where it broke; what the file has switched off; its controllers left out.

use crate::laid::{Laid, over};
use crate::{Asking, Case};
use brownout_analysis::Findings;
use brownout_analysis::counterfactual::Remedy;
use brownout_analysis::findings::Outbreak;
use brownout_metrics::Subject;
use brownout_metrics::tiers::PEAK_UTILISATION;
use brownout_model::{Body, Load, Model, Order, Station, Tier, TierId};
use brownout_observe::Layout;
use brownout_units::Span;

/// Tiers of the chain at which something is changed.
const TIERS_MAX: usize = 3;
/// The most replicas that a change may ask for, as the language has it.
const REPLICAS_MAX: u32 = 10_000;

/// Seconds that a call may wait in a queue where its caller would wait for longer still: people see that it is slow.
const QUEUE_AGE_MAX: f64 = 2.0;

/// A change that is tried.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) remedy: Remedy,
    pub(super) set: Laid,
    /// What it compiles to, from the start of the run.
    pub(super) case: Case,
}

/// All that are worth a run: each compiles, keeps the places of the scenario, and changes something.
pub(super) fn elements(
    asking: Asking<'_>,
    case: &Case,
    findings: &Findings,
    outbreak: &Outbreak,
) -> Vec<Element> {
    let model = &case.scenario.model;
    let mut tried: Vec<(Remedy, Laid)> = Vec::new();
    for tier in chain(model, findings, outbreak) {
        at_tier(model, &model.tiers[usize::from(tier.0)], &mut tried);
        callers(model, tier, &mut tried);
    }
    for load in &model.loads {
        of_load(load, &mut tried);
    }
    for controller in &model.controllers {
        let path = format!("controller.{}", controller.name);
        let set = vec![(format!("{path}.enabled"), "false".to_owned())];
        tried.push((Remedy::Without { path }, set));
    }
    let off = asking.document.switched_off(asking.overrides).into_iter();
    let helps =
        |path: &String| ["tier.", "load.", "controller.", "class."].iter().any(|at| path.starts_with(at));
    tried.extend(off.filter(|path| helps(path) && !path.contains(".surge.")).map(|path| {
        let set = vec![(format!("{path}.enabled"), "true".to_owned())];
        (Remedy::With { path }, set)
    }));
    tried.into_iter().filter_map(|(remedy, set)| element(asking, case, remedy, set)).collect()
}

fn element(asking: Asking<'_>, case: &Case, remedy: Remedy, set: Laid) -> Option<Element> {
    let mut other = Case::at(asking.document, &over(asking.overrides, set.clone())).ok()?;
    let (ours, theirs) = (&case.legend.layout, &other.legend.layout);
    // Runs are held against those beside the night as it was: they have to be of the same places.
    let names = |layout: &Layout| layout.places.iter().map(|place| place.name.clone()).collect::<Vec<_>>();
    let same = names(ours) == names(theirs) && ours.paths == theirs.paths;
    other.scenario.expectations.clear();
    (same && other.scenario.model != case.scenario.model).then_some(Element { remedy, set, case: other })
}

/// The tiers that broke first, in their order; where none of them did, those that were busiest at their peak.
fn chain(model: &Model, findings: &Findings, outbreak: &Outbreak) -> Vec<TierId> {
    let symptoms = outbreak.broke.iter().filter_map(|at| findings.symptoms.get(*at));
    let own: Vec<TierId> = symptoms
        .clone()
        .filter(|symptom| !symptom.handed_on)
        .chain(symptoms.filter(|symptom| symptom.handed_on))
        .filter_map(|symptom| model.tier(&symptom.tier))
        .take(TIERS_MAX)
        .collect();
    if own.is_empty() { busiest(model, findings) } else { own }
}

fn busiest(model: &Model, findings: &Findings) -> Vec<TierId> {
    let peak = |tier: TierId| {
        let subject = Subject::Tier(model.tiers[usize::from(tier.0)].name.clone());
        findings.values.get(&subject, &PEAK_UTILISATION).map_or(0.0, |peak| peak.mean)
    };
    let mut tiers: Vec<TierId> = (0..model.tiers.len()).map(|at| TierId(at as u16)).collect();
    tiers.sort_by(|a, b| peak(*b).total_cmp(&peak(*a)));
    tiers.truncate(TIERS_MAX);
    tiers
}

fn at_tier(model: &Model, tier: &Tier, tried: &mut Vec<(Remedy, Laid)>) {
    let name = &tier.name;
    let replicas = tier.replicas();
    let mut more: Vec<u32> = vec![replicas + 1, replicas + replicas.div_ceil(2), 2 * replicas];
    more.sort_unstable();
    more.dedup();
    for to in more.into_iter().filter(|to| replicas < *to && *to <= REPLICAS_MAX) {
        let set = vec![(format!("tier.{name}.replicas"), to.to_string())];
        tried.push((Remedy::Replicas { tier: name.clone(), from: replicas, to }, set));
    }
    let Body::Station(station) = &tier.body else { return };
    queue(model, name, station, tried);
}

/// A queue that callers do not wait for in vain: half as old as their patience, at most.
fn queue(model: &Model, name: &str, station: &Station, tried: &mut Vec<(Remedy, Laid)>) {
    let age = patience(model).map_or(2.0, |shortest| (0.5 * shortest.as_secs_f64()).min(QUEUE_AGE_MAX));
    let age = Span::from_secs_f64(age).to_string();
    let set = vec![(format!("tier.{name}.queue.expire"), age.clone())];
    tried.push((Remedy::QueueAge { tier: name.to_owned(), age }, set));
    if station.queue.order != Order::Lifo {
        let set = vec![(format!("tier.{name}.queue.order"), "lifo".to_owned())];
        tried.push((Remedy::NewestFirst { tier: name.to_owned() }, set));
    }
    if let brownout_model::Workers::Limited(workers) = station.workers {
        let calls = workers.saturating_mul(2);
        if station.queue.limit.is_none_or(|limit| calls < limit) {
            let set = vec![(format!("tier.{name}.queue.limit"), calls.to_string())];
            tried.push((Remedy::QueueLimit { tier: name.to_owned(), calls }, set));
        }
    }
}

/// The shortest time that a client waits for an answer.
fn patience(model: &Model) -> Option<Span> {
    model.loads.iter().filter_map(|load| load.client.timeout).min()
}

/// Calls of a tier that its callers try again.
fn callers(model: &Model, tier: TierId, tried: &mut Vec<(Remedy, Laid)>) {
    for caller in &model.tiers {
        let Body::Station(station) = &caller.body else { continue };
        for (at, call) in station.calls.iter().enumerate().filter(|(_, call)| call.to == tier) {
            if 0 < call.retries {
                let set = vec![(format!("tier.{}.calls.{at}.retries", caller.name), "0".to_owned())];
                let to = model.tiers[usize::from(tier.0)].name.clone();
                tried.push((Remedy::NoCallRetries { tier: caller.name.clone(), to }, set));
            }
        }
    }
}

fn of_load(load: &Load, tried: &mut Vec<(Remedy, Laid)>) {
    let name = &load.name;
    if 0 < load.client.retries {
        let set = vec![(format!("load.{name}.client.retries"), "0".to_owned())];
        tried.push((Remedy::NoRetries { load: name.clone() }, set));
    }
    if load.client.come_back.is_some() {
        let set = vec![(format!("load.{name}.client.come_back.chance"), "0%".to_owned())];
        tried.push((Remedy::NoComeBack { load: name.clone() }, set));
    }
}
