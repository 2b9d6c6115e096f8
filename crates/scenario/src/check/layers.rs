//! Chains of layers that retry: their tries multiply, and so do their budgets.

use super::graph::Graph;
use super::place;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{Body, Load, Model, PathId, Policy, TierId};
use brownout_tiers::policy::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Policies that bound retries to a share of the calls, whatever fails.
const BUDGETS: [&str; 2] = ["retry-budget", "retry-window"];
/// Policies that make retries rare once many calls fail.
const BRAKES: [&str; 2] = ["breaker", "adaptive-throttle"];

/// Warns of retries at two or more layers that multiply, once for the lowest tier of each chain.
pub(super) fn warn_multiplied(diag: &mut Diagnostics, document: &Node, model: &Model, graph: &Graph) {
    let unbounded = |policies: &[&Policy]| {
        !policies.iter().any(|policy| BUDGETS.iter().chain(&BRAKES).any(|name| *name == policy.kind))
    };
    let chains = Chains::of(model, graph, &unbounded);
    for chain in chains.lowest() {
        let message = format!(
            "retries multiply: {} = {} calls of \"{}\" for one request if all fail",
            chains.product(&chain),
            chain[0].all,
            model.tiers[chain[0].to].name
        );
        let hint = "retry at one layer, or give it a budget: policies = { retry-budget = {} }";
        let draft = Draft::warning(chain[0].place(document, model, "retries"), message);
        diag.report(draft.hint(format!("{hint}, unless this is the question")));
    }
}

/// Warns of budgets at two or more layers: each holds, but together they permit more retries than any one of them.
pub(super) fn warn_budgets(diag: &mut Diagnostics, document: &Node, model: &Model, graph: &Graph) {
    let bounded = |policies: &[&Policy]| policies.iter().any(|policy| BUDGETS.contains(&&*policy.kind));
    let chains = Chains::of(model, graph, &bounded);
    for chain in chains.lowest() {
        let ratios: Vec<f64> = chain.iter().rev().map(|layer| layer.ratio(model)).collect();
        let product: f64 = ratios.iter().map(|ratio| 1.0 + ratio).product();
        let factors: Vec<String> = ratios.iter().map(|ratio| format!("{}", rounded(1.0 + ratio))).collect();
        let message = format!(
            "retry budgets at {} layers multiply: {} = {} calls of \"{}\" for one request while their tokens last, \
             and {} = {} after that",
            chain.len(),
            chains.product(&chain),
            chain[0].all,
            model.tiers[chain[0].to].name,
            factors.join(" × "),
            rounded(product)
        );
        let draft = Draft::warning(chain[0].place(document, model, "policies"), message);
        diag.report(
            draft.hint("retry at one layer, and leave the budget there, unless this is the question"),
        );
    }
}

/// A number rounded to its meaningful digits.
fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

/// The party that retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// The clients of a load, by its index.
    Load(usize),
    /// A tier and the index of its call.
    Call(usize, usize),
}

/// One layer of a path that retries.
#[derive(Clone, Copy, Debug)]
struct Layer {
    who: Who,
    path: PathId,
    /// The tier that it calls.
    to: usize,
    /// Its tries of one call.
    own: u64,
    /// Tries of all layers down to this one for one request.
    all: u64,
    /// The index of the layer before.
    before: Option<usize>,
}

impl Layer {
    fn policies(self, model: &Model) -> Vec<&Policy> {
        let all = match self.who {
            Who::Load(at) => &model.loads[at].client.policies,
            Who::Call(at, n) => match &model.tiers[at].body {
                Body::Station(station) => &station.calls[n].policies,
                _ => return Vec::new(),
            },
        };
        all.iter().filter(|policy| policy.paths.contains(self.path)).collect()
    }

    /// Long-run retries per first try under the narrowest budget.
    fn ratio(self, model: &Model) -> f64 {
        let ratio = |policy: &Policy| match policy.args.get("ratio") {
            Some(Value::Number(ratio)) => Some(*ratio),
            _ => None,
        };
        let budgets = self.policies(model).into_iter().filter(|policy| BUDGETS.contains(&&*policy.kind));
        budgets.filter_map(ratio).fold((self.own - 1) as f64, f64::min)
    }

    fn name(self, model: &Model) -> String {
        match self.who {
            Who::Load(at) => format!("clients of \"{}\"", model.loads[at].name),
            Who::Call(at, _) => format!("\"{}\"", model.tiers[at].name),
        }
    }

    fn place(self, document: &Node, model: &Model, key: &str) -> crate::text::source::Place {
        match self.who {
            Who::Load(at) => place(document, &["load", &model.loads[at].name, "client", key]),
            Who::Call(at, n) => {
                place(document, &["tier", &model.tiers[at].name, "calls", &n.to_string(), key])
            }
        }
    }
}

/// The layers that count, and their chains.
struct Chains<'a> {
    model: &'a Model,
    layers: Vec<Layer>,
    /// For each tier and path, the layer before it with the most tries.
    worst: BTreeMap<(usize, PathId), usize>,
}

impl<'a> Chains<'a> {
    /// Follows each path down from its clients; a layer counts if it retries and `counts` accepts its policies.
    fn of(model: &'a Model, graph: &Graph, counts: &dyn Fn(&[&Policy]) -> bool) -> Self {
        let mut chains = Chains { model, layers: Vec::new(), worst: BTreeMap::new() };
        for (at, load) in model.loads.iter().enumerate() {
            for path in paths(model, load) {
                chains.add(Who::Load(at), path, load.entry.0 as usize, load.client.retries, None, counts);
            }
        }
        for &TierId(tier) in &graph.order {
            for path in (0..model.paths.len()).map(|path| PathId(path as u8)) {
                chains.pass(tier as usize, path, counts);
            }
        }
        chains
    }

    fn pass(&mut self, at: usize, path: PathId, counts: &dyn Fn(&[&Policy]) -> bool) {
        let before = self.worst.get(&(at, path)).copied();
        match &self.model.tiers[at].body {
            Body::Station(station) => {
                for (n, call) in station.calls.iter().enumerate() {
                    if call.paths.contains(path) {
                        self.add(Who::Call(at, n), path, call.to.0 as usize, call.retries, before, counts);
                        call.fallback.iter().for_each(|to| self.settle(to.0 as usize, path, before));
                    }
                }
            }
            Body::Balancer(balancer) => {
                balancer.targets.iter().for_each(|target| self.settle(target.to.0 as usize, path, before));
            }
            Body::Link(link) => self.settle(link.to.0 as usize, path, before),
            Body::Engines(_) => {}
        }
    }

    fn add(
        &mut self,
        who: Who,
        path: PathId,
        to: usize,
        retries: u8,
        before: Option<usize>,
        counts: &dyn Fn(&[&Policy]) -> bool,
    ) {
        let own = 1 + u64::from(retries);
        let outer = before.map_or(1, |before| self.layers[before].all);
        let layer = Layer { who, path, to, own, all: outer.saturating_mul(own), before };
        if retries == 0 || !counts(&layer.policies(self.model)) {
            return self.settle(to, path, before);
        }
        self.layers.push(layer);
        self.settle(to, path, Some(self.layers.len() - 1));
    }

    /// Records `layer` as the one before a tier on a path, unless a worse one is known.
    fn settle(&mut self, to: usize, path: PathId, layer: Option<usize>) {
        let Some(layer) = layer else { return };
        let old = self.worst.get(&(to, path)).map_or(0, |old| self.layers[*old].all);
        if old < self.layers[layer].all {
            self.worst.insert((to, path), layer);
        }
    }

    /// The worst chain of two or more layers to each tier below which no layer retries, lowest layer first.
    fn lowest(&self) -> Vec<Vec<Layer>> {
        let settled: BTreeSet<usize> = self.worst.values().copied().collect();
        let before: BTreeSet<usize> = settled.iter().filter_map(|at| self.layers[*at].before).collect();
        let mut found: BTreeMap<usize, usize> = BTreeMap::new();
        for at in settled.difference(&before).filter(|at| self.layers[**at].before.is_some()) {
            let worst = found.entry(self.layers[*at].to).or_insert(*at);
            if self.layers[*worst].all < self.layers[*at].all {
                *worst = *at;
            }
        }
        found.into_values().map(|at| self.chain(at)).collect()
    }

    fn chain(&self, lowest: usize) -> Vec<Layer> {
        let next = |at: &usize| self.layers[*at].before;
        std::iter::successors(Some(lowest), next).map(|at| self.layers[at]).collect()
    }

    /// The layers with their tries, from the clients down: `clients of "web" 3 × "app" 4`.
    fn product(&self, chain: &[Layer]) -> String {
        let factor = |layer: &Layer| format!("{} {}", layer.name(self.model), layer.own);
        chain.iter().rev().map(factor).collect::<Vec<_>>().join(" × ")
    }
}

/// The paths of the users of a load.
fn paths(model: &Model, load: &Load) -> BTreeSet<PathId> {
    let login = load.session.as_ref().map(|session| session.login);
    let operations = load.journey.iter().map(|step| step.operation).chain(login);
    operations.filter_map(|operation| model.path(load.class, operation)).collect()
}
