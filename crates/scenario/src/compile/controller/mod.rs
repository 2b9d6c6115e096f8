//! `[controller.NAME]`: controllers, one row and one file for each kind.

mod autoscaler;
mod emergency;
mod operator;
mod runbook;

use super::names::Names;
use crate::block::{Block, Key, Need, Shape, key};
use crate::compile::change::{Act, Controller, ControllerBody};
use crate::problem::{Diagnostics, Draft, one_of};
use crate::read::{Field, Table};
use crate::row::Kinds;
use brownout_model::{Body, Tier, TierId};
use brownout_units::Span;

pub(crate) const KIND_KEYS: &[Key] =
    &[key("kind", Shape::Typed(&Kinds(words)), Need::Required, "What it is.")];

fn words() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.word).collect()
}

/// What reading a controller needs beside its table.
pub(super) struct Context<'a> {
    pub(super) names: &'a Names,
    pub(super) tiers: &'a [Option<Tier>],
    pub(super) duration: Span,
}

/// A kind of controller.
pub(crate) struct ControllerKind {
    pub(crate) word: &'static str,
    pub(crate) block: Block,
    read: fn(&mut Diagnostics, &Table<'_>, &Context<'_>) -> Option<ControllerBody>,
}

/// The kinds, in the order of the reference.
pub(crate) static KINDS: &[ControllerKind] = &[
    ControllerKind {
        word: "autoscaler",
        block: Block {
            name: "an autoscaler",
            doc: "The arithmetic of the Kubernetes horizontal pod autoscaler, with its lags.",
            keys: &[KIND_KEYS, autoscaler::KEYS],
        },
        read: autoscaler::read,
    },
    ControllerKind {
        word: "operator",
        block: Block {
            name: "an operator",
            doc: "An engineer on call who acknowledges an alert and works through a runbook.",
            keys: &[KIND_KEYS, operator::KEYS],
        },
        read: operator::read,
    },
    ControllerKind {
        word: "emergency",
        block: Block {
            name: "emergency capacity",
            doc: "Replicas that are leased from another cloud when a condition holds, and given back.",
            keys: &[KIND_KEYS, emergency::KEYS],
        },
        read: emergency::read,
    },
];

pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Field<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
    duration: Span,
) -> Option<Controller> {
    let Some(entries) = field.node.entries() else {
        let message = format!("a controller is written as a table, not {}", field.node.what());
        diag.report(field.error(diag, message));
        return None;
    };
    let words: Vec<(&'static str, &'static ControllerKind)> =
        KINDS.iter().map(|kind| (kind.word, kind)).collect();
    let Some(entry) = entries.get("kind") else {
        let message = format!("the controller \"{}\" does not say its kind", field.name);
        let draft = Draft::error(field.node.place, message).allowed(one_of(words.iter().map(|w| w.0)));
        diag.report(draft.hint("as in kind = \"autoscaler\""));
        return None;
    };
    let kind = Field { name: "kind", node: &entry.node }.word(diag, &words)?;
    let table = Table::open(diag, field, &kind.block)?;
    let body = (kind.read)(diag, &table, &Context { names, tiers, duration })?;
    Some(Controller { name: field.name.to_owned(), body })
}

/// Refuses two autoscalers of one tier, whose orders would alternate.
pub(crate) fn check(
    diag: &mut Diagnostics,
    top: &Table<'_>,
    controllers: &[Option<Controller>],
    tiers: &[Option<Tier>],
) {
    let Some(entries) = top.get("controller").and_then(|field| field.node.entries()) else { return };
    let mut scaled = Vec::new();
    for ((name, entry), controller) in entries.iter().zip(controllers) {
        let Some(Controller { body: ControllerBody::Autoscaler(scaler), .. }) = controller else { continue };
        if scaled.contains(&scaler.tier) {
            let message = format!("\"{name}\" scales a tier that another autoscaler scales already");
            let draft = Draft::error(entry.key, message);
            diag.report(draft.hint("keep one of them: each would undo the changes of the other"));
        }
        scaled.push(scaler.tier);
    }
    for ((name, entry), controller) in entries.iter().zip(controllers) {
        if let Some(tier) = controller.as_ref().and_then(|controller| leased(controller, tiers)) {
            let message = format!(
                "\"{name}\" changes how many replicas \"{}\" has, each of which holds a lease",
                tier.name
            );
            let draft = Draft::error(entry.key, message);
            diag.report(draft.hint("leave the controller out, or the lease: new replicas would have none"));
        }
        let Some(Controller { body: ControllerBody::Operator(operator), .. }) = controller else { continue };
        let both = |act: &Act| matches!(act, Act::Scale { tier, .. } if scaled.contains(tier));
        if operator.steps.iter().any(|step| both(&step.act)) {
            let message = format!("\"{name}\" scales by hand what an autoscaler scales too");
            let draft = Draft::warning(entry.key, message);
            diag.report(
                draft.hint("the autoscaler reverts it at its next evaluation: raise its \"min\" instead"),
            );
        }
    }
}

/// A tier whose replicas hold leases and whose number a controller changes.
fn leased<'t>(controller: &Controller, tiers: &'t [Option<Tier>]) -> Option<&'t Tier> {
    let scaled: Vec<TierId> = match &controller.body {
        ControllerBody::Autoscaler(scaler) => vec![scaler.tier],
        ControllerBody::Emergency(emergency) => vec![emergency.lease.tier],
        ControllerBody::Operator(operator) => {
            let of = |step: &crate::compile::change::RunbookStep| match &step.act {
                Act::Scale { tier, .. } => Some(*tier),
                Act::Lease { lease, .. } => Some(lease.tier),
                Act::Change(_) | Act::Undo(_) => None,
            };
            operator.steps.iter().filter_map(of).collect()
        }
    };
    let holds = |tier: &&Tier| matches!(&tier.body, Body::Station(station) if station.lease.is_some());
    scaled.iter().filter_map(|id| tiers.get(id.0 as usize)?.as_ref()).find(holds)
}
