//! The maximum lengths of requests: whether a fleet can refuse one at once for its length.

use super::tokens;
use brownout_dist::Law;
use brownout_model::{Care, Engines, Load, Model, OperationId, Step, TOKENS_MAX};

/// Whether a replica of the fleet can refuse a request of this load on arrival: because its queue is full, the request
/// has no tokens, or it is too long.
pub(super) fn can_refuse(model: &Model, load: &Load, tier: &str, engines: &Engines) -> bool {
    let login = load.session.as_ref().map(|session| session.login);
    let mut operations = load.journey.iter().map(|step| step.operation).chain(login);
    engines.queue_limit.is_some()
        || !engines.policies.is_empty()
        || engines.fleet.care != Care::none()
        || operations.any(|id| tokens::comes(model, load, id, tier) && !fits(engines, id, model, load))
}

/// Whether every request of an operation has tokens, and the largest one fits.
fn fits(engines: &Engines, id: OperationId, model: &Model, load: &Load) -> bool {
    let engine = engines.prefill.as_ref().map_or(&engines.engine, |prefill| &prefill.engine);
    let operation = &model.operations[id.0 as usize];
    let (Some(prompt), Some(output)) = (&operation.prompt, &operation.output) else { return false };
    let (shortest, [fewest, most]) = (bounds(prompt)[0], bounds(output));
    let something = 0 < shortest + u64::from(operation.talk.shared_prefix) && 0 < fewest;
    let longest = longest_prompt(id, model, load);
    let context = u64::from(engine.model_tokens_max);
    // An answer ends at the end of the context, and its last token is never cached.
    let cached = (longest + most).min(context) - 1;
    something
        && longest < context
        && cached.div_ceil(u64::from(engine.block_tokens)) <= u64::from(engine.blocks)
}

/// The longest prompt of an operation: with a history, after the longest possible journey.
fn longest_prompt(id: OperationId, model: &Model, load: &Load) -> u64 {
    let operation = &model.operations[id.0 as usize];
    let talk = &operation.talk;
    // Only `context_max` bounds an agent that may call tools repeatedly.
    let endless = |step: &Step| step.tools.is_some() && (step.operation == id || talk.history);
    if load.journey.iter().any(endless) {
        return talk.context_max.into();
    }
    let most = |law: &Option<Law>| law.as_ref().map_or(0, |law| bounds(law)[1]);
    let alone = u64::from(talk.shared_prefix) + most(&operation.prompt);
    let said = |step: &Step| {
        let turn = &model.operations[step.operation.0 as usize];
        let tokens = u64::from(turn.talk.shared_prefix) + most(&turn.prompt) + most(&turn.output);
        let times = step.times.as_ref().map_or(1, |law| bounds(law)[1]);
        if turn.talk.history && talk.history { times * tokens } else { 0 }
    };
    (alone + load.journey.iter().map(said).sum::<u64>()).min(talk.context_max.into())
}

/// The least and the most that a law of tokens or of times draws, rounded as draws are.
fn bounds(law: &Law) -> [u64; 2] {
    let (low, high) = law.support();
    [low, high].map(|end| end.round().clamp(0.0, f64::from(TOKENS_MAX)) as u64)
}
