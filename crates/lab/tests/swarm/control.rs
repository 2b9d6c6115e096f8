//! Random fleets and controllers, laid over a random model.

use crate::dice::Dice;
use brownout_model::*;
use brownout_units::{Ratio, Span};

/// Models from this seed on have controllers; those before are as they were, and so are their fingerprints.
pub(crate) const FROM: u64 = 100;

pub(crate) fn enrich(dice: &mut Dice, model: &mut Model) {
    let paths = model.paths.len() as u64;
    for tier in &mut model.tiers {
        if let Body::Balancer(balancer) = &mut tier.body {
            look_after(dice, balancer, paths);
        }
        if let Body::Station(station) = &mut tier.body {
            *station.fleet = fleet(dice, station.replicas);
            station.fleet.care = care(dice);
        }
        if let Body::Engines(engines) = &mut tier.body {
            engines.fleet.care = care(dice);
        }
    }
    let stations: Vec<TierId> = (0..model.tiers.len())
        .filter(|&at| matches!(model.tiers[at].body, Body::Station(_) | Body::Engines(_)))
        .map(|at| TierId(at as u16))
        .collect();
    if stations.is_empty() {
        return;
    }
    for group in 1..=dice.below(4) as u32 {
        let cause = cause(dice, model, &stations, group);
        for nth in 0..dice.between(1, 2) as u32 {
            let mut cause = cause.clone();
            if let Cause::Chaos { draw, .. } = &mut cause {
                // In every second group all are drawn together.
                *draw = nth * (group % 2);
            }
            let (effect, target, when) = fault(dice, model);
            model.add("fault".into(), cause, effect, target, when);
        }
    }
    for number in 0..dice.below(3) {
        let body = ControllerBody::Autoscaler(autoscaler(dice, model, &stations));
        model.controllers.push(Controller { name: format!("scaler {number}"), body });
    }
    if dice.one_in(3) {
        let operator = operator(dice, model, &stations);
        let body = ControllerBody::Operator(operator);
        model.controllers.push(Controller { name: "on call".into(), body });
    }
    model.check();
}

/// Health, priorities and names that are kept.
fn look_after(dice: &mut Dice, balancer: &mut Balancer, paths: u64) {
    balancer.care = care(dice);
    if let Some(check) = &mut balancer.care.check {
        check.restarts = None;
    }
    balancer.probe = Some(PathId(dice.below(paths) as u8));
    balancer.overprovisioning = dice.uniform(1.0, 2.0);
    let knows =
        matches!(balancer.balance, Balance::LeastOutstanding | Balance::Choices(_) | Balance::JoinShortest);
    balancer.ttl = dice.maybe(2, |d| d.length(300)).filter(|_| !knows);
    for (at, target) in balancer.targets.iter_mut().enumerate() {
        target.priority = if dice.one_in(2) { 0 } else { at as u8 };
    }
    // Without gaps.
    let mut levels: Vec<u8> = balancer.targets.iter().map(|target| target.priority).collect();
    levels.sort_unstable();
    levels.dedup();
    for target in &mut balancer.targets {
        let level = levels.iter().position(|level| *level == target.priority).expect("it is among them");
        target.priority = level as u8;
    }
}

fn divert(dice: &mut Dice, balancer: &Balancer) -> Effect {
    let target = dice.below(balancer.targets.len() as u64) as u16;
    Effect::Divert { target, others: dice.one_in(3), keep: dice.ratio() }
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
        care: Care::none(),
        spread: Spread::NONE,
    }
}

fn care(dice: &mut Dice) -> Care {
    Care {
        ejection: dice.maybe(3, |d| Ejection {
            consecutive: d.between(1, 5) as u32,
            interval: d.some_span(100),
            base: d.span(200),
            max: d.ratio(),
            success_rate: d.maybe(2, |d| SuccessRate {
                factor: d.uniform(0.0, 2.0),
                hosts: 2,
                volume: d.between(1, 20) as u32,
            }),
        }),
        check: dice.maybe(3, |d| HealthCheck {
            interval: d.some_span(100),
            timeout: d.span(50),
            unhealthy: d.between(1, 3) as u32,
            healthy: d.between(1, 3) as u32,
            restarts: d.maybe(2, |d| d.span(200)),
        }),
        panic: dice.ratio(),
        slow_start: dice.span(300),
    }
}

pub(crate) fn one_of(dice: &mut Dice, stations: &[TierId]) -> TierId {
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

/// What chance, a condition, chaos or the clock sets off.
fn cause(dice: &mut Dice, model: &Model, stations: &[TierId], group: u32) -> Cause {
    match dice.below(4) {
        0 => Cause::Chance { up: dice.some_length(), down: dice.length(200), each: dice.one_in(2), group },
        1 => Cause::Chaos { every: dice.some_length(), down: dice.length(200), draw: 0, group },
        2 => Cause::Condition { condition: condition(dice, model, stations), again: dice.one_in(2), group },
        _ => Cause::Schedule,
    }
}

pub(crate) fn condition(dice: &mut Dice, model: &Model, stations: &[TierId]) -> Condition {
    let of = one_of(dice, stations);
    Condition {
        of,
        signal: signal(dice, model, of),
        above: dice.one_in(2),
        value: dice.uniform(0.0, 3.0),
        holds: dice.span(50),
        every: dice.some_span(100),
    }
}

/// A fault of any tier that it can have.
fn fault(dice: &mut Dice, model: &Model) -> (Effect, Reach, When) {
    let most = model.duration.nanos() / 1_000_000;
    let at = dice.below(model.tiers.len() as u64) as usize;
    let kind = match &model.tiers[at].body {
        Body::Station(station) => on_replicas(dice, station),
        Body::Balancer(balancer) if dice.one_in(2) => divert(dice, balancer),
        Body::Link(_) if dice.one_in(2) => Effect::Latency { add: dice.span(100) },
        _ => on_the_way(dice, model),
    };
    let [from, to] = [dice.ratio(), dice.ratio()];
    let hits = if from.fraction() < to.fraction() { Hits::Share { from, to } } else { Hits::ALL };
    let when = When { at: dice.span(most), lasts: dice.some_span(300) };
    (kind, Reach { hits, ..Reach::tier(TierId(at as u16)) }, when)
}

fn on_the_way(dice: &mut Dice, model: &Model) -> Effect {
    let places = (model.loads.len() + model.tiers.len()) as u64;
    let from = dice.maybe(2, |dice| dice.below(places) as u16);
    if dice.one_in(2) {
        Effect::Loss { from, ratio: dice.ratio() }
    } else {
        Effect::Unresolved { from, after: dice.span(100) }
    }
}

fn on_replicas(dice: &mut Dice, station: &Station) -> Effect {
    match dice.below(7) {
        0 => Effect::Restart {
            batch: dice.maybe(2, |d| d.between(1, 3) as u32),
            every: dice.span(100),
            drain: dice.maybe(2, |d| d.span(100)),
            warm_up: dice.span(200),
            cold: dice.uniform(1.0, 4.0),
        },
        1 => {
            let from = dice.below(10) as u32;
            Effect::Memory {
                from,
                limit: from + dice.between(1, 20) as u32,
                factor: dice.uniform(1.0, 6.0),
                per_peer: dice.uniform(0.0, 2.0),
                down: dice.span(300),
            }
        }
        2 if station.workers != Workers::Unlimited => Effect::Leak { every: dice.some_span(50) },
        3 if station.cache.is_some() => Effect::Flush,
        4 => Effect::Loss { from: None, ratio: dice.ratio() },
        5 => Effect::Unresolved { from: None, after: dice.span(50) },
        _ => [Effect::Hang, Effect::Crash, Effect::Slow { factor: 3.0 }][dice.below(3) as usize],
    }
}

/// The runbook of the next controller.
fn operator(dice: &mut Dice, model: &mut Model, stations: &[TierId]) -> Operator {
    let millis = model.duration.nanos() / 1_000_000;
    let controller = ControllerId(model.controllers.len() as u16);
    let mut steps: Vec<RunbookStep> = Vec::new();
    for step in 0..dice.between(1, 5) as u32 {
        let start = if dice.one_in(2) {
            Start::At(dice.span(millis))
        } else {
            Start::When(condition(dice, model, stations))
        };
        let lag = dice.length(100);
        let (effect, tier, lasts) = act(dice, model, stations, &steps);
        let when = When { at: Span::ZERO, lasts };
        let cause = Cause::Step { controller, step };
        let change = model.add("step".into(), cause, effect, Reach::tier(tier), when);
        steps.push(RunbookStep { start, lag, change, lease: None });
    }
    Operator { steps }
}

fn act(dice: &mut Dice, model: &Model, stations: &[TierId], steps: &[RunbookStep]) -> (Effect, TierId, Span) {
    let mut tier = one_of(dice, stations);
    let balancer = model.tiers.iter().position(|tier| matches!(tier.body, Body::Balancer(_)));
    let effect = match dice.below(5) {
        3 if let Some(at) = balancer => {
            tier = TierId(at as u16);
            let Body::Balancer(balancer) = &model.tiers[at].body else { unreachable!("it was one") };
            divert(dice, balancer)
        }
        0 => return (Effect::Scale { replicas: dice.between(1, 6) as u32 }, tier, Span::ZERO),
        1 if !steps.is_empty() => {
            let undone = steps[dice.below(steps.len() as u64) as usize].change;
            return (Effect::Undo(undone), tier, Span::ZERO);
        }
        2 => Effect::Shed { paths: PathSet(dice.below(1 << 9)), keep: dice.ratio() },
        3 => Effect::QueueLimit { limit: dice.below(10) as u32 },
        _ => Effect::Restart {
            batch: None,
            every: dice.span(50),
            drain: None,
            warm_up: dice.span(50),
            cold: 2.0,
        },
    };
    (effect, tier, dice.some_span(100))
}

fn autoscaler(dice: &mut Dice, model: &Model, stations: &[TierId]) -> Autoscaler {
    let of = one_of(dice, stations);
    let min = dice.between(1, 4) as u32;
    Autoscaler {
        activation: None,
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
        policies: dice.some(3, |dice| ScalingPolicy {
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
