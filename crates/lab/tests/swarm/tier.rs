//! A random tier: a station with any discipline, a balancer or a link. It calls later ones only, so nothing circles.

use crate::dice::Dice;
use crate::draw::{backoff, on_timeout, statuses};
use brownout_model::*;
use brownout_units::Ratio;

pub(crate) fn tier(dice: &mut Dice, at: u16, tiers: u16, paths: usize) -> Tier {
    let last = at + 1 == tiers;
    let (kind, body) = match dice.below(8) {
        0 if !last => (TierKind::Balancer, Body::Balancer(balancer(dice, at, tiers))),
        1 if !last => {
            (TierKind::Link, Body::Link(Link { to: later(dice, at, tiers), latency: dice.length(50) }))
        }
        _ => (TierKind::Service, Body::Station(station(dice, at, tiers, paths))),
    };
    Tier { name: format!("tier {at}"), kind, region: None, body }
}

fn later(dice: &mut Dice, at: u16, tiers: u16) -> TierId {
    TierId(dice.between(u64::from(at) + 1, u64::from(tiers) - 1) as u16)
}

fn balancer(dice: &mut Dice, at: u16, tiers: u16) -> Balancer {
    let target = |dice: &mut Dice| Target { to: later(dice, at, tiers), weight: 1.0, priority: 0 };
    let targets: Vec<_> = (0..dice.between(1, 3)).map(|_| target(dice)).collect();
    Balancer::plain(balance(dice, targets.len()), targets)
}

pub(crate) fn balance(dice: &mut Dice, over: usize) -> Balance {
    match dice.below(7) {
        0 => Balance::Random,
        1 => Balance::RoundRobin,
        2 => Balance::LeastOutstanding,
        3 => Balance::Choices(2),
        4 => Balance::JoinShortest,
        5 => Balance::Affinity,
        _ => Balance::Weighted((0..over).map(|_| dice.below(4) as f64).collect()),
    }
}

fn station(dice: &mut Dice, at: u16, tiers: u16, paths: usize) -> Station {
    let replicas = dice.between(1, 4) as u32;
    let workers =
        if dice.one_in(4) { Workers::Unlimited } else { Workers::Limited(dice.between(1, 8) as u32) };
    let order = order(dice);
    let calls = if at + 1 == tiers { vec![] } else { dice.some(3, |dice| call(dice, at, tiers)) };
    let service = (0..paths).map(|_| service(dice)).collect();
    Station {
        dollars_per_hour: 0.25,
        dollars_per_million: 0.0,
        replicas,
        workers,
        service,
        contention: contention(dice),
        hold: dice.one_in(3),
        queue: Queue {
            limit: dice.maybe(3, |d| d.below(20) as u32),
            order,
            expire: dice.maybe(4, |d| d.span(200)),
            patience: dice.maybe(4, |d| d.length(200)),
            drops: false,
            retransmit: None,
        },
        balance: balance(dice, replicas as usize),
        calls,
        together: dice.one_in(3),
        cache: dice.maybe(3, cache),
        verifies: dice.one_in(3),
        full: [503, 429, 529][dice.below(3) as usize],
        fleet: Fleet::still().into(),
        lease: None,
        obeys_deadlines: true,
        policies: vec![],
        error_path: None,
    }
}

fn order(dice: &mut Dice) -> Order {
    match dice.below(6) {
        0 => Order::Lifo,
        1 => Order::AdaptiveLifo { above: dice.below(8) as u32 },
        2 => Order::Priority { preemptive: false },
        3 | 4 => Order::Priority { preemptive: true },
        _ => Order::Fifo,
    }
}

fn contention(dice: &mut Dice) -> Contention {
    match dice.below(4) {
        0 => Contention::Sharing { processors: dice.between(1, 4) as u32 },
        1 => Contention::Usl { sigma: dice.uniform(0.0, 0.5), kappa: dice.uniform(0.0, 0.1) },
        _ => Contention::None,
    }
}

fn service(dice: &mut Dice) -> Service {
    match dice.below(6) {
        0 => Service::Instant,
        1 => Service::Tokens {
            base: dice.length(20),
            prefill: dice.uniform(1_000.0, 1e6),
            decode: dice.uniform(1_000.0, 1e6),
        },
        _ => Service::Drawn(dice.length(50)),
    }
}

fn call(dice: &mut Dice, at: u16, tiers: u16) -> Call {
    let always = dice.one_in(2);
    Call {
        to: later(dice, at, tiers),
        paths: if dice.one_in(2) { PathSet::ALL } else { PathSet(dice.below(1 << 9)) },
        choice: 0,
        again: Ratio::ZERO,
        chance: if always { Ratio::ONE } else { dice.ratio() },
        copies: if dice.one_in(4) { dice.between(2, 4) as u32 } else { 1 },
        timeout: dice.maybe(2, |d| d.some_span(100)),
        on_timeout: on_timeout(dice),
        retries: dice.below(3) as u8,
        retry_on: statuses(dice),
        backoff: backoff(dice),
        optional: dice.one_in(3),
        tells_deadline: false,
        obeys_retry_after: false,
        hedge: None,
        fallback: None,
        policies: vec![],
    }
}

fn cache(dice: &mut Dice) -> Cache {
    let keys = dice.between(1, 30);
    Cache {
        keys,
        skew: dice.uniform(0.0, 1.5),
        entries: dice.below(keys + 2),
        ttl: dice.maybe(2, |d| d.span(300)),
        single_flight: !dice.one_in(3),
        warm: dice.one_in(2),
        stale: None,
    }
}
