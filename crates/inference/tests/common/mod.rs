//! Replicas whose steps take whole milliseconds, and their story as text.

#![allow(dead_code, reason = "each file of tests uses a part of it")]

use std::fmt::Write;

use brownout_inference::{
    Admission, Affine, Engine, Identity, Latency, Listener, Options, Prefix, Request, Scheduling, Terms,
};
use brownout_units::Span;

/// What happened, a line for each event.
#[derive(Default)]
pub(crate) struct Story(pub(crate) String);

impl Story {
    fn line(&mut self, at: Span, tag: u64, what: &str) {
        writeln!(self.0, "{} ms: {tag} {what}", at.nanos() as f64 / 1e6).expect("text takes text");
    }
}

impl Listener for Story {
    fn admitted(&mut self, at: Span, tag: u64, hit: u32) {
        self.line(at, tag, &if hit > 0 { format!("admitted with {hit}") } else { "admitted".into() });
    }
    fn preempted(&mut self, at: Span, tag: u64) {
        self.line(at, tag, "preempted");
    }
    fn first_token(&mut self, at: Span, tag: u64) {
        self.line(at, tag, "first token");
    }
    fn finished(&mut self, at: Span, tag: u64, tokens: u32) {
        self.line(at, tag, &format!("finished {tokens}"));
    }
    fn cancelled(&mut self, at: Span, tag: u64, tokens: u32) {
        self.line(at, tag, &format!("cancelled after {tokens}"));
    }
    fn lost(&mut self, at: Span, tag: u64, tokens: u32) {
        self.line(at, tag, &format!("lost after {tokens}"));
    }
    fn evicted(&mut self, at: Span, what: Identity) {
        self.line(at, 0, &format!("evicted {what:?}"));
    }
}

/// Ten milliseconds a step, 4 blocks of 4 tokens, 2 sequences, 10 tokens a step.
pub(crate) fn small() -> Options {
    Options {
        sequences_max: 2,
        step_tokens_max: 10,
        model_tokens_max: 100,
        block_tokens: 4,
        blocks: 4,
        chunked_prefill: true,
        scheduling: Scheduling::Fcfs,
        admission: Admission::WholePrompt,
        prefix_cache: false,
        overhead: Span::ZERO,
        latency: constant(10.0),
        exact_steps: false,
    }
}

pub(crate) fn constant(floor: f64) -> Latency {
    let terms = Terms { floor, base: 0.0, token: 0.0, decode: 0.0, context: 0.0, attention: 0.0 };
    Latency::Affine(Affine::new(terms).expect("valid terms"))
}

pub(crate) fn request(tag: u64, prompt: u32, output: u32) -> Request {
    Request { tag, prompt, output, priority: 0, prefix: Prefix::NONE, delivered: 0 }
}

pub(crate) fn ms(ms: u64) -> Span {
    Span::from_millis(ms)
}

/// Lets a replica finish what it has.
pub(crate) fn finish(engine: &mut Engine, story: &mut Story) {
    while let Some(wake) = engine.next_wake() {
        engine.advance(wake, story);
    }
}

/// Compares a story with what should be told, line by line, whatever the indentation.
#[track_caller]
pub(crate) fn check(story: &Story, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let told: Vec<&str> = story.0.lines().collect();
    assert!(told == expected, "told:\n{}\nexpected:\n{}", told.join("\n"), expected.join("\n"));
}
