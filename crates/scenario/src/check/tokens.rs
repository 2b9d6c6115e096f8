//! Requests that no fleet can serve: without tokens, or larger than a model or a cache.

use super::graph::Graph;
use super::place;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{Arrivals, Body, Engines, Load, Model, OperationId};

/// Reports operations that reach a fleet without tokens, and warns of those whose mean is too large for it.
pub(super) fn report(diag: &mut Diagnostics, document: &Node, model: &Model, graph: &Graph) {
    for load in &model.loads {
        let reached = graph.reach(std::iter::once(load.entry));
        let fleets = model.tiers.iter().zip(&reached).filter(|(_, reached)| **reached);
        let fleets = fleets.filter_map(|(tier, _)| match &tier.body {
            Body::Engines(engines) => Some((tier.name.as_str(), engines)),
            _ => None,
        });
        for (tier, engines) in fleets {
            for step in load.journey.iter().filter(|step| comes(model, load, step.operation, tier)) {
                operation(diag, document, model, load, step.operation, (tier, engines));
            }
        }
    }
}

/// Whether an operation of a load reaches a tier through the calls made for it.
pub(super) fn comes(model: &Model, load: &Load, operation: OperationId, tier: &str) -> bool {
    let Some(path) = model.path(load.class, operation) else { return false };
    let mut reached = vec![false; model.tiers.len()];
    let mut next = vec![load.entry];
    while let Some(at) = next.pop() {
        if std::mem::replace(&mut reached[at.0 as usize], true) {
            continue;
        }
        match &model.tiers[at.0 as usize].body {
            Body::Station(station) => {
                next.extend(
                    station.calls.iter().filter(|call| call.paths.contains(path)).map(|call| call.to),
                );
            }
            _ => next.extend(model.tiers[at.0 as usize].callees()),
        }
    }
    model.tiers.iter().zip(reached).any(|(known, reached)| reached && known.name == tier)
}

fn operation(
    diag: &mut Diagnostics,
    document: &Node,
    model: &Model,
    load: &Load,
    operation: OperationId,
    (tier, engines): (&str, &Engines),
) {
    let operation = &model.operations[operation.0 as usize];
    let at = place(document, &["operation", &operation.name]);
    let traced = match &load.arrivals {
        Arrivals::Trace(rows) => rows.iter().all(|row| row.prompt.is_some() && row.output.is_some()),
        // A trial reads no trace, and one that could not be read has been reported.
        Arrivals::Never => true,
        _ => false,
    };
    let (Some(prompt), Some(output)) = (&operation.prompt, &operation.output) else {
        if !traced {
            let message = format!(
                "the operation \"{}\" of \"{}\" reaches \"{tier}\" without tokens, and would be refused",
                operation.name, load.name
            );
            let hint = format!(
                "[operation.{}] prompt = …, output = …, or a trace with both columns",
                operation.name
            );
            diag.report(Draft::error(at, message).hint(hint));
        }
        return;
    };
    let engine = &engines.engine;
    let cache = u64::from(engine.blocks) * u64::from(engine.block_tokens);
    let (most, what) = match u64::from(engine.model_tokens_max) {
        longest if longest <= cache => (longest, "the longest context of its model"),
        _ => (cache, "its whole KV cache"),
    };
    let mean = prompt.mean() + output.mean();
    if (most as f64) < mean {
        let message = format!(
            "\"{}\" has {} tokens on average, which is more than {what} in \"{tier}\": {most}",
            operation.name,
            mean.round()
        );
        let draft = Draft::error(at, message);
        diag.report(draft.hint("shorter prompts, a longer max_model_len, or more memory for the cache"));
    }
}
