//! Breakers that can never open: a rate over a window with too few answers.

use super::flow::{Flow, LoadCase};
use super::graph::Graph;
use super::place;
use super::times::Times;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{Arrivals, Body, Burst, LoadId, Model, Policy};
use brownout_tiers::policy::Value;

/// Warns of breakers on failure rates whose window holds too few answers.
pub(super) fn warn_blind(
    diag: &mut Diagnostics,
    document: &Node,
    model: &Model,
    graph: &Graph,
    times: &Times,
) {
    let Some(most) = (0..model.loads.len()).map(|at| most(model, at)).collect::<Option<Vec<f64>>>() else {
        return;
    };
    let flow = Flow::under(LoadCase::Worst, model, graph, times, &most);
    for load in &model.loads {
        let rate = flow.reaching(load.entry.0 as usize);
        blind(diag, document, &load.client.policies, rate, &["load", &load.name, "client", "policies"]);
    }
    for (at, tier) in model.tiers.iter().enumerate() {
        let Body::Station(station) = &tier.body else { continue };
        for (n, call) in station.calls.iter().enumerate() {
            if call.policies.is_empty() {
                continue;
            }
            let rate = flow.by_call(at, call);
            let path = ["tier", &tier.name, "calls", &n.to_string(), "policies"];
            blind(diag, document, &call.policies, rate, &path);
        }
    }
}

/// The most users per second of a load; none if they are unbounded.
fn most(model: &Model, at: usize) -> Option<f64> {
    let surges = model.surges(LoadId(at as u16)).next().is_some();
    match &model.loads[at].arrivals {
        Arrivals::Open { rate, burst: Burst::Poisson | Burst::Even } if !surges => {
            Some(rate.0.iter().map(|point| point.1).fold(0.0, f64::max))
        }
        Arrivals::Never if !surges => Some(0.0),
        _ => None,
    }
}

fn blind(diag: &mut Diagnostics, document: &Node, policies: &[Policy], rate: f64, path: &[&str]) {
    for policy in policies.iter().filter(|policy| policy.kind == "breaker") {
        let (Some(Value::Span(window)), Some(Value::Count(minimum))) =
            (policy.args.get("window"), policy.args.get("minimum"))
        else {
            continue;
        };
        let mean = rate * window.as_secs_f64();
        // More than this above the mean does not happen by chance.
        let most = mean + 6.0 * mean.sqrt() + 3.0;
        if policy.args.get("failures").is_none() && most < *minimum as f64 {
            let message = format!(
                "this breaker never opens: it needs {minimum} answers within {window}, and at most about {} come",
                (mean * 10.0).round() / 10.0
            );
            let draft = Draft::warning(place(document, path), message);
            diag.report(draft.hint("a longer \"window\", a lower \"minimum\", or failures = 5 in a row"));
        }
    }
}
