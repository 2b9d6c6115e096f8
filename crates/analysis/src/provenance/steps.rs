//! The steps of one reason: from the tier that decided it to its callers, and from what it was because of to the tier.

use brownout_model::{Body, Model};
use brownout_observe::{Because, Ended, Layout, Why, Work};
use brownout_protocol::Reason;
use serde::{Deserialize, Serialize};

/// How trouble goes from one tier to another, or stays at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanism {
    /// Callers waited for calls that waited or were served there.
    Backpressure,
    /// Callers were refused, or got errors, and handed them on.
    HandedOn,
    /// Workers of the caller were held by calls to it.
    PoolExhaustion,
    /// Its workers served retries most of the time.
    RetryLoad,
    /// Its workers were on calls whose callers had left most of the time: its queue was older than their patience.
    OldQueue,
    /// Replicas were taken out of rotation until none was left.
    Ejection,
    /// Replicas were taken out of rotation, and the others got their calls.
    Redistribution,
    /// Its cache had less than usual, and the tier behind it got the calls.
    ColdCache,
    /// Calls that the one had failed went to the other, as their fallback.
    Failover,
    /// Running requests were taken out of the batch for want of KV cache.
    Preemption,
}

/// A step between two places of the log.
pub(crate) type Link = (u16, u16, Mechanism);

/// The steps of intents with one reason; those that only some tiers can have are candidates still.
pub(crate) fn of(model: &Model, layout: &Layout, why: &Why, ended: &Ended) -> Vec<Link> {
    let place = why.place;
    let mut links = Vec::new();
    let own = |mechanism| (place, place, mechanism);
    if usize::from(place) < layout.loads {
        return links;
    }
    match why.because {
        Because::Callee(callee) => links.push((callee, place, Mechanism::PoolExhaustion)),
        Because::Retries => links.push(own(Mechanism::RetryLoad)),
        _ => {}
    }
    let in_vain =
        ended.split[Work::Abandoned as usize].saturating_add(ended.split[Work::HeldInVain as usize]);
    if why.because == Because::Abandoned || ended.waited / 2 < in_vain {
        links.push(own(Mechanism::OldQueue));
    }
    let is_loaded =
        matches!(why.reason, Reason::Waiting | Reason::FullQueue | Reason::Dropped | Reason::Expired);
    if why.reason == Reason::NoReplica {
        links.push(own(Mechanism::Ejection));
    }
    if is_loaded && !matches!(why.because, Because::Change(_)) {
        links.push(own(Mechanism::Redistribution));
    }
    if is_loaded && layout.places[usize::from(place)].tokens {
        links.push(own(Mechanism::Preemption));
    }
    let silent = matches!(
        why.reason,
        Reason::Waiting | Reason::Service | Reason::Way | Reason::Pause | Reason::Lost | Reason::Dropped
    );
    let mechanism = if silent { Mechanism::Backpressure } else { Mechanism::HandedOn };
    let mut here = place;
    for caller in callers(layout, why) {
        links.push((here, caller, mechanism));
        if is_loaded && here == place {
            links.push((caller, here, Mechanism::ColdCache));
            links.extend(
                failed_over(model, layout, caller, here).map(|from| (from, here, Mechanism::Failover)),
            );
        }
        here = caller;
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// The tiers between the deciding one and the load, each a caller of the one before.
fn callers(layout: &Layout, why: &Why) -> Vec<u16> {
    let mut left = why.via & !bit(why.place);
    let mut here = why.place;
    let mut all = Vec::new();
    loop {
        let name = &layout.places[usize::from(here)].name;
        let calls = |at: &u16| left & bit(*at) != 0 && layout.places[usize::from(*at)].calls.contains(name);
        let Some(caller) = (layout.loads as u16..layout.places.len() as u16).find(calls) else { return all };
        left &= !bit(caller);
        all.push(caller);
        here = caller;
    }
}

fn bit(place: u16) -> u64 {
    if place < 64 { 1 << place } else { 0 }
}

/// The tier whose failed calls go to this one, of those that `caller` makes.
fn failed_over(model: &Model, layout: &Layout, caller: u16, to: u16) -> Option<u16> {
    let tier = |place: u16| model.tiers.get(usize::from(place) - layout.loads);
    let Body::Station(station) = &tier(caller)?.body else { return None };
    let call = station.calls.iter().find(|call| {
        call.fallback.is_some_and(|fallback| usize::from(fallback.0) + layout.loads == usize::from(to))
    })?;
    Some(call.to.0 + layout.loads as u16)
}
