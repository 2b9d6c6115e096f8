//! Leased capacity, and leases that lapse, added to a random model.

use crate::control::{condition, one_of};
use crate::dice::Dice;
use brownout_model::*;
use brownout_units::Span;

/// Gives some models replicas of another cloud, by a condition or by an operator.
pub(crate) fn lay(dice: &mut Dice, model: &mut Model) {
    let serves = |tier: &&Tier| matches!(tier.body, Body::Station(_) | Body::Engines(_));
    let serving: Vec<TierId> = (0..model.tiers.len())
        .map(|at| TierId(at as u16))
        .filter(|id| serves(&&model.tiers[id.0 as usize]))
        .collect();
    leases(dice, model);
    model.add_lapses();
    drops(dice, model);
    costly_errors(dice, model);
    if serving.is_empty() || dice.one_in(2) {
        return;
    }
    for number in 0..dice.between(1, 2) {
        let body = if dice.one_in(2) {
            ControllerBody::Emergency(emergency(dice, model, &serving))
        } else {
            ControllerBody::Operator(operator(dice, model, &serving))
        };
        model.controllers.push(Controller { name: format!("capacity {number}"), body });
    }
}

/// Some queues drop calls when they are full.
fn drops(dice: &mut Dice, model: &mut Model) {
    for tier in &mut model.tiers {
        if let Body::Station(Station { queue, .. }) = &mut tier.body
            && queue.limit.is_some()
            && dice.one_in(3)
        {
            queue.drops = true;
            queue.retransmit = dice.maybe(2, |dice| dice.some_span(20));
        }
    }
}

/// Errors cost time at some stations.
fn costly_errors(dice: &mut Dice, model: &mut Model) {
    for tier in &mut model.tiers {
        if let Body::Station(station) = &mut tier.body
            && dice.one_in(3)
        {
            let (refusal, failure) = (dice.maybe(2, |d| d.length(10)), dice.maybe(2, |d| d.length(20)));
            station.error_path = Some(ErrorPath { refusal, failure }.into());
        }
    }
}

/// Some stations hold leases of a later tier, so that nothing circles.
fn leases(dice: &mut Dice, model: &mut Model) {
    let (tiers, paths) = (model.tiers.len() as u64, model.paths.len() as u64);
    for at in 0..model.tiers.len() {
        let Body::Station(station) = &mut model.tiers[at].body else { continue };
        if at as u64 + 1 < tiers && dice.one_in(4) {
            let ask = |dice: &mut Dice| Ask {
                path: PathId(dice.below(paths) as u8),
                timeout: Span::from_millis(dice.between(1, 30)),
                backoff: Backoff { base: dice.some_span(50), ..crate::draw::backoff(dice) },
                on_timeout: crate::draw::on_timeout(dice),
            };
            let lease = Lease {
                keeper: TierId(dice.between(at as u64 + 1, tiers - 1) as u16),
                life: Span::from_millis(dice.between(60, 200)),
                renew: Span::from_millis(dice.between(20, 50)),
                renewal: ask(dice),
                acquisition: ask(dice),
            };
            station.lease = Some(lease.into());
        }
    }
}

fn lease(dice: &mut Dice, serving: &[TierId]) -> (Effect, Reach) {
    let effect = Effect::Emergency {
        replicas: dice.between(1, 4) as u32,
        round_trip: dice.span(50),
        dollars_per_hour: dice.uniform(0.0, 1e4),
    };
    (effect, Reach::tier(one_of(dice, serving)))
}

/// What the next controller leases.
fn emergency(dice: &mut Dice, model: &mut Model, serving: &[TierId]) -> Emergency {
    let when = condition(dice, model, serving);
    let lead = dice.length(200);
    let (effect, target) = lease(dice, serving);
    let cause = Cause::Controller(ControllerId(model.controllers.len() as u16));
    let lease = model.add("lease".into(), cause, effect, target, When::OPEN);
    Emergency {
        when,
        lead,
        lease,
        until: dice.maybe(2, |dice| condition(dice, model, serving)),
        longest: dice.maybe(2, |dice| dice.some_span(300)),
        again: dice.one_in(2),
    }
}

/// The runbook of the next controller.
fn operator(dice: &mut Dice, model: &mut Model, serving: &[TierId]) -> Operator {
    let controller = ControllerId(model.controllers.len() as u16);
    let (effect, target) = lease(dice, serving);
    let terms = LeaseTerms { lead: dice.length(200), lasts: dice.maybe(2, |dice| dice.some_span(300)) };
    let cause = Cause::Step { controller, step: 0 };
    let change = model.add("lease".into(), cause, effect, target.clone(), When::OPEN);
    let start = Start::When(condition(dice, model, serving));
    let first = RunbookStep { start, lag: dice.length(50), change, lease: Some(terms) };
    let (start, lag) = (Start::At(dice.span(1_000)), dice.length(50));
    if !dice.one_in(2) {
        return Operator { steps: vec![first] };
    }
    let cause = Cause::Step { controller, step: 1 };
    let change = model.add("undo".into(), cause, Effect::Undo(change), target, When::OPEN);
    Operator { steps: vec![first, RunbookStep { start, lag, change, lease: None }] }
}
