//! Latency models and options: what they give, and what they refuse.

mod common;

use std::sync::Arc;

use brownout_inference::{
    Affine, Cost, Engine, Latency, LatencyError, Load, Measured, Memory, Options, OptionsError, Roofline,
    Table, Terms,
};
use brownout_units::{Bytes, Ratio, Span};
use common::{constant, small};

const LLAMA_70B_H100_TP4: Terms = Terms {
    floor: 15.620,
    base: 8.958,
    token: 0.057_663,
    decode: 0.006_35,
    context: 2.722e-5,
    attention: 1.643e-6,
};

fn step_ms(latency: &Latency, load: Load) -> f64 {
    Cost::new(latency, Span::ZERO, 1.0).step(&load) as f64 / 1e12
}

fn decode(batch: u64, context: u64) -> Load {
    Load { tokens: batch, decodes: batch, context: batch * context, half_attention: 0 }
}

#[track_caller]
fn assert_close(given: f64, expected: f64) {
    assert!((given - expected).abs() <= 1e-9 * expected.abs(), "{given} instead of {expected}");
}

#[test]
fn six_terms_give_the_time_of_a_step() {
    let latency = Latency::Affine(Affine::new(LLAMA_70B_H100_TP4).expect("valid terms"));
    assert_close(step_ms(&latency, decode(10, 1_000)), 15.620 + 10.0 * 0.006_35 + 10_000.0 * 2.722e-5);
    let chunk = Load { tokens: 2_000, decodes: 0, context: 0, half_attention: 2_000 * (2 * 500 + 2_000) };
    assert_close(
        step_ms(&latency, chunk),
        8.958 + 2_000.0 * 0.057_663 + 1.643e-6 * 2_000.0 * (500.0 + 1_000.0),
    );
    let half = Cost::new(&latency, Span::from_millis(1), 0.5).step(&decode(1, 1));
    assert_close(half as f64 / 1e12, 2.0 * (15.620 + 0.006_35 + 2.722e-5 + 1.0));
}

#[test]
fn a_roofline_is_terms_from_a_data_sheet() {
    let roofline = Roofline {
        parameters: 8e9,
        weight_bytes: 16e9,
        kv_bytes_per_token: 131_072.0,
        layers: 32.0,
        width: 4_096.0,
        operations_per_second: 989e12,
        bytes_per_second: 3.35e12,
        compute_efficiency: 0.5,
        memory_efficiency: 0.8,
    };
    let terms = roofline.affine().expect("a valid data sheet").terms();
    assert_close(terms.floor, 16e9 / (3.35e12 * 0.8) * 1e3);
    assert_close(terms.token, 2.0 * 8e9 / (989e12 * 0.5) * 1e3);
    assert_close(terms.context, 131_072.0 / (3.35e12 * 0.8) * 1e3);
    assert_close(terms.attention, 4.0 * 32.0 * 4_096.0 / (989e12 * 0.5) * 1e3);
    // The measured floor and token of this pair are 6.53 and 0.0187 ms: a data sheet is a fair guess.
    assert!((4.0..8.0).contains(&terms.floor) && (0.015..0.06).contains(&terms.token), "{terms:?}");
    let error = Roofline { memory_efficiency: 1.2, ..roofline }.affine().expect_err("above 1");
    assert_eq!(error.to_string(), "memory_efficiency = 1.2: must be above 0 and at most 1");
    assert!(Roofline { layers: f64::NAN, ..roofline }.affine().is_err());
}

fn measured() -> Measured {
    Measured {
        prefill: vec![(1_024, 70.0), (1, 16.0), (256, 16.0)],
        decode: vec![(1, 100, 16.5), (1, 1_000, 17.0), (8, 100, 18.0), (8, 1_000, 22.0)],
        attention: 1e-6,
    }
}

#[test]
fn memory_beside_the_weights_is_blocks() {
    let memory = Memory {
        accelerator: Bytes::new(80_000_000_000),
        accelerators: 4,
        utilisation: Ratio::new(0.9).expect("a ratio"),
        weights: Bytes::new(141_000_000_000),
        reserve: Bytes::new(3_500_000_000),
        kv_per_token: Bytes::new(327_680),
    };
    assert_eq!(memory.blocks(16), (133_000_000_000_u64 / (327_680 * 16)) as u32);
    assert_eq!(Memory { accelerators: 1, ..memory }.blocks(16), 0, "the weights alone do not fit");
}

#[test]
fn a_table_goes_through_its_points_and_along_lines_between() {
    let latency = Latency::Table(Arc::new(Table::new(&measured()).expect("a valid table")));
    let prefill = |tokens| step_ms(&latency, Load { tokens, ..Load::default() });
    assert_close(prefill(1), 16.0);
    assert_close(prefill(640), 16.0 + 54.0 * 384.0 / 768.0);
    assert_close(prefill(1_792), 124.0);
    for (batch, context, ms) in
        [(1, 100, 16.5), (8, 1_000, 22.0), (1, 550, 16.75), (8, 1_900, 26.0), (8, 50, 17.0)]
    {
        assert!((step_ms(&latency, decode(batch, context)) - ms).abs() < 1e-6, "{batch} at {context}");
    }
    // Halfway in batch: 4.5 would lie between 0.5 and 2 ms above the body.
    let four = step_ms(&latency, decode(4, 100));
    assert!((four - (16.0 + 0.5 * 4.0 / 7.0 + 2.0 * 3.0 / 7.0)).abs() < 1e-6, "{four}");
}

#[test]
fn a_table_that_cannot_be_right_is_refused() {
    let refused = |change: fn(&mut Measured)| {
        let mut measured = measured();
        change(&mut measured);
        Table::new(&measured).expect_err("a broken table").to_string()
    };
    let text = refused(|m| m.prefill.truncate(1));
    assert_eq!(text, "1 measured points of prefill: a table needs at least 2");
    let text = refused(|m| m.decode.truncate(3));
    assert!(text.starts_with("batch 8 at context 1000: decode steps must be measured once"), "{text}");
    let text = refused(|m| m.decode.push((8, 100, 18.0)));
    assert!(text.starts_with("batch 8 at context 100: "), "{text}");
    let text = refused(|m| m.decode[1].2 = 16.4);
    assert!(text.starts_with("the time falls from 16.5 ms to 16.4 ms at context 1000"), "{text}");
    let text = refused(|m| m.prefill[0].1 = f64::INFINITY);
    assert_eq!(text, "prefill step = inf: must be from 0 to 1e6 ms");
    let text = refused(|m| m.attention = -1.0);
    assert_eq!(text, "attention = -1: must be from 0 to 1e6 ms");
}

#[test]
fn terms_that_cannot_be_right_are_refused() {
    let negative = Terms { context: -0.1, ..LLAMA_70B_H100_TP4 };
    assert_eq!(
        Affine::new(negative).expect_err("negative").to_string(),
        "context = -0.1: must be from 0 to 1e6 ms"
    );
    let nothing = Terms { floor: 0.0, base: 0.0, token: 0.0, ..LLAMA_70B_H100_TP4 };
    assert_eq!(Affine::new(nothing), Err(LatencyError::NoTime));
}

#[test]
fn options_that_contradict_themselves_are_refused() {
    let refused = |options: Options| Engine::new(options).err().expect("refused").to_string();
    let text = refused(Options { block_tokens: 12, ..small() });
    assert_eq!(text, "block_tokens = 12: must be a power of two from 1 to 256");
    let text = refused(Options { sequences_max: 10, ..small() });
    assert!(text.starts_with("step_tokens_max = 10: must exceed sequences_max = 10"), "{text}");
    let text = refused(Options { chunked_prefill: false, ..small() });
    assert!(text.starts_with("step_tokens_max = 10: must be at least model_tokens_max = 100"), "{text}");
    for broken in [
        Options { sequences_max: 0, ..small() },
        Options { blocks: 0, ..small() },
        Options { model_tokens_max: 1, ..small() },
        Options { step_tokens_max: u32::MAX, ..small() },
    ] {
        assert!(matches!(Engine::new(broken), Err(OptionsError::Outside { .. })));
    }
    assert!(matches!(
        Engine::new(Options { latency: constant(1e-4), ..small() }),
        Err(OptionsError::StepTooShort)
    ));
    let slow = Terms { attention: 1e6, ..LLAMA_70B_H100_TP4 };
    let slow = Latency::Affine(Affine::new(slow).expect("each term is within its limits"));
    assert!(matches!(Engine::new(Options { latency: slow, ..small() }), Err(OptionsError::StepTooLong)));
}

/// At a closed loop of B clients the time per output token is that of their decode step and, for each token, a share of
/// the prefills of the others: T(B, isl + osl/2) + (B−1)·P(isl)/osl. A step with a prefill gives a token to the others
/// too, so P is what the prefill adds to it.
#[test]
fn closed_loop_law() {
    struct Closed {
        first: Vec<Span>,
        again: Vec<u64>,
        tpot: f64,
        finished: f64,
    }
    impl brownout_inference::Listener for Closed {
        fn first_token(&mut self, at: Span, tag: u64) {
            self.first[tag as usize] = at;
        }
        fn finished(&mut self, at: Span, tag: u64, tokens: u32) {
            self.tpot += at.saturating_sub(self.first[tag as usize]).as_secs_f64() / f64::from(tokens - 1);
            self.finished += 1.0;
            self.again.push(tag);
        }
    }
    let latency = Latency::Affine(Affine::new(LLAMA_70B_H100_TP4).expect("valid terms"));
    let (prompt, output) = (1_000_u32, 400_u32);
    for clients in [1_u64, 8, 32] {
        let options = Options {
            sequences_max: 256,
            step_tokens_max: 2_048,
            model_tokens_max: 8_192,
            block_tokens: 16,
            blocks: 25_000,
            latency: latency.clone(),
            ..small()
        };
        let mut engine = Engine::new(options).expect("valid options");
        let mut closed = Closed { first: vec![Span::ZERO; 32], again: Vec::new(), tpot: 0.0, finished: 0.0 };
        for client in 0..clients {
            // Spread over the time of one request, so that they do not prefill in step.
            let at = Span::from_millis(client * 12_000 / clients);
            engine.offer(common::request(client, prompt, output), at, &mut closed).expect("it fits");
        }
        while closed.finished < 40.0 * clients as f64 {
            let now = engine.next_wake().expect("the loop goes on");
            engine.advance(now, &mut closed);
            for client in std::mem::take(&mut closed.again) {
                engine.offer(common::request(client, prompt, output), now, &mut closed).expect("it fits");
            }
        }
        let with_prefill =
            step_ms(&latency, Load { tokens: 1_000, decodes: 0, context: 0, half_attention: 1_000_000 });
        let law = step_ms(&latency, decode(clients, 1_200))
            + (clients - 1) as f64 * (with_prefill - 15.62) / f64::from(output);
        let tpot = 1e3 * closed.tpot / closed.finished;
        assert!((tpot / law - 1.0).abs() < 0.03, "{clients} clients: {tpot} ms, the law says {law} ms");
    }
}
