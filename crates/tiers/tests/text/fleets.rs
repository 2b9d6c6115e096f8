//! Parts of small fleets of engines, at ten milliseconds a step.

use crate::parts::*;
use brownout_dist::{Constant, Law};
use brownout_inference::{Admission, Affine, Latency, Options, Scheduling, Terms};
use brownout_model::*;
use brownout_units::Span;

/// Ten milliseconds a step, whatever it computes; a prompt of up to 1,000 tokens is one step.
pub(crate) fn options() -> Options {
    let terms = Terms { floor: 10.0, base: 0.0, token: 0.0, decode: 0.0, context: 0.0, attention: 0.0 };
    Options {
        sequences_max: 4,
        step_tokens_max: 1_000,
        model_tokens_max: 5_000,
        block_tokens: 16,
        blocks: 1_000,
        chunked_prefill: true,
        scheduling: Scheduling::Fcfs,
        admission: Admission::WholePrompt,
        prefix_cache: false,
        overhead: Span::ZERO,
        latency: Latency::Affine(Affine::new(terms).expect("they are fine")),
        exact_steps: false,
    }
}

pub(crate) fn engines() -> Engines {
    Engines {
        replicas: 1,
        engine: options(),
        routing: Routing::Plain(Balance::RoundRobin),
        queue_limit: None,
        full: 529,
        passes: vec![1; 4],
        lite: None,
        fleet: Fleet::still().into(),
        policies: vec![],
        prefill: None,
        kv_bytes_per_token: 1_000.0,
        accelerators: 1,
        dollars_per_hour: 0.0,
    }
}

pub(crate) fn tokens(count: u32) -> Law {
    Constant::new(f64::from(count)).expect("a constant").into()
}

/// Users at these milliseconds, each with a prompt and an output of these tokens.
pub(crate) fn asks(millis: &[u64], (prompt, output): (u32, u32), engines: Engines) -> Model {
    let mut model = model(vec![load(millis)], vec![Body::Engines(engines)]);
    (model.operations[0].prompt, model.operations[0].output) = (Some(tokens(prompt)), Some(tokens(output)));
    model
}

/// What is said of single tokens is left out.
#[track_caller]
pub(crate) fn check_rest(model: &Model, expect: &str) {
    check_but(model, &["TokenGaps", "Prompted", "TokenTime"], expect);
}

/// Two of them, which are looked after so.
pub(crate) fn two_engines(care: Care) -> Engines {
    let fleet = Fleet { care, ..Fleet::still() };
    Engines { replicas: 2, fleet: fleet.into(), ..engines() }
}
