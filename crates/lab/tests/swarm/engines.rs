//! Random fleets of language model replicas, laid over a random model.

use crate::control::fleet;
use crate::dice::Dice;
use brownout_inference::{Admission, Affine, Latency, Options, Scheduling, Terms};
use brownout_model::*;
use brownout_units::Span;

/// Every third model from this seed on has such a fleet; those before are as they were.
pub(crate) const FROM: u64 = 100;

/// Turns some stations into fleets, and gives most operations tokens.
pub(crate) fn lay(dice: &mut Dice, model: &mut Model) {
    for at in 0..model.tiers.len() {
        if matches!(model.tiers[at].body, Body::Station(_)) && !dice.one_in(3) {
            model.tiers[at].body = Body::Engines(engines(dice, model.paths.len()));
        }
    }
    for operation in &mut model.operations {
        if !dice.one_in(6) {
            operation.prompt = Some(dice.length(400_000));
            operation.output = Some(dice.length(100_000));
        }
        operation.ttft = dice.maybe(2, |d| d.some_span(300));
        operation.tpot = dice.maybe(2, |d| d.some_span(30));
    }
    for load in &mut model.loads {
        load.client.first_token = dice.maybe(2, |d| d.some_span(200));
    }
}

fn engines(dice: &mut Dice, paths: usize) -> Engines {
    let replicas = dice.between(1, 4) as u32;
    let engine = engine(dice);
    Engines {
        replicas,
        routing: routing(dice, replicas as usize),
        queue_limit: dice.maybe(3, |d| d.below(10) as u32),
        full: 529,
        passes: (0..paths).map(|_| if dice.one_in(4) { dice.between(2, 3) as u8 } else { 1 }).collect(),
        lite: dice.maybe(3, |d| Lite { above: d.below(5) as u32, passes: 1, output: d.ratio() }),
        fleet: fleet(dice, replicas).into(),
        policies: vec![],
        prefill: dice.maybe(3, |d| Disaggregation {
            replicas: d.between(1, 3) as u32,
            engine: Options { step_tokens_max: 4_096, ..engine.clone() },
            bandwidth: d.uniform(1e6, 1e10),
            latency: d.length(20),
        }),
        kv_bytes_per_token: 131_072.0,
        accelerators: dice.between(1, 8) as u32,
        dollars_per_hour: 2.5,
        engine,
    }
}

fn routing(dice: &mut Dice, replicas: usize) -> Routing {
    match dice.below(4) {
        0 => Routing::LeastKv,
        1 => Routing::Prefix { slack: dice.below(6) as u32 },
        _ => Routing::Plain(crate::tier::balance(dice, replicas)),
    }
}

/// Small enough that caches run out and requests are preempted, fast enough that a run sees many of them.
fn engine(dice: &mut Dice) -> Options {
    let terms = Terms {
        floor: dice.uniform(0.1, 5.0),
        base: dice.uniform(0.0, 2.0),
        token: dice.uniform(0.0, 0.01),
        decode: dice.uniform(0.0, 0.01),
        context: dice.uniform(0.0, 1e-4),
        attention: dice.uniform(0.0, 1e-6),
    };
    let sequences_max = dice.between(1, 20) as u32;
    Options {
        sequences_max,
        step_tokens_max: sequences_max + dice.between(1, 500) as u32,
        model_tokens_max: dice.between(50, 2_000) as u32,
        block_tokens: [1, 4, 16][dice.below(3) as usize],
        blocks: dice.between(5, 300) as u32,
        chunked_prefill: true,
        scheduling: if dice.one_in(2) { Scheduling::Fcfs } else { Scheduling::Priority },
        admission: if dice.one_in(2) { Admission::WholePrompt } else { Admission::Chunk },
        prefix_cache: dice.one_in(2),
        overhead: Span::from_nanos(dice.below(1_000_000)),
        latency: Latency::Affine(Affine::new(terms).expect("they are fine")),
        exact_steps: dice.one_in(8),
    }
}
