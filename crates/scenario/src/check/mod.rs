//! Checks of a whole model: cycles, unreachable tiers, queues longer than their callers' patience.

mod breakers;
mod capacity;
mod endless;
mod failover;
mod flow;
mod graph;
mod layers;
mod lengths;
pub(crate) mod never;
mod promise;
mod size;
mod timers;
mod times;
mod tokens;
mod unmet;
mod zones;

pub use capacity::Capacity;

use crate::compile::Compiled;
use crate::limits;
use crate::problem::{Diagnostics, Draft};
use crate::text::source::Place;
use crate::text::tree::{Node, Value, find};
use brownout_model::Model;
use flow::Flow;
use graph::Graph;
use times::Times;

/// Results of checking a model before any run.
#[derive(Debug, Default)]
pub(crate) struct Outlook {
    /// Approximate events of one replication.
    pub(crate) events: f64,
    /// Calls and users inside at its fullest.
    pub(crate) inside: f64,
    pub(crate) capacities: Vec<Capacity>,
}

/// Reports what cannot be run, warns of doubtful parts, and estimates the events of one replication.
pub(crate) fn check(diag: &mut Diagnostics, document: &Node, compiled: &Compiled) -> Outlook {
    let model = &compiled.model;
    let Some(graph) = errors(diag, document, model) else { return Outlook::default() };
    let times = Times::of(model, &graph);
    graph.warn_unreachable(diag, document, model);
    unmet::warn(diag, document, model);
    let users = flow::base_rates(model);
    let base = Flow::of(model, &graph, &times, &users);
    base.warn_unstable(diag, document, model, &times);
    promise::warn(diag, document, model, &graph, &times);
    zones::warn(diag, document, model);
    failover::warn(diag, document, model);
    layers::warn_multiplied(diag, document, model, &graph);
    layers::warn_budgets(diag, document, model, &graph);
    breakers::warn_blind(diag, document, model, &graph, &times);
    never::report(diag, document, model);
    let users = flow::mean_rates(model, &times);
    let mean = Flow::of(model, &graph, &times, &users);
    let vain = timers::vain_tries(model, &times, &users);
    // A try that is in vain goes all the way, too.
    let each = mean.events(model) / (users.iter().sum::<f64>() * model.duration.as_secs_f64()).max(1.0);
    let events = mean.events(model) + timers::events(model) + each.max(4.0) * vain.iter().sum::<f64>();
    let inside = size::inside(model, &times, &mean, &users, &vain);
    judge(diag, document, events, compiled.run.replications);
    let users = flow::base_rates(model);
    Outlook { events, inside, capacities: capacity::capacities(model, &graph, &times, &users, &base) }
}

/// Reports what cannot be run; returns the graph of calls if there is no such error.
pub(crate) fn errors(diag: &mut Diagnostics, document: &Node, model: &Model) -> Option<Graph> {
    let graph = Graph::of(diag, document, model)?;
    endless::report(diag, document, model, &graph);
    tokens::report(diag, document, model, &graph);
    timers::report(diag, document, model);
    zones::report(diag, document, model);
    Some(graph)
}

fn judge(diag: &mut Diagnostics, document: &Node, events: f64, replications: u32) {
    let all = events * f64::from(replications);
    if all <= limits::EVENTS_WARN {
        return;
    }
    let place = place(document, &["run", "duration"]);
    let message = format!("about {} events in each of {replications} replications", timers::about(events));
    if limits::EVENTS_MAX < all {
        let draft = Draft::error(place, format!("{message}: this would take weeks"));
        let allowed = format!("about {:.0e} events in all", limits::EVENTS_MAX);
        diag.report(
            draft.allowed(allowed).hint("shorten the run, or scale rates and capacity down together"),
        );
    } else {
        let draft = Draft::warning(place, format!("{message}: this will take hours"));
        diag.report(draft.hint("shorten the run, or begin with fewer replications"));
    }
}

/// The place of the deepest existing part of a path.
pub(super) fn place(document: &Node, path: &[&str]) -> Place {
    let mut at = document;
    for segment in path {
        let next = match &at.value {
            Value::Table(entries) => find(entries, segment).map(|entry| &entry.node),
            Value::List(items) => segment.parse::<usize>().ok().and_then(|at| items.get(at)),
            _ => None,
        };
        match next {
            Some(node) => at = node,
            None => break,
        }
    }
    at.place
}
