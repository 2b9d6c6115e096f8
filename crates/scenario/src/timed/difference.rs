//! What differs between two models, as parts that may change while the service runs, or what may not.

use brownout_model::{
    Body, Cache, CallPatch, ClientPatch, Controller, ControllerBody, ControllerId, Enforced, LoadId, Model,
    Order, Policy, QueuePatch, Setting, Site, Station, StationPatch, TierId, To,
};

/// A part of a model that takes other values.
pub(super) struct Part {
    pub(super) site: Site,
    pub(super) setting: Setting,
}

/// What cannot change, and what to write instead.
pub(super) struct Left {
    pub(super) what: String,
    pub(super) instead: &'static str,
}

impl Left {
    fn new(what: impl Into<String>, instead: &'static str) -> Self {
        Left { what: what.into(), instead }
    }
}

/// The parts that differ between `plain` and `other`. Policies that only `other` has are added to `model`, switched
/// off.
pub(super) fn difference(model: &mut Model, plain: &Model, other: &Model) -> Result<Vec<Part>, Left> {
    shape(plain, other)?;
    let mut parts = Vec::new();
    for at in 0..plain.loads.len() {
        let (before, after) = (&plain.loads[at].client, &other.loads[at].client);
        if before == after {
            continue;
        }
        let patch = ClientPatch::between(before, after);
        let enforced = enforced(&mut model.loads[at].client.policies, &before.policies, &after.policies);
        let mut patched = before.clone();
        patch.apply(&mut patched);
        patched.policies.clone_from(&after.policies);
        if patched != *after {
            let what = format!("this part of the clients of \"{}\"", plain.loads[at].name);
            return Err(Left::new(
                what,
                "retries, timeout, backoff, give_up, reload, come_back and policies can",
            ));
        }
        let site = Site::Load(LoadId(at as u16));
        parts.push(Part { site, setting: Setting::Client(Box::new(patch), enforced) });
    }
    for at in 0..plain.tiers.len() {
        if plain.tiers[at] != other.tiers[at] {
            let setting = tier(model, plain, other, at)?;
            parts.push(Part { site: Site::Tier(TierId(at as u16)), setting });
        }
    }
    for controller in paused(plain, other) {
        let ControllerBody::Autoscaler(scaler) = &plain.controllers[usize::from(controller.0)].body else {
            continue;
        };
        parts.push(Part { site: Site::Tier(scaler.tier), setting: Setting::Paused(controller) });
    }
    Ok(parts)
}

/// Refuses what is the same in every instant of a run.
fn shape(plain: &Model, other: &Model) -> Result<(), Left> {
    let run = |model: &Model| (model.duration, model.warmup, model.window);
    if run(plain) != run(other) {
        return Err(Left::new("[run]", "a run has one length"));
    }
    let names = |model: &Model| -> Vec<String> {
        let loads = model.loads.iter().map(|load| load.name.clone());
        loads.chain(model.tiers.iter().map(|tier| tier.name.clone())).collect()
    };
    if names(plain) != names(other) || (&plain.classes, &plain.paths) != (&other.classes, &other.paths) {
        return Err(Left::new(
            "which loads, tiers and classes there are",
            "take all capacity of a tier with a fault",
        ));
    }
    if plain.operations != other.operations {
        return Err(Left::new("an operation", "set load.NAME.client.timeout, or a fault with on = […]"));
    }
    for (before, after) in plain.loads.iter().zip(&other.loads) {
        let rest = |load: &brownout_model::Load| {
            let mut load = load.clone();
            load.client = before.client.clone();
            load
        };
        if rest(before) != rest(after) {
            let what = format!("who comes in \"{}\", and what they do,", before.name);
            return Err(Left::new(what, "write a surge, or stages of its rate"));
        }
    }
    let removed = paused(plain, other);
    let kept = |(at, _): &(usize, &Controller)| !removed.contains(&ControllerId(*at as u16));
    let left = plain.controllers.iter().enumerate().filter(kept).map(|(_, controller)| controller);
    if !left.eq(&other.controllers) {
        return Err(Left::new(
            "this controller",
            "an autoscaler that is on can be switched off meanwhile: enabled = false",
        ));
    }
    if removed.is_empty() && plain.changes != other.changes {
        return Err(Left::new("a fault, a surge or a step", "they have times of their own: at and for"));
    }
    Ok(())
}

/// The autoscalers that the other model does not have.
fn paused(plain: &Model, other: &Model) -> Vec<ControllerId> {
    let is_gone = |(at, controller): (usize, &Controller)| {
        let gone = !other.controllers.iter().any(|kept| kept.name == controller.name);
        let scaler = matches!(controller.body, ControllerBody::Autoscaler(_));
        (gone && scaler).then_some(ControllerId(at as u16))
    };
    plain.controllers.iter().enumerate().filter_map(is_gone).collect()
}

fn tier(model: &mut Model, plain: &Model, other: &Model, at: usize) -> Result<Setting, Left> {
    let name = &plain.tiers[at].name;
    let refused = || {
        let what = format!("this part of the tier \"{name}\"");
        Left::new(
            what,
            "queue, workers, replicas, balance, full, cache, policies and the timeouts and retries of calls can, and \
             faults make a tier slow or take it down",
        )
    };
    let mut patched = plain.tiers[at].clone();
    let setting = match (&mut patched.body, &other.tiers[at].body, &mut model.tiers[at].body) {
        (Body::Station(before), Body::Station(after), Body::Station(model)) => {
            let preempts = |station: &Station| station.queue.order == Order::Priority { preemptive: true };
            let size = |cache: &Cache| (cache.keys, cache.entries);
            let sizes = before.cache.as_ref().map(size).zip(after.cache.as_ref().map(size));
            let resizes = sizes.is_some_and(|(before, after)| before != after);
            if before.calls.len() != after.calls.len() || preempts(before) != preempts(after) || resizes {
                return Err(refused());
            }
            Setting::Station(Box::new(station(model, before, after)))
        }
        (Body::Engines(before), Body::Engines(after), _) => {
            before.replicas = after.replicas;
            Setting::Engines(after.replicas)
        }
        _ => return Err(refused()),
    };
    if patched == other.tiers[at] { Ok(setting) } else { Err(refused()) }
}

/// The patch of a station; `before` becomes what it makes of it.
fn station(model: &mut Station, before: &mut Station, after: &Station) -> StationPatch {
    let mut calls = Vec::new();
    for ((model, before), after) in model.calls.iter_mut().zip(&mut before.calls).zip(&after.calls) {
        let patch = CallPatch::between(before, after);
        calls.push((patch.clone(), enforced(&mut model.policies, &before.policies, &after.policies)));
        patch.apply(before);
        before.policies.clone_from(&after.policies);
    }
    let patch = StationPatch {
        queue: QueuePatch::between(&before.queue, &after.queue),
        calls,
        replicas: (before.replicas != after.replicas).then_some(after.replicas),
        workers: (before.workers != after.workers).then_some(after.workers),
        balance: (before.balance != after.balance).then(|| after.balance.clone()),
        full: (before.full != after.full).then_some(after.full),
        cache: (before.cache != after.cache).then_some(To { to: after.cache }),
        policies: enforced(&mut model.policies, &before.policies, &after.policies),
    };
    patch.queue.apply(&mut before.queue);
    (before.replicas, before.workers, before.full) = (after.replicas, after.workers, after.full);
    before.balance.clone_from(&after.balance);
    before.cache = after.cache;
    before.policies.clone_from(&after.policies);
    patch
}

/// Which policies of `all` decide under an override that has `after` instead of `before`; those that `all` lacks are
/// added, and watch until then.
fn enforced(all: &mut Vec<Policy>, before: &[Policy], after: &[Policy]) -> Enforced {
    if before == after {
        return Vec::new();
    }
    // The first policies of the list are those of the file, in its order.
    let mut free: Vec<usize> = (0..before.len()).collect();
    let mut enforced = Vec::new();
    for policy in after {
        if let Some(at) = free.iter().position(|&at| before[at] == *policy) {
            free.remove(at);
        } else {
            enforced.push((all.len() as u16, true));
            all.push(Policy { on: false, ..policy.clone() });
        }
    }
    enforced.extend(free.into_iter().map(|at| (at as u16, false)));
    enforced
}
