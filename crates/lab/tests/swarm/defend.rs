//! Random policies for a random model: any kind, any parameters that its row allows, anywhere.

use crate::dice::Dice;
use crate::draw;
use brownout_model::*;
use brownout_tiers::policy::{Args, Make, Need, PolicyKind, Role, Side, Value, kind_of, kinds};

/// The random model of a seed with policies at its clients, its calls and its doors.
pub(crate) fn model(seed: u64) -> Model {
    let mut model = draw::model(seed);
    // Draws of their own, so that models without policies stay as they were.
    let dice = &mut Dice::new(seed ^ 0xdefe_4ce5);
    let tiers = model.tiers.len() as u16;
    for load in &mut model.loads {
        let client = &mut load.client;
        client.policies = policies(dice, Side::Outlet);
        client.tells_deadline = dice.one_in(3);
        client.obeys_retry_after = dice.one_in(2);
        client.hedge = dice.maybe(3, hedge);
        client.fallback = dice.maybe(4, |d| TierId(d.below(u64::from(tiers)) as u16));
    }
    for (at, tier) in model.tiers.iter_mut().enumerate() {
        if let Body::Engines(engines) = &mut tier.body {
            engines.policies = policies(dice, Side::Inlet);
            engines.policies.retain(|policy| !kind_of(policy).drops_waiting(&policy.args));
        }
        if let Body::Station(station) = &mut tier.body {
            station.policies = policies(dice, Side::Inlet);
            station.obeys_deadlines = !dice.one_in(3);
            if let Some(cache) = &mut station.cache {
                cache.stale = dice.maybe(2, |d| d.some_span(500));
            }
            for call in &mut station.calls {
                call.policies = policies(dice, Side::Outlet);
                call.tells_deadline = dice.one_in(3);
                call.obeys_retry_after = dice.one_in(2);
                call.hedge = dice.maybe(3, hedge);
                // A later tier, so that nothing circles.
                let later = at as u64 + 1..u64::from(tiers);
                call.fallback = dice.maybe(3, |d| TierId(d.between(later.start, later.end - 1) as u16));
            }
        }
    }
    crate::capacity::lay(&mut Dice::of(seed, "capacity"), &mut model);
    model.check();
    model
}

fn hedge(dice: &mut Dice) -> Hedge {
    if dice.one_in(2) { Hedge::After(dice.some_span(100)) } else { Hedge::Quantile(dice.uniform(0.1, 0.99)) }
}

fn policies(dice: &mut Dice, side: Side) -> Vec<Policy> {
    if dice.one_in(3) { vec![] } else { dice.some(2, |dice| policy(dice, side)) }
}

fn policy(dice: &mut Dice, side: Side) -> Policy {
    let of_side: Vec<&'static PolicyKind> = kinds().iter().filter(|kind| kind.side() == side).collect();
    loop {
        let kind = of_side[dice.below(of_side.len() as u64) as usize];
        let mut args = Args::new();
        for param in kind.params {
            if param.need == Need::Required || dice.one_in(2) {
                args = args.with(param.name, value(dice, param.role));
            }
        }
        let args = args.or_defaults(kind.defaults());
        // Contradictions are refused; draw again.
        if kind.check(&args).is_ok() {
            return Policy {
                kind: kind.name.into(),
                args,
                paths: if dice.one_in(2) { PathSet::ALL } else { PathSet(dice.below(1 << 9)) },
                per: [Per::All, Per::Class, Per::Client][dice.below(3) as usize],
                each_replica: matches!(kind.make, Make::Inlet { .. }) && dice.one_in(2),
                on: true,
                status: [503, 429, 529][dice.below(3) as usize],
                retry_after: dice.maybe(2, |d| d.some_span(500)),
            };
        }
    }
}

fn value(dice: &mut Dice, role: Role) -> Value {
    match role {
        Role::Count(min, max) => Value::Count(dice.between(min, max.min(min + 20))),
        Role::Number(min, max) => Value::Number(dice.uniform(min, max.min(min + 4.0))),
        Role::Ratio => Value::Number(dice.uniform(0.001, 1.0)),
        Role::Span => Value::Span(dice.some_span(1_000)),
        Role::Rate => Value::Number(dice.uniform(0.1, 300.0)),
        Role::Word(words) => Value::Word(words[dice.below(words.len() as u64) as usize].into()),
        Role::Hours => Value::Numbers((0..24).map(|_| dice.uniform(0.0, 3.0)).collect()),
        Role::Clock => Value::Span(dice.some_span(86_400_000)),
    }
}
