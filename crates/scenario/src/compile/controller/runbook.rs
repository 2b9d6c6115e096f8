//! Orders of a runbook that contradict each other, or change nothing.

use super::Around;
use crate::compile::change::{Act, Fault, RunbookStep};
use crate::problem::Desk;
use crate::read::Field;
use brownout_tiers::model::{Body, FaultKind, Fleet, PathSet, Start, Tier, TierId, Workers};
use brownout_units::{Ratio, Span};

/// Which keys belong to which act.
const BELONG: &[(&str, &[&str])] = &[
    ("replicas", &["scale", "lease"]),
    ("keep", &["shed"]),
    ("classes", &["shed"]),
    ("on", &["shed"]),
    ("batch", &["restart"]),
    ("every", &["restart"]),
    ("down", &["restart"]),
    ("limit", &["limit"]),
    ("lead", &["lease"]),
    ("round_trip", &["lease"]),
    ("price", &["lease"]),
    ("for", &["lease"]),
    ("target", &["drain", "fail-over"]),
    ("weight", &["drain"]),
    ("step", &["undo"]),
    ("tier", &["scale", "shed", "restart", "limit", "lease", "drain", "fail-over"]),
];

/// Reports what contradicts what, step by step.
pub(super) fn check(
    desk: &mut Desk,
    items: &[Field<'_>],
    steps: &[Option<RunbookStep>],
    around: &Around<'_>,
) {
    let mut names: Vec<&str> = Vec::new();
    for (at, (item, step)) in items.iter().zip(steps).enumerate() {
        belongs(desk, *item);
        let name = child(*item, "name").and_then(|field| field.node.text()).unwrap_or_default();
        if let (Some(field), true) = (child(*item, "name"), !name.is_empty() && names.contains(&name)) {
            let draft = field.error(desk, "an earlier step has that name already");
            desk.report(draft.hint("a step that undoes one of them would not know which"));
        }
        names.push(name);
        let Some(step) = step else { continue };
        if let (Start::At(begins), Some(field)) = (&step.start, child(*item, "at"))
            && around.duration <= *begins
        {
            let draft = field.error(desk, format!("the run is over after {}", around.duration));
            desk.report(draft.allowed(format!("less than {}", around.duration)));
        }
        match &step.act {
            Act::Undo(undone) => undo(desk, *item, *undone, &steps[..at]),
            Act::Scale { tier, replicas } => scale(desk, *item, *tier, *replicas, around),
            Act::Change(change) => changed(desk, *item, change, &steps[..at], around),
            Act::Lease { .. } => {}
        }
    }
}

fn child<'t>(item: Field<'t>, name: &'t str) -> Option<Field<'t>> {
    item.node.child(name).map(|node| Field { name, node })
}

fn belongs(desk: &mut Desk, item: Field<'_>) {
    let Some(word) = child(item, "do").and_then(|field| field.node.text()) else { return };
    let known = BELONG.iter().any(|(_, words)| words.contains(&word));
    for (key, words) in BELONG.iter().filter(|(_, words)| known && !words.contains(&word)) {
        if let Some(field) = child(item, key) {
            let message = format!("\"{key}\" says nothing about do = \"{word}\"");
            let draft = field.error(desk, message);
            desk.report(draft.hint(format!("it belongs to {}: leave it out", words.join(" and "))));
        }
    }
}

fn undo(desk: &mut Desk, item: Field<'_>, undone: usize, before: &[Option<RunbookStep>]) {
    let Some(field) = child(item, "step") else { return };
    let again = before.iter().flatten().any(|step| matches!(step.act, Act::Undo(other) if other == undone));
    let draft = match before.get(undone).and_then(Option::as_ref).map(|step| &step.act) {
        _ if again => {
            let draft = field.error(desk, "an earlier step has undone this already");
            draft.hint("do it again before it is undone again")
        }
        Some(Act::Undo(_)) => {
            let draft = field.error(desk, "what was taken back cannot be taken back");
            draft.hint("say what is to be done now, as in do = \"shed\"")
        }
        Some(Act::Change(change)) if matches!(change.kind, FaultKind::Restart { .. }) => {
            let draft = field.error(desk, "a restart cannot be taken back");
            draft.hint("leave this step out: replicas come back when \"down\" is over")
        }
        _ => return,
    };
    desk.report(draft);
}

fn scale(desk: &mut Desk, item: Field<'_>, tier: TierId, replicas: u32, around: &Around<'_>) {
    let Some(quota) = fleet(tier, around).map(|fleet| fleet.quota) else { return };
    if let (Some(field), true) = (child(item, "replicas"), quota < replicas) {
        let message = format!("the quota of the tier is {quota}, so it never gets there");
        let draft = field.warning(desk, message);
        desk.report(draft.hint("raise the quota, scale to less, or lease from elsewhere: do = \"lease\""));
    }
}

fn body<'a>(tier: TierId, around: &Around<'a>) -> Option<&'a Body> {
    around.tiers.get(tier.0 as usize)?.as_ref().map(|Tier { body, .. }| body)
}

fn fleet<'a>(tier: TierId, around: &Around<'a>) -> Option<&'a Fleet> {
    match body(tier, around)? {
        Body::Station(station) => Some(&station.fleet),
        Body::Engines(engines) => Some(&engines.fleet),
        Body::Balancer(_) | Body::Link(_) => None,
    }
}

fn changed(
    desk: &mut Desk,
    item: Field<'_>,
    change: &Fault,
    before: &[Option<RunbookStep>],
    around: &Around<'_>,
) {
    let Some(said) = child(item, "do") else { return };
    match change.kind {
        FaultKind::Shed { paths, keep } => {
            if Ratio::ONE.fraction() <= keep.fraction() {
                let field = child(item, "keep").unwrap_or(said);
                let draft = field.warning(desk, "this lets everybody in, so it changes nothing");
                desk.report(draft.hint("to end an earlier step, undo it: do = \"undo\", step = \"…\""));
            }
            if paths == PathSet::default() {
                let draft = said.warning(desk, "no class of users ever does one of these operations");
                desk.report(draft.hint("check \"on\" and \"classes\" against the journeys"));
            }
            if let Some(kept) = still_shed(change.tier, paths, before) {
                let percent = 100.0 * keep.fraction() * kept;
                let message =
                    format!("an earlier step sheds here still: {percent:.0} % of the calls are left");
                let draft = said.warning(desk, message);
                desk.report(draft.hint("undo that step first, unless both are meant"));
            }
        }
        FaultKind::QueueLimit { .. } => {
            if let Some(Body::Station(station)) = body(change.tier, around)
                && station.workers == Workers::Unlimited
            {
                let draft = said.warning(desk, "its workers are unlimited, so nobody ever waits there");
                desk.report(draft.hint("name the tier behind it whose queue grows"));
            }
        }
        FaultKind::Restart { batch: Some(batch), every, .. } if overlaps(every, change.lasts) => {
            let at_once = change.lasts.nanos().div_ceil(every.nanos().max(1)) * u64::from(batch);
            let message =
                format!("batches overlap: {at_once} replicas are down at the same time, not {batch}");
            let draft = child(item, "every").unwrap_or(said).warning(desk, message);
            desk.report(draft.hint(format!("at least \"{}\" from one to the next", change.lasts)));
        }
        _ => {}
    }
}

fn overlaps(every: Span, down: Span) -> bool {
    every < down
}

/// Which part of the calls earlier steps let in that are not undone.
fn still_shed(tier: TierId, paths: PathSet, before: &[Option<RunbookStep>]) -> Option<f64> {
    let undone =
        |at: usize| before.iter().flatten().any(|step| matches!(step.act, Act::Undo(other) if other == at));
    let mut kept = None;
    for (at, step) in before.iter().enumerate() {
        let Some(RunbookStep { act: Act::Change(change), .. }) = step else { continue };
        if let FaultKind::Shed { paths: others, keep } = change.kind
            && change.tier == tier
            && others.0 & paths.0 != 0
            && !undone(at)
        {
            kept = Some(kept.unwrap_or(1.0) * keep.fraction());
        }
    }
    kept
}
