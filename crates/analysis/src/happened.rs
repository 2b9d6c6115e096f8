//! What really happened in a run, beside what the scenario schedules: acts of operators, leases, and faults that no
//! clock set off. Badges go by it: such a fault is a trigger like a scheduled one, and an act may have been needed.

use crate::marks::distinct;
use crate::what::{Does, What};
use brownout_model::{Cause, Change, ChangeId, Effect, Model};
use brownout_observe::{Digest, Happening as Seen};
use brownout_protocol::Kind;
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
    /// The change of the model, the first of those that are shown as one.
    pub change: ChangeId,
    /// Seconds since the start of the run.
    pub from: f64,
    /// The same as `from` for what happens in an instant; the end of the run for what lasts until then.
    pub to: f64,
    /// What is behind it.
    pub kind: HappeningKind,
    /// The controller that acts, by its name; none for a fault.
    pub by: Option<String>,
    /// It happens to one replica, not to the tier.
    pub one_replica: bool,
    /// What happens, and to what.
    pub what: What,
}

/// What is behind something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HappeningKind {
    /// An operator, a controller or the driver of the run acted on the service.
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

    /// Whether harm may begin with it: a lapse of a lease follows from something else.
    pub(crate) const fn is_trigger(self) -> bool {
        matches!(self, HappeningKind::Chance | HappeningKind::Condition | HappeningKind::Chaos)
    }
}

impl Happening {
    /// Whether harm may begin with it, of acts: what lasts until it is taken back, a restart, a cache that is emptied,
    /// fewer replicas than the scenario begins with.
    pub(crate) fn disturbs(&self, model: &Model) -> bool {
        match &self.what {
            What::Tier { does: Does::Scale { .. }, .. } => self.takes_capacity(model),
            What::Tier { does: Does::Restart | Does::Flush, .. } => true,
            _ => self.from < self.to,
        }
    }

    /// Whether it leaves a tier with fewer replicas than the scenario gives it.
    pub(crate) fn takes_capacity(&self, model: &Model) -> bool {
        let What::Tier { does: Does::Scale { replicas }, .. } = &self.what else { return false };
        let tier = model.change(self.change).and_then(Change::tier);
        tier.is_some_and(|tier| *replicas < model.tiers[usize::from(tier.0)].replicas())
    }
}

/// Of one run, in order of time; those of one instant in the order of the log.
pub(crate) fn happened(model: &Model, run: &Digest) -> Happened {
    let seen = &run.happenings;
    let left_out = seen.count - seen.kept.len() as u64;
    // What began and was not seen to end lasts until the run ends, or until nothing more was kept.
    let last = seen.kept.last().filter(|_| 0 < left_out).map(seconds);
    let end = last.unwrap_or(model.duration.as_secs_f64());
    let mut events: Vec<Happening> = Vec::new();
    let mut open: BTreeMap<(u16, u32, u64), usize> = BTreeMap::new();
    for one in &seen.kept {
        let which = (one.place, one.number, one.value);
        match one.kind {
            Kind::FaultEnded => {
                if let Some(began) = open.remove(&which) {
                    events[began].to = seconds(one);
                }
            }
            Kind::FaultBegan => {
                let Some((mut event, lasts)) = fault(model, one) else { continue };
                if lasts {
                    event.to = end;
                    open.insert(which, events.len());
                }
                events.push(event);
            }
            _ => events.extend(act(model, one)),
        }
    }
    events.sort_by(|a, b| a.from.total_cmp(&b.from));
    Happened { events: distinct(events, |event| event.from, same), left_out }
}

/// Whether two that begin together are one thing to be shown.
fn same(a: &Happening, b: &Happening) -> bool {
    let of = |one: &Happening| (one.kind, one.one_replica);
    a.to.total_cmp(&b.to).is_eq() && of(a) == of(b) && a.by == b.by && a.what == b.what
}

/// When it was. A division, so that whole seconds stay whole.
fn seconds(seen: &Seen) -> f64 {
    seen.at as f64 / 1e9
}

/// A fault that begins, as if it were over at once, and whether it lasts.
fn fault(model: &Model, seen: &Seen) -> Option<(Happening, bool)> {
    let change = change(model, seen);
    let lasts = match change.effect {
        Effect::Flush => false,
        // It is over when the replicas are back, which is not the end of a fault.
        Effect::Restart { .. } => change.cause.controller().is_none(),
        _ => true,
    };
    let kind = match (&change.cause, change.effect) {
        (Cause::Lapse, _) => HappeningKind::Lapse,
        (_, Effect::Emergency { .. }) => HappeningKind::Lease,
        (Cause::Chance { .. }, _) => HappeningKind::Chance,
        (Cause::Condition { .. }, _) => HappeningKind::Condition,
        (Cause::Chaos { .. }, _) => HappeningKind::Chaos,
        (Cause::Schedule | Cause::Override | Cause::Step { .. } | Cause::Controller(_), _) => {
            HappeningKind::Act
        }
    };
    // A lease is of one replica, however the log counts them.
    let one_replica = kind == HappeningKind::Lapse || 0 < seen.value;
    Some((happening(model, change, seen, kind, one_replica)?, lasts))
}

/// What a controller did; none where a change follows that says it.
fn act(model: &Model, seen: &Seen) -> Option<Happening> {
    let change = change(model, seen);
    let is_said = matches!(change.effect, Effect::Scale { .. } | Effect::Emergency { .. } | Effect::Undo(_));
    change.cause.controller().filter(|_| is_said)?;
    happening(model, change, seen, HappeningKind::Act, false)
}

fn happening(
    model: &Model,
    change: &Change,
    seen: &Seen,
    kind: HappeningKind,
    one_replica: bool,
) -> Option<Happening> {
    let what = What::of(model, change)?;
    let by = change.cause.controller().map(|by| model.controllers[usize::from(by.0)].name.clone());
    let at = seconds(seen);
    Some(Happening { change: change.id, from: at, to: at, kind, by, one_replica, what })
}

fn change<'m>(model: &'m Model, seen: &Seen) -> &'m Change {
    model.change(ChangeId(seen.number)).expect("what the log names is in the model")
}
