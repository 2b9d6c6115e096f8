//! Loops that take no time, in which the clock would never advance.

use super::graph::Graph;
use super::{lengths, place};
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_dist::Law;
use brownout_model::{Arrivals, Body, Change, Effect, Load, Model, Service, Station, Step, TierId};

pub(super) fn report(diag: &mut Diagnostics, document: &Node, model: &Model, graph: &Graph) {
    for load in &model.loads {
        let reached = graph.reach(std::iter::once(load.entry));
        let refuses = can_refuse(model, load, &reached);
        let at_once = refuses || !takes_time(model, load.entry);
        let name = load.name.as_str();
        let mut refuse = |path: &[&str], message: &str, hint: &str| {
            diag.report(Draft::error(place(document, path), message).hint(hint));
        };
        let is_closed = matches!(load.arrivals, Arrivals::Closed { .. });
        if is_closed && is_only_login(load) {
            let message =
                "a user whose login still holds has nothing to do and begins again at once, without end";
            let hint =
                "a step behind the login: journey = [{ do = \"login\" }, { do = \"get\", think = \"5s\" }]";
            refuse(&["load", name, "journey"], message, hint);
        } else if is_closed && at_once && !thinks(load) {
            let message =
                "a user of this closed load can be answered at once and begin again at once, without end";
            refuse(&["load", name, "journey"], message, "let users think: think = \"1s\"");
        }
        let zero = |law: &Law| law.mean() <= 0.0;
        if load.client.come_back.as_ref().is_some_and(|back| zero(&back.after)) {
            let message = "a user who comes back after 0s can do so without end";
            refuse(
                &["load", name, "client", "come_back", "after"],
                message,
                "more than 0s, as in after = \"30s\"",
            );
        }
        if load.session.as_ref().is_some_and(|session| zero(&session.life)) {
            let message = "a token that expires as it is issued would be renewed without end";
            refuse(&["load", name, "session", "life"], message, "more than 0s, as in life = \"8h\"");
        }
        if load.returns.as_ref().is_some_and(|returns| zero(&returns.after)) {
            let message = "a user who returns after 0s can do so without end";
            refuse(&["load", name, "returns", "after"], message, "more than 0s, as in after = \"6h\"");
        }
    }
}

/// Whether a journey begins with a thought, also of a user who skips a login since an earlier one still holds.
fn thinks(load: &Load) -> bool {
    let login = load.session.as_ref().map(|session| session.login);
    let thinks = |step: &Step| step.think.as_ref().is_some_and(|law| 0.0 < law.mean());
    let asks = |step: &Step| step.times.as_ref().is_none_or(|law| 0.0 < law.mean());
    let first = load.journey.iter().find(|step| asks(step) && Some(step.operation) != login);
    first.is_some_and(thinks) && (login.is_none() || load.journey.first().is_some_and(thinks))
}

/// Whether a journey is over at once for a user whose login still holds: there is nothing else in it.
fn is_only_login(load: &Load) -> bool {
    let login = load.session.as_ref().map(|session| session.login);
    login.is_some() && load.journey.iter().all(|step| Some(step.operation) == login)
}

/// Whether a call can be answered in zero time.
fn can_refuse(model: &Model, load: &Load, reached: &[bool]) -> bool {
    let stations = model.tiers.iter().zip(reached).filter(|(_, reached)| **reached);
    let bounded = |station: &Station| {
        station.queue.limit.is_some()
            || !station.policies.is_empty()
            || station.fleet.care != brownout_model::Care::none()
    };
    let full = stations.filter_map(|(tier, _)| match &tier.body {
        Body::Station(station) => Some(station),
        _ => None,
    });
    let fleets = model.tiers.iter().zip(reached).any(|(tier, reached)| match &tier.body {
        Body::Engines(engines) => *reached && lengths::can_refuse(model, load, &tier.name, engines),
        _ => false,
    });
    let hit = |fault: &Change| fault.tier().is_some_and(|tier| reached[tier.0 as usize]);
    let crashes = model.faults().any(|fault| hit(fault) && stops(fault.effect));
    let can_be_empty = model.tiers.iter().zip(reached).any(|(tier, reached)| match &tier.body {
        Body::Balancer(balancer) => *reached && !balancer.is_plain(),
        _ => false,
    });
    full.into_iter().any(|station| bounded(station) || station.lease.is_some())
        || can_be_empty
        || fleets
        || crashes
        || model.changes.iter().any(by_hand)
}

/// Whether a controller changes more than the number of replicas.
fn by_hand(change: &Change) -> bool {
    let counts = matches!(change.effect, Effect::Scale { .. } | Effect::Undo(_));
    change.cause.controller().is_some() && !counts
}

/// Whether a fault refuses calls on arrival.
fn stops(kind: Effect) -> bool {
    use Effect::{Crash, Divert, Memory, Restart, Unresolved};
    matches!(kind, Crash | Divert { .. } | Memory { .. } | Restart { .. } | Unresolved { .. })
}

/// Whether the first tier, or one that it always leads to, takes more than zero time.
fn takes_time(model: &Model, entry: TierId) -> bool {
    match &model.tiers[entry.0 as usize].body {
        Body::Station(station) => {
            station.service.iter().all(|service| !matches!(service, Service::Instant))
                || station.cache.is_none()
                    && station.calls.iter().any(|call| {
                        call.paths == brownout_model::PathSet::ALL
                            && 1.0 <= call.chance.fraction()
                            && takes_time(model, call.to)
                    })
        }
        Body::Balancer(balancer) => balancer.targets.iter().all(|target| takes_time(model, target.to)),
        Body::Link(link) => 0.0 < link.latency.mean() || takes_time(model, link.to),
        Body::Engines(_) => true,
    }
}
