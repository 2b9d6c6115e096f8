//! Everything that a clock repeats: how often, and how many of it there are. One list is the floor of each timer, its
//! share of the estimate, and what tells that it never ticks.

use super::place;
use super::times::Times;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_dist::Law;
use brownout_model::{
    Arrivals, Body, Burst, Care, Cause, Condition, Controller, ControllerBody, Effect, Load, Model, Start,
};
use brownout_units::{Span, grouped};

/// The shortest interval of any of them, in seconds: no real component looks more often, and at a nanosecond a run
/// would never end.
const FLOOR: f64 = 1e-3;
/// Messages and timers of one tick.
const EVENTS_PER_TICK: f64 = 3.0;

/// One kind of tick at one place.
pub(super) struct Timer<'m> {
    /// Where it is written.
    pub(super) path: Vec<&'m str>,
    /// From one tick to the next, in seconds; of a law, the mean.
    pub(super) every: f64,
    /// How many tick side by side, for as long as they do.
    count: f64,
}

/// All timers of a model.
pub(super) fn timers(model: &Model) -> Vec<Timer<'_>> {
    let mut all = Vec::new();
    for tier in &model.tiers {
        let at = |rest: &[&'static str]| [&["tier", tier.name.as_str()], rest].concat();
        let mut add = |rest: &[&'static str], every: f64, count: f64| {
            all.push(Timer { path: at(rest), every, count });
        };
        match &tier.body {
            Body::Station(station) => {
                let replicas = f64::from(station.replicas);
                care(&station.fleet.care, replicas, &mut add);
                if !station.fleet.spread.refresh.is_zero() {
                    add(&["refresh"], station.fleet.spread.refresh.as_secs_f64(), 1.0);
                }
                if let Some(lease) = &station.lease {
                    add(&["lease", "renew"], lease.renew.as_secs_f64(), replicas);
                    for ask in [&lease.renewal, &lease.acquisition] {
                        // A lease that is refused at once is asked for again after this.
                        add(&["lease"], (ask.timeout + ask.backoff.base).as_secs_f64(), replicas);
                    }
                }
            }
            Body::Engines(engines) => care(&engines.fleet.care, f64::from(engines.replicas), &mut add),
            Body::Balancer(balancer) => care(&balancer.care, balancer.targets.len() as f64, &mut add),
            Body::Link(_) => {}
        }
    }
    model.controllers.iter().for_each(|controller| of_controller(controller, &mut all));
    model.loads.iter().for_each(|load| of_load(load, &mut all));
    for change in &model.changes {
        let path: Vec<&str> = change.name.split('.').collect();
        if let Cause::Condition { condition, .. } = &change.cause {
            all.push(Timer { path: path.clone(), every: condition.every.as_secs_f64(), count: 1.0 });
        }
        if let Effect::Leak { every } = change.effect {
            all.push(Timer { path: [path, vec!["every"]].concat(), every: every.as_secs_f64(), count: 0.0 });
        }
    }
    all
}

fn care(care: &Care, count: f64, add: &mut impl FnMut(&[&'static str], f64, f64)) {
    if let Some(check) = &care.check {
        add(&["health_check", "interval"], check.interval.as_secs_f64(), count);
    }
    if let Some(ejection) = &care.ejection {
        add(&["ejection", "interval"], ejection.interval.as_secs_f64(), 1.0);
    }
}

fn of_controller<'m>(controller: &'m Controller, all: &mut Vec<Timer<'m>>) {
    let mut add = |rest: &[&'static str], every: Span| {
        let path = [&["controller", controller.name.as_str()], rest].concat();
        all.push(Timer { path, every: every.as_secs_f64(), count: 1.0 });
    };
    let mut watch = |key, condition: &Condition| add(&[key], condition.every);
    match &controller.body {
        ControllerBody::Autoscaler(scaler) => add(&["sync"], scaler.sync),
        ControllerBody::Emergency(emergency) => {
            watch("when", &emergency.when);
            emergency.until.iter().for_each(|until| watch("until", until));
        }
        ControllerBody::Operator(operator) => {
            for step in &operator.steps {
                if let Start::When(condition) = &step.start {
                    watch("step", condition);
                }
            }
        }
    }
}

/// What users do again and again. How many do it at a time is in the flow of calls already.
fn of_load<'m>(load: &'m Load, all: &mut Vec<Timer<'m>>) {
    let mut add = |rest: &[&'static str], every: f64, count: f64| {
        all.push(Timer { path: [&["load", load.name.as_str()], rest].concat(), every, count });
    };
    let mut law = |rest: &[&'static str], law: &Law| add(rest, law.mean(), 0.0);
    if let Some(back) = &load.client.come_back {
        law(&["client", "come_back", "after"], &back.after);
    }
    if let Some(returns) = &load.returns {
        law(&["returns", "after"], &returns.after);
    }
    if let Some(session) = &load.session {
        law(&["session", "life"], &session.life);
    }
    if let Arrivals::Open { burst: Burst::Mmpp(states), .. } = &load.arrivals {
        for state in states {
            add(&["arrivals"], state.mean.as_secs_f64(), 1.0);
        }
    }
}

/// Refuses what ticks too fast.
pub(super) fn report(diag: &mut Diagnostics, document: &Node, model: &Model) {
    for timer in timers(model) {
        // Zero is refused with a reason of its own, or means that there is no such timer.
        if 0.0 < timer.every && timer.every < FLOOR {
            let every = Span::from_secs_f64(timer.every);
            let message =
                format!("this would happen every {every}, and a run would take that long to pass it");
            let draft = Draft::error(place(document, &timer.path), message);
            diag.report(draft.allowed(format!("at least {}", Span::from_secs_f64(FLOOR))));
        }
    }
}

/// Approximate messages and timers of all ticks of one replication.
pub(super) fn events(model: &Model) -> f64 {
    let duration = model.duration.as_secs_f64();
    timers(model).iter().map(|t| EVENTS_PER_TICK * t.count * duration / t.every.max(1e-9)).sum()
}

/// Tries of clients whose every try is in vain, since they wait for less than an answer takes: users who come back for
/// more are what such a run consists of. By load: how many in one replication.
pub(super) fn vain_tries(model: &Model, times: &Times, users: &[f64]) -> Vec<f64> {
    let duration = model.duration.as_secs_f64();
    let tries = |(load, rate): (&Load, &f64)| {
        let Some(timeout) = load.client.timeout.map(Span::as_secs_f64) else { return 0.0 };
        let answer = |step: &brownout_model::Step| {
            let path = model.path(load.class, step.operation).map_or(0, |path| path.0 as usize);
            times.answer(load.entry.0 as usize, path)
        };
        let fastest = load.journey.iter().map(answer).fold(f64::INFINITY, f64::min);
        if fastest <= timeout {
            return 0.0;
        }
        let each = 1.0 + f64::from(load.client.retries);
        let backoff = load.client.backoff.base.as_secs_f64();
        let intents = load.client.come_back.as_ref().map_or(1.0, |back| {
            let round = each * (timeout + backoff) + back.after.mean();
            // Half of the run is left to the average user.
            let most = 1.0 + duration / 2.0 / round.max(1e-9);
            most.min(1.0 / (1.0 - back.chance.fraction()).max(1e-12))
        });
        rate * duration * each * intents
    };
    model.loads.iter().zip(users).map(tries).collect()
}

/// A number of events as a message says it.
pub(super) fn about(events: f64) -> String {
    if events < 1e6 { grouped(events as u64) } else { format!("{events:.0e}") }
}
