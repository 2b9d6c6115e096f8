//! From digests to findings: every number of every replication, its interval over them, and what follows from that.

use crate::findings::{Findings, Happening, HappeningKind, Mark, Path, Service, Stamp, Tier};
use crate::fold::Fold;
use crate::happened::Happened;
use crate::harm::{Act, Trouble};
use brownout_metrics::Expect;
use brownout_model::{Change, Model, Operation, PathSet};
use brownout_observe::{Legend, Replication};
use brownout_units::Span;
use std::ops::Range;

/// What was simulated, and what is asked of it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The service, and what happens to it.
    pub model: &'a Model,
    /// The legend of its digests.
    pub legend: &'a Legend,
    /// What is expected of the result.
    pub expectations: &'a [Expect],
}

/// The findings of all replications of a case. `stamp` says where they come from; what digests know of that (events,
/// fingerprint, replications) is filled in. Many of them are better folded as they come, by a [`Fold`].
///
/// # Panics
/// If there is no replication, or a digest has not kept what an expectation asks for.
pub fn analyse(case: &Case<'_>, all: &[Replication], stamp: Stamp) -> Findings {
    let mut fold = Fold::default();
    for replication in all {
        fold.add(Fold::reduce(case, replication));
    }
    fold.finish(case, stamp)
}

/// What an episode of one replication may belong to: what is scheduled, faults that came by themselves, and acts.
pub(crate) fn trouble(model: &Model, marks: &[Mark], happened: &Happened) -> Trouble {
    let events = &happened.events;
    let met = marks.iter().filter(|mark| !mark.unmet);
    let faults = events.iter().filter(|event| event.kind.is_trigger()).map(|event| event.from..event.to);
    let mut triggers: Vec<Range<f64>> = met.map(|mark| mark.from..mark.to).chain(faults).collect();
    triggers.sort_by(|a, b| a.start.total_cmp(&b.start));
    let acts = events.iter().filter(|event| event.kind == HappeningKind::Act);
    let disturbing = acts.clone().filter(|act| act.disturbs(model)).map(|act| act.from..act.to);
    let answers = |change: &&Change| change.is_override() && !model.is_trigger(change);
    let overrides = model.changes.iter().filter(answers);
    // Most replications have no act, and a service may have a thousand tiers.
    let is_acted = acts.clone().next().is_some() || overrides.clone().next().is_some();
    let visits = if is_acted { model.visits() } else { Vec::new() };
    let met = |change: &Change| change.tier().map_or(PathSet::ALL, |tier| visits[usize::from(tier.0)]);
    let helps = |act: &Happening| match model.change(act.change) {
        Some(_) if act.takes_capacity(model) => PathSet::default(),
        change => change.map_or(PathSet::ALL, met),
    };
    let acts = acts.map(|act| Act { time: act.from..act.to, helps: helps(act) });
    let lasts = |change: &Change| {
        let from = change.when.at.as_secs_f64();
        from..change.when.at.saturating_add(change.when.lasts).as_secs_f64()
    };
    let answered = overrides.clone().map(|change| Act { time: lasts(change), helps: met(change) });
    let acts = acts.chain(answered).collect();
    Trouble { triggers, acts, disturbing: disturbing.chain(overrides.map(lasts)).collect() }
}

pub(crate) fn service(model: &Model, legend: &Legend) -> Service {
    let layout = &legend.layout;
    let asked = layout.paths.iter().enumerate().filter(|(path, _)| layout.is_asked(*path as u8));
    let path = |(class, operation): &(String, String)| {
        let declared = model.operations.iter().find(|declared| declared.name == *operation);
        let promised = |of: fn(&Operation) -> Option<Span>| declared.and_then(of).map(Span::as_secs_f64);
        Path {
            class: class.clone(),
            operation: operation.clone(),
            slo_seconds: promised(|operation| operation.slo),
            ttft_slo_seconds: promised(|operation| operation.ttft),
            tpot_slo_seconds: promised(|operation| operation.tpot),
        }
    };
    let tier = |place: &brownout_observe::Place| Tier {
        name: place.name.clone(),
        kind: place.kind.clone(),
        calls: place.calls.clone(),
        tokens: place.tokens,
    };
    Service {
        paths: asked.map(|(_, names)| path(names)).collect(),
        tiers: layout.places[layout.loads..].iter().map(tier).collect(),
    }
}
