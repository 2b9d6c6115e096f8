//! A random load: any arrivals, any journey, any habits.

use crate::dice::Dice;
use crate::draw::{backoff, on_timeout, statuses};
use brownout_model::*;
use brownout_units::Span;

/// A load, and what its surges are.
pub(crate) fn load(dice: &mut Dice, at: u64, model: &Model) -> (Load, Vec<(Effect, When)>) {
    let millis = model.duration.nanos() / 1_000_000;
    let operation = |dice: &mut Dice| OperationId(dice.below(model.operations.len() as u64) as u8);
    let steps = dice.between(1, 3);
    let class = ClassId(dice.below(model.classes.len() as u64) as u8);
    // Mostly the first tier, from which others are called.
    let entry = TierId(if dice.one_in(3) { dice.below(model.tiers.len() as u64) as u16 } else { 0 });
    let arrivals = arrivals(dice, millis);
    let surges = dice.some(2, |dice| surge(dice, millis));
    let load = Load {
        most: None,
        name: format!("load {at}"),
        class,
        entry,
        arrivals,
        journey: (0..steps).map(|_| step(dice, operation)).collect(),
        session: dice.maybe(3, |dice| session(dice, operation)),
        returns: dice.maybe(3, |d| Returns { chance: d.ratio(), after: d.length(500) }),
        client: client(dice),
    };
    (load, surges)
}

fn step(dice: &mut Dice, mut operation: impl FnMut(&mut Dice) -> OperationId) -> Step {
    Step {
        operation: operation(dice),
        times: dice.maybe(3, Dice::count),
        think: dice.maybe(3, |d| d.length(200)),
        tools: None,
    }
}

fn session(dice: &mut Dice, mut operation: impl FnMut(&mut Dice) -> OperationId) -> Session {
    Session {
        login: operation(dice),
        life: dice.length(1_000),
        held: dice.ratio(),
        renews_ahead: dice.one_in(2),
    }
}

fn client(dice: &mut Dice) -> Client {
    Client {
        first_token: None,
        timeout: dice.maybe(2, |d| d.some_span(300)),
        on_timeout: on_timeout(dice),
        retries: dice.below(4) as u8,
        retry_on: statuses(dice),
        backoff: backoff(dice),
        give_up: dice.maybe(3, |d| d.span(500)),
        reload: dice.maybe(4, |d| Reload { after: d.length(100), times: d.below(4) as u8 }),
        come_back: dice.maybe(4, |d| ComeBack { chance: d.ratio(), after: d.length(500) }),
        persists: dice.one_in(2),
        tells_deadline: false,
        obeys_retry_after: false,
        hedge: None,
        fallback: None,
        policies: vec![],
    }
}

fn arrivals(dice: &mut Dice, millis: u64) -> Arrivals {
    match dice.below(6) {
        0 => Arrivals::Closed { users: dice.between(1, 40) as u32, ramp: dice.span(millis) },
        1 => {
            let mut times = dice.some(300, |d| d.span(millis));
            times.sort_unstable();
            let tokens = |d: &mut Dice| d.below(1000) as u32;
            let row = |at| {
                let (prompt, output) = (dice.maybe(2, tokens), dice.maybe(2, tokens));
                TraceRow { at, prompt, output, history: 0, session: None }
            };
            Arrivals::Trace(times.into_iter().map(row).collect())
        }
        2 if dice.one_in(3) => Arrivals::Never,
        _ => {
            // About a thousand users at most, whatever the length of the run.
            let most = 1e6 / millis as f64;
            let rate = curve(dice, millis, most);
            Arrivals::Open { rate, burst: burst(dice) }
        }
    }
}

fn curve(dice: &mut Dice, millis: u64, most: f64) -> RateCurve {
    let mut times = dice.some(3, |d| d.span(millis));
    times.push(Span::ZERO);
    times.sort_unstable();
    RateCurve(
        times
            .into_iter()
            .map(|at| (at, if dice.one_in(4) { 0.0 } else { dice.uniform(0.0, most) }))
            .collect(),
    )
}

fn burst(dice: &mut Dice) -> Burst {
    match dice.below(4) {
        0 => Burst::Poisson,
        1 => Burst::Even,
        2 => Burst::Gamma { cv: dice.uniform(0.1, 4.0) },
        _ => {
            let states = dice.between(2, 4);
            // The first state has arrivals.
            let factor = |dice: &mut Dice, at| if at == 0 { 1.0 } else { dice.below(4) as f64 };
            let state = |at| MmppState { factor: factor(dice, at), mean: dice.some_span(1000) };
            Burst::Mmpp((0..states).map(state).collect())
        }
    }
}

fn surge(dice: &mut Dice, millis: u64) -> (Effect, When) {
    let users = dice.below(200);
    let when = When { at: dice.span(millis), lasts: dice.span(millis) };
    let shape = match dice.below(5) {
        0 => Shape::Step,
        1 => Shape::Ramp,
        2 => Shape::SCurve,
        3 => Shape::Flash,
        _ => Shape::Decay { half_life: dice.span(millis) },
    };
    (Effect::Surge { users, shape }, when)
}
