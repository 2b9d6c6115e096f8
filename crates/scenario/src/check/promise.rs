//! Timeouts that cannot be met, retries after the caller has gone, queues longer than their callers' patience.

use super::graph::Graph;
use super::place;
use super::times::Times;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{
    Backoff, Body, Call, Hedge, Jitter, Lease, Model, PathId, Policy, Station, Tier, Workers,
};
use brownout_tiers::policy::Value;
use brownout_units::Span;

/// Warns of each promise that cannot be kept.
pub(super) fn warn(diag: &mut Diagnostics, document: &Node, model: &Model, graph: &Graph, times: &Times) {
    clients(diag, document, model, times);
    let patience = patience(model, graph);
    let called = graph.reach(model.loads.iter().map(|load| load.entry));
    for (at, tier) in model.tiers.iter().enumerate() {
        let Body::Station(station) = &tier.body else { continue };
        for (n, call) in station.calls.iter().enumerate() {
            let n = n.to_string();
            let path = |key| ["tier", tier.name.as_str(), "calls", n.as_str(), key];
            let view = View { document, model, times, tier };
            view.late(diag, call, &path("timeout"));
            hedge(diag, document, call.hedge, call.timeout, &path("hedge"));
            shut(diag, document, &call.policies, view.idle(call), &path("policies"));
            if let Some(outer) = patience[at] {
                view.nested(diag, call, outer, &path("timeout"));
            }
        }
        if let Some(lease) = &station.lease {
            let view = View { document, model, times, tier };
            view.late_lease(diag, lease);
        }
        if station.queue.drops && called[at] && patience[at].is_none() {
            let path = ["tier", &tier.name, "queue", "overflow"];
            let message = format!(
                "\"{}\" drops calls without an answer, and a caller without a timeout waits for it indefinitely",
                tier.name
            );
            let draft = Draft::warning(place(document, &path), message);
            diag.report(draft.hint("give clients and calls a timeout, as in client = { timeout = \"10s\" }"));
        }
        if let Some(outer) = patience[at] {
            queue(diag, document, model, times, at, station, outer);
        }
    }
}

/// The longest time that the callers of each tier wait; none if a caller waits indefinitely or there is no caller.
fn patience(model: &Model, graph: &Graph) -> Vec<Option<Span>> {
    /// No caller yet, the longest wait so far, or indefinitely.
    type Longest = Option<Option<Span>>;
    let longer = |known: Longest, new: Option<Span>| -> Longest {
        Some(match (known, new) {
            (Some(None), _) | (_, None) => None,
            (Some(Some(known)), Some(new)) => Some(known.max(new)),
            (None, new) => new,
        })
    };
    let mut longest: Vec<Longest> = vec![None; model.tiers.len()];
    for load in &model.loads {
        let entry = load.entry.0 as usize;
        for step in &load.journey {
            let own = model.operations[step.operation.0 as usize].timeout;
            longest[entry] = longer(longest[entry], own.or(load.client.timeout));
        }
    }
    for tier in &model.tiers {
        if let Body::Station(Station { lease: Some(lease), .. }) = &tier.body {
            let keeper = lease.keeper.0 as usize;
            let longest_ask = lease.renewal.timeout.max(lease.acquisition.timeout);
            longest[keeper] = longer(longest[keeper], Some(longest_ask));
        }
    }
    for tier in &graph.order {
        let Some(outer) = longest[tier.0 as usize] else { continue };
        let mut pass = |to: usize, own: Option<Span>| {
            let waits = match (own, outer) {
                (Some(own), Some(outer)) => Some(own.min(outer)),
                (own, outer) => own.or(outer),
            };
            longest[to] = longer(longest[to], waits);
        };
        match &model.tiers[tier.0 as usize].body {
            Body::Station(station) => {
                station.calls.iter().for_each(|call| pass(call.to.0 as usize, call.timeout));
            }
            Body::Balancer(balancer) => {
                balancer.targets.iter().for_each(|target| pass(target.to.0 as usize, None));
            }
            Body::Link(link) => pass(link.to.0 as usize, None),
            Body::Engines(_) => {}
        }
    }
    longest.into_iter().map(Option::flatten).collect()
}

fn clients(diag: &mut Diagnostics, document: &Node, model: &Model, times: &Times) {
    for load in &model.loads {
        let step = |step: &brownout_model::Step| model.path(load.class, step.operation);
        let paths = load.journey.iter().filter_map(step);
        let answer =
            paths.map(|path| times.answer(load.entry.0 as usize, path.0 as usize)).fold(0.0, f64::max);
        shut(diag, document, &load.client.policies, answer, &["load", &load.name, "client", "policies"]);
        let path = ["load", &load.name, "client", "hedge"];
        hedge(diag, document, load.client.hedge, load.client.timeout, &path);
    }
    for load in &model.loads {
        for step in &load.journey {
            let asked = &model.operations[step.operation.0 as usize];
            let own = asked
                .timeout
                .map(|timeout| (timeout, place(document, &["operation", &asked.name, "timeout"])));
            let habit = || {
                let timeout = load.client.timeout?;
                Some((timeout, place(document, &["load", &load.name, "client", "timeout"])))
            };
            let Some((timeout, at)) = own.or_else(habit) else { continue };
            let Some(path) = model.path(load.class, step.operation) else { continue };
            let answer = times.answer(load.entry.0 as usize, path.0 as usize);
            if timeout.as_secs_f64() < answer {
                let message = format!(
                    "clients wait {timeout}, but \"{}\" takes {} on average even without other calls",
                    asked.name,
                    rounded(answer)
                );
                diag.report(Draft::warning(at, message).hint("a longer timeout, or less work along the way"));
            }
        }
    }
}

/// A hedge later than the timeout of the first try.
fn hedge(
    diag: &mut Diagnostics,
    document: &Node,
    hedge: Option<Hedge>,
    timeout: Option<Span>,
    path: &[&str],
) {
    let (Some(Hedge::After(after)), Some(timeout)) = (hedge, timeout) else { return };
    if timeout <= after {
        let message = format!(
            "this hedge never goes out: a try is late after {after}, but the caller times out after {timeout}"
        );
        let draft = Draft::warning(place(document, path), message);
        diag.report(draft.hint("hedge sooner, as in hedge = { quantile = \"95%\" }, or wait longer"));
    }
}

/// A breaker that opens for slow answers, although even an idle callee is no faster.
fn shut(diag: &mut Diagnostics, document: &Node, policies: &[Policy], answer: f64, path: &[&str]) {
    for policy in policies {
        let Some(Value::Span(slow)) = policy.args.get("slow") else { continue };
        if slow.as_secs_f64() < answer {
            let message = format!(
                "this breaker opens and never closes: answers slower than {slow} are slow, and they take {} on average \
                 even without other calls",
                rounded(answer)
            );
            diag.report(Draft::warning(place(document, path), message).hint("a longer \"slow\""));
        }
    }
}

struct View<'a> {
    document: &'a Node,
    model: &'a Model,
    times: &'a Times,
    tier: &'a Tier,
}

impl View<'_> {
    /// The longest mean time of the callee without queueing, in seconds.
    fn idle(&self, call: &Call) -> f64 {
        let mine = (0..self.model.paths.len()).filter(|path| call.paths.contains(PathId(*path as u8)));
        mine.map(|path| self.times.answer(call.to.0 as usize, path)).fold(0.0, f64::max)
    }

    /// A call that times out although its callee is idle.
    fn late(&self, diag: &mut Diagnostics, call: &Call, path: &[&str]) {
        let Some(timeout) = call.timeout else { return };
        let answer = self.idle(call);
        if timeout.as_secs_f64() < answer {
            let to = &self.model.tiers[call.to.0 as usize].name;
            let message = format!(
                "the tier \"{}\" waits {timeout} for \"{to}\", which takes {} on average even if it is idle",
                self.tier.name,
                rounded(answer)
            );
            let draft = Draft::warning(place(self.document, path), message);
            diag.report(draft.hint("a longer timeout, or a faster service behind it"));
        }
    }

    /// A lease request that times out although its keeper is idle.
    fn late_lease(&self, diag: &mut Diagnostics, lease: &Lease) {
        for (key, ask) in [("renewal", &lease.renewal), ("acquisition", &lease.acquisition)] {
            let answer = self.times.answer(lease.keeper.0 as usize, ask.path.0 as usize);
            if ask.timeout.as_secs_f64() < answer {
                let keeper = &self.model.tiers[lease.keeper.0 as usize].name;
                let message = format!(
                    "\"{}\" waits {} for its lease, but \"{keeper}\" takes {} on average even if it is idle",
                    self.tier.name,
                    ask.timeout,
                    rounded(answer)
                );
                let path = ["tier", self.tier.name.as_str(), "lease", key, "timeout"];
                let draft = Draft::warning(place(self.document, &path), message);
                diag.report(draft.hint("a longer timeout, or a faster service behind it"));
            }
        }
    }

    /// Tries after the caller's own caller has gone.
    fn nested(&self, diag: &mut Diagnostics, call: &Call, outer: Span, path: &[&str]) {
        let Some(timeout) = call.timeout else { return };
        let tries = u64::from(call.retries) + 1;
        let all = timeout.saturating_mul(tries);
        if outer < all {
            let message = format!(
                "{tries} tries of {timeout} take up to {all}, but the callers of the tier \"{}\" wait {outer}",
                self.tier.name
            );
            let draft = Draft::warning(place(self.document, path), message);
            diag.report(draft.hint("the last tries are wasted: use a shorter timeout, or fewer retries"));
        } else if 0 < call.retries && outer <= mean_wait(&call.backoff) {
            let message = format!(
                "the wait before a retry is {} on average, but the callers of the tier \"{}\" wait {outer}",
                mean_wait(&call.backoff),
                self.tier.name
            );
            let draft = Draft::warning(place(self.document, &path[..path.len() - 1]), message);
            diag.report(
                draft.hint("retries go out when the caller has gone: use a shorter backoff, or no retries"),
            );
        }
    }
}

/// The mean wait before the first retry.
fn mean_wait(backoff: &Backoff) -> Span {
    let part = match backoff.jitter {
        Jitter::None => 1.0,
        Jitter::Full => 0.5,
        Jitter::Equal => 0.75,
        Jitter::Decorrelated => 2.0,
    };
    Span::from_secs_f64(part * backoff.base.as_secs_f64()).min(backoff.max)
}

/// A queue so long that callers at its end have gone before their turn.
fn queue(
    diag: &mut Diagnostics,
    document: &Node,
    model: &Model,
    times: &Times,
    tier: usize,
    station: &Station,
    outer: Span,
) {
    let (Some(limit), Workers::Limited(workers)) = (station.queue.limit, station.workers) else { return };
    if station.queue.expire.is_some_and(|expire| expire <= outer) || station.queue.patience.is_some() {
        return;
    }
    let held = (0..model.paths.len()).map(|path| times.held(station, tier, path));
    let served: Vec<f64> = held.filter(|held| 0.0 < *held).collect();
    if served.is_empty() {
        return;
    }
    let mean = served.iter().sum::<f64>() / served.len() as f64;
    let wait = f64::from(limit) * mean / f64::from(workers);
    if outer.as_secs_f64() < wait {
        let name = &model.tiers[tier].name;
        let message = format!(
            "the queue of \"{name}\" is too long: {limit} places are {} of work, but callers wait {outer}",
            rounded(wait)
        );
        let places = (outer.as_secs_f64() * f64::from(workers) / mean).floor();
        let hint = format!("at most about {places} places, or expire = \"…\", unless this is the question");
        diag.report(Draft::warning(place(document, &["tier", name, "queue", "limit"]), message).hint(hint));
    }
}

/// A span with three digits.
fn rounded(seconds: f64) -> String {
    if !seconds.is_finite() || 1e9 < seconds {
        return "indefinitely".to_owned();
    }
    let scale = 10f64.powi(2 - seconds.max(1e-9).log10().floor() as i32);
    Span::from_secs_f64((seconds * scale).round() / scale).to_string()
}
