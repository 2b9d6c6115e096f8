//! Random fleets and controllers, laid over a random model.

use crate::dice::Dice;
use brownout_tiers::model::*;
use brownout_units::Ratio;

/// Models from this seed on have controllers; those before are as they were, and so are their fingerprints.
pub(crate) const FROM: u64 = 100;

pub(crate) fn enrich(dice: &mut Dice, model: &mut Model) {
    for tier in &mut model.tiers {
        if let Body::Station(station) = &mut tier.body {
            *station.fleet = fleet(dice, station.replicas);
        }
    }
    let stations: Vec<TierId> = (0..model.tiers.len())
        .filter(|&at| matches!(model.tiers[at].body, Body::Station(_) | Body::Engines(_)))
        .map(|at| TierId(at as u16))
        .collect();
    if stations.is_empty() {
        return;
    }
    for number in 0..dice.below(3) {
        let body = ControllerBody::Autoscaler(autoscaler(dice, model, &stations));
        model.controllers.push(Controller { name: format!("scaler {number}"), body });
    }
    model.check();
}

pub(crate) fn fleet(dice: &mut Dice, replicas: u32) -> Fleet {
    Fleet {
        quota: replicas + dice.below(6) as u32,
        boot: Boot {
            node: dice.maybe(2, |d| d.length(200)),
            image: dice.maybe(2, |d| d.length(200)),
            weights: None,
            at_once: dice.maybe(2, |d| d.between(1, 3) as u32),
            warm_up: dice.span(300),
            cold: dice.uniform(1.0, 5.0),
        },
        drain: dice.maybe(2, |d| d.span(100)),
    }
}

fn one_of(dice: &mut Dice, stations: &[TierId]) -> TierId {
    stations[dice.below(stations.len() as u64) as usize]
}

/// A signal that the tier has.
fn signal(dice: &mut Dice, model: &Model, of: TierId) -> Signal {
    let signal = Signal::ALL[dice.below(Signal::ALL.len() as u64) as usize];
    match &model.tiers[of.0 as usize].body {
        Body::Station(of) if of.workers == Workers::Unlimited && signal == Signal::Cpu => Signal::InFlight,
        _ => signal,
    }
}

fn autoscaler(dice: &mut Dice, model: &Model, stations: &[TierId]) -> Autoscaler {
    let of = one_of(dice, stations);
    let min = dice.between(1, 4) as u32;
    Autoscaler {
        tier: one_of(dice, stations),
        signal: signal(dice, model, of),
        of,
        target: dice.uniform(0.01, 2.0),
        min,
        max: min + dice.below(8) as u32,
        sync: dice.some_span(200),
        delay: dice.span(200),
        tolerance: Ratio::new(dice.uniform(0.0, 0.3)).expect("a ratio"),
        up: scaling(dice),
        down: scaling(dice),
    }
}

fn scaling(dice: &mut Dice) -> Scaling {
    Scaling {
        stabilisation: dice.span(500),
        policies: dice.some(3, |dice| Policy {
            amount: if dice.one_in(2) {
                Amount::Percent(dice.uniform(0.0, 200.0))
            } else {
                Amount::Replicas(dice.between(1, 4) as u32)
            },
            every: dice.some_span(300),
        }),
        select: [Select::Max, Select::Min, Select::Disabled][dice.below(3) as usize],
    }
}
