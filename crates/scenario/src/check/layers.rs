//! Chains of layers that retry: their tries multiply, and so do their budgets.

use super::graph::Graph;
use super::place;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{Body, Load, Model, PathId, PathSet, Policy, TierId};
use brownout_tiers::policy::Value;
use std::fmt::Write as _;

/// Policies that bound retries to a share of the calls, whatever fails.
const BUDGETS: [&str; 2] = ["retry-budget", "retry-window"];
/// Policies that make retries rare once many calls fail.
const BRAKES: [&str; 2] = ["breaker", "adaptive-throttle"];

/// Warns of retries at two or more layers that multiply, once for the lowest tier of each chain.
pub(super) fn warn_multiplied(diag: &mut Diagnostics, document: &Node, model: &Model, graph: &Graph) {
    let chains = Chains::of(model, graph, |layer, model| {
        let bounds = |policy: &Policy| BUDGETS.iter().chain(&BRAKES).any(|name| *name == policy.kind);
        !layer.policies(model).any(bounds)
    });
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
    let chains = Chains::of(model, graph, |layer, model| layer.budgets(model).next().is_some());
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

/// Whether a layer counts, by its policies.
type Counts = fn(Layer, &Model) -> bool;

impl Layer {
    fn policies(self, model: &Model) -> impl Iterator<Item = &Policy> {
        let all = match self.who {
            Who::Load(at) => model.loads[at].client.policies.as_slice(),
            Who::Call(at, n) => match &model.tiers[at].body {
                Body::Station(station) => station.calls[n].policies.as_slice(),
                _ => &[],
            },
        };
        all.iter().filter(move |policy| policy.paths.contains(self.path))
    }

    /// Long-run retries per first try under the narrowest budget.
    fn ratio(self, model: &Model) -> f64 {
        let ratio = |policy: &Policy| match policy.args.get("ratio") {
            Some(Value::Number(ratio)) => Some(*ratio),
            _ => None,
        };
        self.budgets(model).filter_map(ratio).fold((self.own - 1) as f64, f64::min)
    }

    fn budgets(self, model: &Model) -> impl Iterator<Item = &Policy> {
        self.policies(model).filter(|policy| BUDGETS.contains(&&*policy.kind))
    }

    /// What it is, and the name of that.
    fn name(self, model: &Model) -> (&'static str, &str) {
        match self.who {
            Who::Load(at) => ("clients of ", &model.loads[at].name),
            Who::Call(at, _) => ("", &model.tiers[at].name),
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
    /// For each tier, path by path, the layer before it with the most tries. Tables as long as this are small, and
    /// this is looked up for each call of each path of each point of a sweep.
    worst: Vec<Option<usize>>,
}

impl<'a> Chains<'a> {
    /// Follows each path down from its clients; a layer counts if it retries and `counts` accepts its policies.
    fn of(model: &'a Model, graph: &Graph, counts: Counts) -> Self {
        let worst = vec![None; model.tiers.len() * model.paths.len()];
        let mut chains = Chains { model, layers: Vec::new(), worst };
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

    fn pass(&mut self, at: usize, path: PathId, counts: Counts) {
        let before = self.worst[self.slot(at, path)];
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

    fn add(&mut self, who: Who, path: PathId, to: usize, retries: u8, before: Option<usize>, counts: Counts) {
        let own = 1 + u64::from(retries);
        let outer = before.map_or(1, |before| self.layers[before].all);
        let layer = Layer { who, path, to, own, all: outer.saturating_mul(own), before };
        if retries == 0 || !counts(layer, self.model) {
            return self.settle(to, path, before);
        }
        self.layers.push(layer);
        self.settle(to, path, Some(self.layers.len() - 1));
    }

    /// Records `layer` as the one before a tier on a path, unless a worse one is known.
    fn settle(&mut self, to: usize, path: PathId, layer: Option<usize>) {
        let Some(layer) = layer else { return };
        let slot = self.slot(to, path);
        let old = self.worst[slot].map_or(0, |old| self.layers[old].all);
        if old < self.layers[layer].all {
            self.worst[slot] = Some(layer);
        }
    }

    fn slot(&self, tier: usize, path: PathId) -> usize {
        tier * self.model.paths.len() + usize::from(path.0)
    }

    /// The worst chain of two or more layers to each tier below which no layer retries, lowest layer first.
    fn lowest(&self) -> Vec<Vec<Layer>> {
        if self.layers.len() < 2 {
            return Vec::new();
        }
        let (mut is_settled, mut is_before) =
            (vec![false; self.layers.len()], vec![false; self.layers.len()]);
        for at in self.worst.iter().flatten() {
            is_settled[*at] = true;
            self.layers[*at].before.into_iter().for_each(|before| is_before[before] = true);
        }
        let mut found: Vec<Option<usize>> = vec![None; self.model.tiers.len()];
        let lowest = (0..self.layers.len()).filter(|at| is_settled[*at] && !is_before[*at]);
        for at in lowest.filter(|at| self.layers[*at].before.is_some()) {
            let worst = found[self.layers[at].to].get_or_insert(at);
            if self.layers[*worst].all < self.layers[at].all {
                *worst = at;
            }
        }
        found.into_iter().flatten().map(|at| self.chain(at)).collect()
    }

    fn chain(&self, lowest: usize) -> Vec<Layer> {
        let next = |at: &usize| self.layers[*at].before;
        std::iter::successors(Some(lowest), next).map(|at| self.layers[at]).collect()
    }

    /// The layers with their tries, from the clients down: `clients of "web" 3 × "app" 4`.
    fn product(&self, chain: &[Layer]) -> String {
        let mut text = String::new();
        for layer in chain.iter().rev() {
            let ((what, name), times) = (layer.name(self.model), if text.is_empty() { "" } else { " × " });
            let _ = write!(text, "{times}{what}\"{name}\" {}", layer.own);
        }
        text
    }
}

/// The paths of the users of a load, in their order.
fn paths(model: &Model, load: &Load) -> impl Iterator<Item = PathId> + use<> {
    let login = load.session.as_ref().map(|session| session.login);
    let operations = load.journey.iter().map(|step| step.operation).chain(login);
    let set =
        operations.filter_map(|operation| model.path(load.class, operation)).fold(PathSet(0), PathSet::with);
    (0..model.paths.len()).map(|path| PathId(path as u8)).filter(move |path| set.contains(*path))
}
