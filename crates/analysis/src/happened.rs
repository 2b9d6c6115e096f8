//! What really happened in a run, beside what the scenario schedules: acts of operators, leases, and faults that no
//! clock set off. Nothing is judged by it: verdicts and baselines go by the trigger alone.

use crate::marks::says;
use brownout_observe::{Digest, Happening as Seen, Legend};
use brownout_protocol::{Deed, Kind};
use brownout_model::{Act, Controller, ControllerBody, Fault, FaultKind, Model, Operator, When};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What operators, leases and faults that no clock sets off did in one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// In order of time.
    pub events: Vec<Happening>,
    /// How many more beginnings, ends and acts there were after those: a run keeps a limited number.
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
    /// Somebody acted on the service.
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
    /// Whether it went wrong, rather than that it was put right.
    pub const fn is_fault(self) -> bool {
        !matches!(self, HappeningKind::Act | HappeningKind::Lease)
    }
}

/// Of one run, in order of time.
pub(crate) fn happened(model: &Model, legend: &Legend, run: &Digest) -> Happened {
    let names = Names::new(model);
    let seen = &run.happenings;
    let left_out = seen.count - seen.kept.len() as u64;
    // What began and was not seen to end lasts until the run ends, or until nothing more was kept.
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
                let (label, kind, lasts) = names.fault(model, legend, one);
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

/// When it was. A division, so that whole seconds stay whole.
fn seconds(seen: &Seen) -> f64 {
    seen.at as f64 / 1e9
}

/// What the numbers of the log stand for.
struct Names<'a> {
    /// In the order of the log: those of the model, then what controllers change, with who does.
    faults: Vec<(&'a Fault, Option<&'a str>)>,
}

impl<'a> Names<'a> {
    fn new(model: &'a Model) -> Self {
        let of_model = model.faults.iter().map(|fault| (fault, None));
        let by = |controller: &'a Controller| {
            controller.changes().into_iter().map(|fault| (fault, Some(controller.name.as_str())))
        };
        Names { faults: of_model.chain(model.controllers.iter().flat_map(by)).collect() }
    }

    /// The label of a fault, its kind, and whether it lasts.
    fn fault(&self, model: &Model, legend: &Legend, seen: &Seen) -> (String, HappeningKind, bool) {
        let place = &legend.layout.places[usize::from(seen.place)].name;
        let Some((fault, by)) = self.faults.get(seen.number as usize) else {
            // Behind all others come those by which replicas lose their leases.
            return (format!("a replica of {place} has no lease"), HappeningKind::Lapse, true);
        };
        let lasts = match fault.kind {
            FaultKind::Flush => false,
            // It is over when the replicas are back, which is not the end of a fault.
            FaultKind::Restart { .. } => fault.when != When::ByHand,
            _ => true,
        };
        if let FaultKind::Emergency { .. } = fault.kind {
            return (format!("{}{}", prefix(*by), lease(model, fault)), HappeningKind::Lease, lasts);
        }
        let one = if 0 < seen.value { "a replica of " } else { "" };
        let what = format!("{one}{}", says(model, fault));
        let (label, kind) = match fault.when {
            When::Random { .. } => (format!("{what}, by chance"), HappeningKind::Chance),
            When::Triggered { .. } => (format!("{what}, set off"), HappeningKind::Condition),
            When::Chaos { .. } => (format!("{what}, by chaos"), HappeningKind::Chaos),
            When::Scheduled | When::ByHand => (format!("{}{what}", prefix(*by)), HappeningKind::Act),
        };
        (label, kind, lasts)
    }
}

/// What somebody did; none where a change follows that says it.
fn act(model: &Model, seen: &Seen) -> Option<String> {
    let Deed { by, step } = Deed::of(seen.value);
    let mut acting = model.controllers.iter().filter(|controller| controller.acts_by_hand());
    let controller = acting.nth(by as usize)?;
    let what = match &controller.body {
        ControllerBody::Operator(operator) => done(model, operator, step as usize)?,
        ControllerBody::Emergency(emergency) => format!("orders a {}", lease(model, &emergency.lease)),
        ControllerBody::Autoscaler(_) => return None,
    };
    Some(format!("{} {what}", controller.name))
}

fn prefix(by: Option<&str>) -> String {
    by.map_or_else(String::new, |name| format!("{name}: "))
}

fn lease(model: &Model, fault: &Fault) -> String {
    let FaultKind::Emergency { replicas, .. } = fault.kind else { return says(model, fault) };
    format!("lease of {replicas} for {}", model.tiers[usize::from(fault.tier.0)].name)
}

/// What a step does; none where it begins what the log says of itself.
fn done(model: &Model, operator: &Operator, step: usize) -> Option<String> {
    match &operator.steps[step].act {
        Act::Scale { tier, replicas } => {
            Some(format!("scales {} to {replicas}", model.tiers[usize::from(tier.0)].name))
        }
        Act::Change(_) => None,
        Act::Lease { lease: what, .. } => Some(format!("orders a {}", lease(model, what))),
        Act::Undo(before) => Some(match &operator.steps[*before].act {
            Act::Scale { tier, .. } => {
                format!("scales {} back", model.tiers[usize::from(tier.0)].name)
            }
            Act::Change(fault) => format!("takes back: {}", says(model, fault)),
            Act::Lease { lease: what, .. } => format!("gives back the {}", lease(model, what)),
            Act::Undo(_) => format!("takes back step {}", before + 1),
        }),
    }
}
