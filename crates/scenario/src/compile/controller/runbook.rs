//! Steps of a runbook that contradict each other or have no effect.

use super::Context;
use crate::compile::change::{Act, Fault, RunbookStep};
use crate::problem::Diagnostics;
use crate::read::Field;
use brownout_model::{Body, Effect, Fleet, PathSet, Start, Tier, TierId, Workers};
use brownout_units::{Ratio, Span};

/// The acts that each key belongs to.
const BELONG: &[(&str, &[&str])] = &[
    ("replicas", &["scale", "lease"]),
    ("keep", &["shed"]),
    ("classes", &["shed", "limit"]),
    ("on", &["shed", "limit"]),
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

/// Reports contradictions, step by step.
pub(super) fn check(
    diag: &mut Diagnostics,
    items: &[Field<'_>],
    steps: &[Option<RunbookStep>],
    context: &Context<'_>,
) {
    let mut names: Vec<&str> = Vec::new();
    for (at, (item, step)) in items.iter().zip(steps).enumerate() {
        belongs(diag, *item);
        let name = child(*item, "name").and_then(|field| field.node.text()).unwrap_or_default();
        if let (Some(field), true) = (child(*item, "name"), !name.is_empty() && names.contains(&name)) {
            let draft = field.error(diag, "an earlier step has that name already");
            diag.report(draft.hint("a step that undoes one of them would not know which"));
        }
        names.push(name);
        let Some(step) = step else { continue };
        if let (Start::At(begins), Some(field)) = (&step.start, child(*item, "at"))
            && context.duration <= *begins
        {
            let draft = field.error(diag, format!("the run is over after {}", context.duration));
            diag.report(draft.allowed(format!("less than {}", context.duration)));
        }
        match &step.act {
            Act::Undo(undone) => undo(diag, *item, *undone, &steps[..at]),
            Act::Scale { tier, replicas } => scale(diag, *item, *tier, *replicas, context),
            Act::Change(change) => changed(diag, *item, change, &steps[..at], context),
            Act::Lease { .. } => {}
        }
    }
}

fn child<'t>(item: Field<'t>, name: &'t str) -> Option<Field<'t>> {
    item.node.child(name).map(|node| Field { name, node })
}

fn belongs(diag: &mut Diagnostics, item: Field<'_>) {
    let Some(word) = child(item, "do").and_then(|field| field.node.text()) else { return };
    let known = BELONG.iter().any(|(_, words)| words.contains(&word));
    for (key, words) in BELONG.iter().filter(|(_, words)| known && !words.contains(&word)) {
        if let Some(field) = child(item, key) {
            let message = format!("\"{key}\" has no meaning for do = \"{word}\"");
            let draft = field.error(diag, message);
            let why = match *key {
                "on" | "classes" => "other acts change a tier for all calls",
                _ => "leave it out",
            };
            diag.report(draft.hint(format!("it belongs to {}: {why}", words.join(" and "))));
        }
    }
}

fn undo(diag: &mut Diagnostics, item: Field<'_>, undone: usize, before: &[Option<RunbookStep>]) {
    let Some(field) = child(item, "step") else { return };
    let again = before.iter().flatten().any(|step| matches!(step.act, Act::Undo(other) if other == undone));
    let draft = match before.get(undone).and_then(Option::as_ref).map(|step| &step.act) {
        _ if again => {
            let draft = field.error(diag, "an earlier step has undone this already");
            draft.hint("do it again before it is undone again")
        }
        Some(Act::Undo(_)) => {
            let draft = field.error(diag, "an undo cannot be undone");
            draft.hint("write the new action, as in do = \"shed\"")
        }
        Some(Act::Change(change)) if matches!(change.kind, Effect::Restart { .. }) => {
            let draft = field.error(diag, "a restart cannot be undone");
            draft.hint("leave this step out: replicas come back when \"down\" is over")
        }
        _ => return,
    };
    diag.report(draft);
}

fn scale(diag: &mut Diagnostics, item: Field<'_>, tier: TierId, replicas: u32, context: &Context<'_>) {
    let Some(quota) = fleet(tier, context).map(|fleet| fleet.quota) else { return };
    if let (Some(field), true) = (child(item, "replicas"), quota < replicas) {
        let message = format!("the quota of the tier is {quota}, so it never gets there");
        let draft = field.warning(diag, message);
        diag.report(draft.hint("raise the quota, scale to less, or lease from elsewhere: do = \"lease\""));
    }
}

fn body<'a>(tier: TierId, context: &Context<'a>) -> Option<&'a Body> {
    context.tiers.get(tier.0 as usize)?.as_ref().map(|Tier { body, .. }| body)
}

fn fleet<'a>(tier: TierId, context: &Context<'a>) -> Option<&'a Fleet> {
    match body(tier, context)? {
        Body::Station(station) => Some(&station.fleet),
        Body::Engines(engines) => Some(&engines.fleet),
        Body::Balancer(_) | Body::Link(_) => None,
    }
}

fn changed(
    diag: &mut Diagnostics,
    item: Field<'_>,
    change: &Fault,
    before: &[Option<RunbookStep>],
    context: &Context<'_>,
) {
    let Some(said) = child(item, "do") else { return };
    match change.kind {
        Effect::Shed { paths, keep } => {
            if Ratio::ONE.fraction() <= keep.fraction() {
                let field = child(item, "keep").unwrap_or(said);
                let draft = field.warning(diag, "this admits all calls, so it changes nothing");
                diag.report(draft.hint("to end an earlier step, undo it: do = \"undo\", step = \"…\""));
            }
            if paths == PathSet::default() {
                nothing(diag, said);
            }
            if let Some(kept) = still_shed(change.tier, paths, before) {
                let percent = 100.0 * keep.fraction() * kept;
                let message =
                    format!("an earlier step still sheds here: {percent:.0} % of the calls are left");
                let draft = said.warning(diag, message);
                diag.report(draft.hint("undo that step first, unless both are meant"));
            }
        }
        Effect::QueueLimit { .. } => {
            if change.paths == PathSet::default() {
                nothing(diag, said);
            }
            if let Some(Body::Station(station)) = body(change.tier, context)
                && station.workers == Workers::Unlimited
            {
                let draft = said.warning(diag, "its workers are unlimited, so no call ever waits there");
                diag.report(draft.hint("name the tier behind it that has the queue"));
            }
        }
        Effect::Restart { batch: Some(batch), every, .. } if overlaps(every, change.lasts) => {
            let at_once = change.lasts.nanos().div_ceil(every.nanos().max(1)) * u64::from(batch);
            let message =
                format!("batches overlap: {at_once} replicas are down at the same time, not {batch}");
            let draft = child(item, "every").unwrap_or(said).warning(diag, message);
            diag.report(draft.hint(format!("at least \"{}\" from one to the next", change.lasts)));
        }
        _ => {}
    }
}

fn nothing(diag: &mut Diagnostics, said: Field<'_>) {
    let draft = said.warning(diag, "no class of users does one of these operations");
    diag.report(draft.hint("check \"on\" and \"classes\" against the journeys"));
}

fn overlaps(every: Span, down: Span) -> bool {
    every < down
}

/// The share of calls that earlier steps admit, those that are undone left out.
fn still_shed(tier: TierId, paths: PathSet, before: &[Option<RunbookStep>]) -> Option<f64> {
    let undone =
        |at: usize| before.iter().flatten().any(|step| matches!(step.act, Act::Undo(other) if other == at));
    let mut kept = None;
    for (at, step) in before.iter().enumerate() {
        let Some(RunbookStep { act: Act::Change(change), .. }) = step else { continue };
        if let Effect::Shed { paths: others, keep } = change.kind
            && change.tier == tier
            && others.0 & paths.0 != 0
            && !undone(at)
        {
            kept = Some(kept.unwrap_or(1.0) * keep.fraction());
        }
    }
    kept
}
