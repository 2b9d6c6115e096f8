//! The rate of calls at each tier, and whether it can serve them.

use super::graph::Graph;
use super::place;
use super::times::{Times, mean_tokens, shares};
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{
    Arrivals, Body, Call, Change, Contention, Effect, Engines, Load, LoadId, Model, PathId, Station, Workers,
};

/// Calls per second by tier and path.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    paths: usize,
    rates: Vec<f64>,
    /// Intents per second.
    intents: f64,
    case: LoadCase,
}

/// Approximate messages and timers of a call and of an intent.
const EVENTS_PER_CALL: f64 = 4.0;
const EVENTS_PER_INTENT: f64 = 3.0;

/// Users per second of each load at the start, without surges.
pub(super) fn base_rates(model: &Model) -> Vec<f64> {
    let rate = |load: &Load| match &load.arrivals {
        Arrivals::Open { rate, .. } => rate.0.first().map_or(0.0, |point| point.1),
        Arrivals::Trace(rows) => rows.len() as f64 / model.duration.as_secs_f64(),
        // A closed load slows down with the tiers that serve it: it cannot be unstable.
        Arrivals::Closed { .. } | Arrivals::Never => 0.0,
    };
    model.loads.iter().map(rate).collect()
}

/// Users per second of each load over the whole run, surges included.
pub(super) fn mean_rates(model: &Model, times: &Times) -> Vec<f64> {
    let duration = model.duration.as_secs_f64();
    let rate = |(at, load): (usize, &Load)| {
        let base = match &load.arrivals {
            Arrivals::Open { rate, .. } => rate.integral(duration) / duration,
            Arrivals::Trace(rows) => rows.len() as f64 / duration,
            Arrivals::Closed { users, .. } => f64::from(*users) / cycle(model, load, times),
            Arrivals::Never => 0.0,
        };
        let users = |surge: &Change| match surge.effect {
            Effect::Surge { users, .. } => users as f64 / duration,
            _ => 0.0,
        };
        let surges: f64 = model.surges(LoadId(at as u16)).map(users).sum();
        base + surges
    };
    model.loads.iter().enumerate().map(rate).collect()
}

/// The duration of one journey of a user without queueing, in seconds.
pub(super) fn cycle(model: &Model, load: &Load, times: &Times) -> f64 {
    let step = |step: &brownout_model::Step| {
        let think = step.think.as_ref().map_or(0.0, brownout_dist::Law::mean);
        let path = model.path(load.class, step.operation).map_or(0, |path| path.0 as usize);
        let asked = rounds(step);
        let tools = step.tools.as_ref().map_or(0.0, |tools| (asked - 1.0) * tools.time.mean());
        let times_done = step.times.as_ref().map_or(1.0, |law| law.mean().max(0.0));
        times_done * (think + asked * times.answer(load.entry.0 as usize, path) + tools)
    };
    load.journey.iter().map(step).sum()
}

fn often(step: &brownout_model::Step) -> f64 {
    step.times.as_ref().map_or(1.0, |law| law.mean().max(0.0)) * rounds(step)
}

/// Requests of an agent in one step: until it calls no further tool.
fn rounds(step: &brownout_model::Step) -> f64 {
    step.tools.as_ref().map_or(1.0, |tools| 1.0 / (1.0 - tools.chance.fraction()))
}

/// The conditions under which the calls at a tier are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoadCase {
    /// Nothing fails, and caches are warm.
    Nominal,
    /// Every try fails until retries are exhausted, and caches are empty: the most that a loop can sustain.
    Worst,
}

impl Flow {
    pub(super) fn of(model: &Model, graph: &Graph, times: &Times, users: &[f64]) -> Flow {
        Flow::under(LoadCase::Nominal, model, graph, times, users)
    }

    pub(super) fn under(case: LoadCase, model: &Model, graph: &Graph, times: &Times, users: &[f64]) -> Flow {
        let paths = model.paths.len();
        let mut flow = Flow { paths, rates: vec![0.0; paths * model.tiers.len()], intents: 0.0, case };
        for (load, rate) in model.loads.iter().zip(users) {
            flow.add_load(model, load, *rate);
        }
        flow.add_leases(model);
        for tier in &graph.order {
            for path in 0..paths {
                flow.pass_on(model, times, tier.0 as usize, path);
            }
        }
        flow
    }

    fn add_load(&mut self, model: &Model, load: &Load, users: f64) {
        let login = load.session.as_ref().map(|session| (session.login, 1.0 - session.held.fraction()));
        let attempts = self.tries(load.client.retries);
        let mut add = |operation, each: f64| {
            let path = model.path(load.class, operation).map_or(0, |path| path.0 as usize);
            self.rates[load.entry.0 as usize * self.paths + path] += users * each * attempts;
            self.intents += users * each;
        };
        for step in &load.journey {
            let skipped =
                login.filter(|(login, _)| *login == step.operation).map_or(1.0, |(_, without)| without);
            add(step.operation, often(step) * skipped);
        }
        if let Some((login, without)) = login
            && load.journey.iter().all(|step| step.operation != login)
        {
            add(login, without);
        }
    }

    /// Renewals of leases; in the worst case all leases are lost, and replicas ask for new ones as often as they may.
    fn add_leases(&mut self, model: &Model) {
        for tier in &model.tiers {
            let Body::Station(station) = &tier.body else { continue };
            let Some(lease) = &station.lease else { continue };
            let replicas = f64::from(station.replicas);
            let (ask, every) = match self.case {
                LoadCase::Nominal => (&lease.renewal, lease.renew),
                LoadCase::Worst => {
                    (&lease.acquisition, lease.acquisition.timeout + lease.acquisition.backoff.base)
                }
            };
            let at = lease.keeper.0 as usize * self.paths + ask.path.0 as usize;
            self.rates[at] += replicas / every.as_secs_f64();
        }
    }

    /// Tries of a call with this many retries.
    fn tries(&self, retries: u8) -> f64 {
        if self.case == LoadCase::Worst { 1.0 + f64::from(retries) } else { 1.0 }
    }

    fn pass_on(&mut self, model: &Model, times: &Times, tier: usize, path: usize) {
        let rate = self.rates[tier * self.paths + path];
        if rate <= 0.0 {
            return;
        }
        match &model.tiers[tier].body {
            Body::Station(station) => {
                let warm = self.case == LoadCase::Nominal;
                let on = if warm { rate * times.misses(tier) } else { rate };
                for call in station.calls.iter().filter(|call| call.paths.contains(PathId(path as u8))) {
                    self.rates[call.to.0 as usize * self.paths + path] +=
                        on * call.mean_times() * f64::from(call.copies) * self.tries(call.retries);
                }
            }
            Body::Balancer(balancer) => {
                for (share, target) in shares(balancer).into_iter().zip(&balancer.targets) {
                    self.rates[target.to.0 as usize * self.paths + path] += rate * share;
                }
            }
            Body::Engines(_) => {}
            Body::Link(link) => self.rates[link.to.0 as usize * self.paths + path] += rate,
        }
    }

    /// Calls per second that reach a tier.
    pub(super) fn reaching(&self, at: usize) -> f64 {
        self.rates[at * self.paths..][..self.paths].iter().sum()
    }

    /// Tries per second of one call of a tier, without cache hits.
    pub(super) fn by_call(&self, at: usize, call: &Call) -> f64 {
        let mine = (0..self.paths).filter(|path| call.paths.contains(PathId(*path as u8)));
        let comes: f64 = mine.map(|path| self.rates[at * self.paths + path]).sum();
        comes * call.mean_times() * f64::from(call.copies) * self.tries(call.retries)
    }

    /// Approximate messages and timers of one replication.
    pub(super) fn events(&self, model: &Model) -> f64 {
        let calls: f64 = self.rates.iter().sum();
        model.duration.as_secs_f64() * (EVENTS_PER_INTENT * self.intents + EVENTS_PER_CALL * calls)
    }

    /// The multiple of this flow that a tier can serve; none if it is unlimited or gets no calls.
    pub(super) fn room(&self, model: &Model, times: &Times, at: usize) -> Option<f64> {
        let Body::Station(station) = &model.tiers[at].body else { return None };
        let rates = &self.rates[at * self.paths..][..self.paths];
        let sum = |of: &dyn Fn(usize) -> f64| -> f64 {
            rates.iter().enumerate().map(|(path, rate)| rate * of(path)).sum()
        };
        let held = sum(&|path| times.held(station, at, path));
        let work = sum(&|path| times.service(at, path));
        let (busy, room, _) = fullest(station, held, work)?;
        (0.0 < busy).then(|| room / busy)
    }

    pub(super) fn warn_unstable(
        &self,
        diag: &mut Diagnostics,
        document: &Node,
        model: &Model,
        times: &Times,
    ) {
        for (at, tier) in model.tiers.iter().enumerate() {
            if let Body::Engines(engines) = &tier.body {
                self.warn_slow_engines(diag, document, model, at, engines);
            }
            let Body::Station(station) = &tier.body else { continue };
            let rates = &self.rates[at * self.paths..][..self.paths];
            let sum = |of: &dyn Fn(usize) -> f64| {
                rates.iter().enumerate().map(|(path, rate)| rate * of(path)).sum()
            };
            let held: f64 = sum(&|path| times.held(station, at, path));
            let work: f64 = sum(&|path| times.service(at, path));
            let Some((busy, room, of)) = fullest(station, held, work) else { continue };
            // A law without a finite mean keeps any number of workers busy, and a tier at its limit is as lost as one
            // beyond.
            if busy < room * (1.0 - 1e-9) {
                continue;
            }
            let arrivals: f64 = rates.iter().sum();
            let message = format!(
                "the tier \"{}\" is overloaded before any surge: {}/s keep {} {of} busy, it has {}",
                tier.name,
                thousandths(arrivals),
                thousandths(busy),
                thousandths(room)
            );
            let draft = Draft::warning(place(document, &["tier", &tier.name, "replicas"]), message);
            diag.report(
                draft.hint("add replicas or workers, or lower the rate, unless this is the question"),
            );
        }
    }

    /// Warns of a fleet that cannot generate the requested tokens even without a surge.
    fn warn_slow_engines(
        &self,
        diag: &mut Diagnostics,
        document: &Node,
        model: &Model,
        at: usize,
        engines: &Engines,
    ) {
        let rates = &self.rates[at * self.paths..][..self.paths];
        let work = |(path, rate): (usize, &f64)| {
            let (prompt, output) = mean_tokens(model, path);
            rate * f64::from(engines.passes[path]) / engines.engine.throughput(prompt, output)
        };
        let busy: f64 = rates.iter().enumerate().map(work).sum();
        if busy < f64::from(engines.replicas) || engines.prefill.is_some() {
            return;
        }
        let name = &model.tiers[at].name;
        let arrivals: f64 = rates.iter().sum();
        let message = format!(
            "the tier \"{name}\" is overloaded before any surge: {}/s keep about {} replicas busy, it has {}",
            thousandths(arrivals),
            thousandths(busy),
            engines.replicas
        );
        let draft = Draft::warning(place(document, &["tier", name, "replicas"]), message);
        diag.report(draft.hint("add replicas, or lower the rate, unless this is the question"));
    }
}

/// A number rounded to its meaningful digits.
fn thousandths(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

/// The demand and the supply where their ratio is worst; `None` if the tier is unlimited.
fn fullest(station: &Station, held: f64, work: f64) -> Option<(f64, f64, &'static str)> {
    let replicas = f64::from(station.replicas);
    let workers = match station.workers {
        Workers::Limited(workers) => Some((held, replicas * f64::from(workers), "workers")),
        Workers::Unlimited => None,
    };
    let most = match station.workers {
        Workers::Limited(workers) => f64::from(workers),
        Workers::Unlimited => f64::INFINITY,
    };
    let shared = match station.contention {
        Contention::None => None,
        Contention::Sharing { processors } => {
            Some((work, replicas * f64::from(processors).min(most), "processors"))
        }
        Contention::Usl { sigma, kappa } | Contention::Fixed { sigma, kappa } => {
            // Throughput peaks at n* = √((1−σ)/κ) calls; without coherency it only grows.
            let best = if kappa > 0.0 { ((1.0 - sigma) / kappa).sqrt().clamp(1.0, most) } else { most };
            let speed = |n: f64| n / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0));
            let peak = if best.is_finite() { speed(best) } else { 1.0 / sigma };
            Some((work, replicas * peak, "workers' worth of work"))
        }
    };
    [workers, shared].into_iter().flatten().max_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)))
}
