//! What happened in a run besides the scheduled changes: acts of operators, leases, and faults that no clock set off.
//! No judgement depends on it: verdicts and baselines depend on the trigger alone.

use crate::marks::{name, says};
use brownout_model::{Cause, Change, ChangeId, Effect, Model};
use brownout_observe::{Digest, Happening as Seen, Legend};
use brownout_protocol::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What operators, leases and faults that no clock sets off did in one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// In order of time.
    pub events: Vec<Happening>,
    /// How many further beginnings, ends and acts were not kept: a run keeps a limited number.
    pub left_out: u64,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happening {
    /// Seconds since the start of the run.
    pub from: f64,
    /// The same as `from` for what happens in an instant; the end of the run for what lasts until then.
    pub to: f64,
    /// Short: `auth is down, by chance`; the same text for the same thing.
    pub label: String,
    /// What is behind it.
    pub kind: HappeningKind,
}

/// What is behind something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HappeningKind {
    /// An operator acted on the service.
    Act,
    /// Capacity of another cloud was there.
    Lease,
    /// A fault by chance.
    Chance,
    /// A fault that a condition set off.
    Condition,
    /// A fault that chaos drew.
    Chaos,
    /// A replica was without its lease.
    Lapse,
}

impl HappeningKind {
    /// Whether it is a failure, not a remedy.
    pub const fn is_fault(self) -> bool {
        !matches!(self, HappeningKind::Act | HappeningKind::Lease)
    }
}

/// Of one run, in order of time.
pub(crate) fn happened(model: &Model, legend: &Legend, run: &Digest) -> Happened {
    let seen = &run.happenings;
    let left_out = seen.count - seen.kept.len() as u64;
    // What has no recorded end lasts until the run ends, or until the last record kept.
    let last = seen.kept.last().filter(|_| 0 < left_out).map(seconds);
    let end = last.unwrap_or(model.duration.as_secs_f64());
    let mut events: Vec<Happening> = Vec::new();
    let mut open: BTreeMap<(u16, u32, u64), usize> = BTreeMap::new();
    for one in &seen.kept {
        let at = seconds(one);
        let which = (one.place, one.number, one.value);
        match one.kind {
            Kind::FaultEnded => {
                if let Some(began) = open.remove(&which) {
                    events[began].to = at;
                }
            }
            Kind::FaultBegan => {
                let (label, kind, lasts) = fault(model, legend, one);
                if lasts {
                    open.insert(which, events.len());
                }
                events.push(Happening { from: at, to: if lasts { end } else { at }, label, kind });
            }
            _ => {
                let label = act(model, one);
                let kind = HappeningKind::Act;
                events.extend(label.map(|label| Happening { from: at, to: at, label, kind }));
            }
        }
    }
    events.sort_by(|a, b| a.from.total_cmp(&b.from).then_with(|| a.label.cmp(&b.label)));
    // What happens to a whole region is one fault for each of its tiers.
    events.dedup();
    Happened { events, left_out }
}

/// Its instant. A division, so that whole seconds stay whole.
fn seconds(seen: &Seen) -> f64 {
    seen.at as f64 / 1e9
}

/// The label of a fault, its kind, and whether it lasts.
fn fault(model: &Model, legend: &Legend, seen: &Seen) -> (String, HappeningKind, bool) {
    let change = model.change(ChangeId(seen.number)).expect("every change in the log is in the model");
    if change.cause == Cause::Lapse {
        let place = &legend.layout.places[usize::from(seen.place)].name;
        return (format!("a replica of {place} has no lease"), HappeningKind::Lapse, true);
    }
    let by = who(model, change).map_or_else(String::new, |name| format!("{name}: "));
    let lasts = match change.effect {
        Effect::Flush => false,
        // It is over when the replicas are back, which is not the end of a fault.
        Effect::Restart { .. } => change.cause.controller().is_none(),
        _ => true,
    };
    if let Effect::Emergency { .. } = change.effect {
        return (format!("{by}{}", lease(model, change)), HappeningKind::Lease, lasts);
    }
    let one = if 0 < seen.value { "a replica of " } else { "" };
    let what = format!("{one}{}", says(model, change));
    let (label, kind) = match change.cause {
        Cause::Chance { .. } => (format!("{what}, by chance"), HappeningKind::Chance),
        Cause::Condition { .. } => (format!("{what}, set off"), HappeningKind::Condition),
        Cause::Chaos { .. } => (format!("{what}, by chaos"), HappeningKind::Chaos),
        Cause::Schedule | Cause::Step { .. } | Cause::Controller(_) | Cause::Lapse => {
            (format!("{by}{what}"), HappeningKind::Act)
        }
    };
    (label, kind, lasts)
}

/// The controller that acts, by its name.
fn who<'m>(model: &'m Model, change: &Change) -> Option<&'m str> {
    Some(&model.controllers[usize::from(change.cause.controller()?.0)].name)
}

/// What a controller did; none if a change follows that says so.
fn act(model: &Model, seen: &Seen) -> Option<String> {
    let change = model.change(ChangeId(seen.number)).expect("every change in the log is in the model");
    Some(format!("{} {}", who(model, change)?, done(model, change)?))
}

fn lease(model: &Model, change: &Change) -> String {
    let Effect::Emergency { replicas, .. } = change.effect else { return says(model, change) };
    format!("lease of {replicas} for {}", name(model, change))
}

/// What an order does; none if it starts a change that the log records itself.
fn done(model: &Model, change: &Change) -> Option<String> {
    match change.effect {
        Effect::Scale { replicas } => Some(format!("scales {} to {replicas}", name(model, change))),
        Effect::Emergency { .. } => Some(format!("orders a {}", lease(model, change))),
        Effect::Undo(undone) => {
            // If the change was taken out of the model, there is nothing to undo.
            let undone = model.change(undone)?;
            Some(match undone.effect {
                Effect::Scale { .. } => format!("scales {} back", name(model, undone)),
                Effect::Emergency { .. } => format!("gives back the {}", lease(model, undone)),
                Effect::Undo(_) => format!("takes back {}", undone.name),
                _ => format!("takes back: {}", says(model, undone)),
            })
        }
        _ => None,
    }
}
