//! How long a request takes alone on an idle language model replica, or on two that share its work.

use brownout_dist::Law;
use brownout_inference::{Alone, Engine, Listener, Options, Prefix, Rejection, Request};
use brownout_kernel::Stream;
use brownout_model::{Disaggregation, Engines};
use brownout_units::Span;

/// Idle replicas on which one request after another is timed.
///
/// The real engine runs each of them, so that the times are those of the log of an idle replica to the nanosecond. Its
/// clock is its own: the next request begins when the one before has ended.
pub(crate) struct IdleReplicas {
    decode: Replica,
    prefill: Option<(Replica, Link)>,
}

/// The way of a KV cache from a replica that prefills to one that decodes.
struct Link {
    /// Seconds for each token of the prompt.
    per_token: f64,
    latency: Law,
}

/// A request before its first pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) prompt: u32,
    pub(crate) output: u32,
    /// Tokens at the start of the prompt that some replica has seen before.
    pub(crate) known: u32,
    /// At least 1.
    pub(crate) passes: u8,
}

impl IdleReplicas {
    /// Those of a fleet.
    ///
    /// # Panics
    /// If its options are broken: the scenario should have been refused.
    pub(crate) fn new(engines: &Engines) -> Self {
        let link = |prefill: &Disaggregation| Link {
            per_token: engines.kv_bytes_per_token / prefill.bandwidth,
            latency: prefill.latency.clone(),
        };
        let prefill = engines.prefill.as_ref();
        IdleReplicas {
            decode: Replica::new(&engines.engine),
            prefill: prefill.map(|prefill| (Replica::new(&prefill.engine), link(prefill))),
        }
    }

    /// Until the first token that is shown, and until the last one.
    ///
    /// # Errors
    /// If no replica could ever serve it.
    pub(crate) fn time(&mut self, ask: Ask, stream: &mut Stream) -> Result<Alone, Rejection> {
        let mut before = Span::ZERO;
        let Ask { mut prompt, output, mut known, .. } = ask;
        for _ in 1..ask.passes {
            before += self.pass(prompt, output, known, stream)?.last;
            prompt = (prompt + output).min(self.decode.tokens_max - 1);
            // The last token of an answer is emitted and never cached.
            known = prompt - 1;
        }
        let last = self.pass(prompt, output, known, stream)?;
        Ok(Alone { first: before + last.first, last: before + last.last })
    }

    fn pass(
        &mut self,
        prompt: u32,
        output: u32,
        known: u32,
        stream: &mut Stream,
    ) -> Result<Alone, Rejection> {
        let Some((prefill, link)) = &mut self.prefill else {
            return self.decode.time(prompt, output, self.decode.cached(prompt, known));
        };
        let cached = prefill.cached(prompt, known);
        let first = prefill.time(prompt, output.min(1), cached)?;
        if output <= 1 {
            return Ok(first);
        }
        let latency = crate::node::draw_span(&link.latency, stream);
        let arrives = first.last + Span::from_secs_f64(f64::from(prompt) * link.per_token) + latency;
        // The first token is read like the prompt, and nothing else has to be computed again.
        let rest = self.decode.time(prompt + 1, output - 1, prompt)?;
        Ok(Alone { first: first.first, last: arrives + rest.last })
    }
}

struct Replica {
    engine: Engine,
    clock: Span,
    tokens_max: u32,
    /// Of its prefix cache; 0 if it has none.
    block_tokens: u32,
}

impl Replica {
    fn new(options: &Options) -> Self {
        // What is cached is said with each request, and jumps give the same log as single steps.
        let idle = Options { prefix_cache: false, exact_steps: false, ..options.clone() };
        Replica {
            engine: Engine::new(idle).expect("the scenario checked the engine"),
            clock: Span::ZERO,
            tokens_max: options.model_tokens_max,
            block_tokens: if options.prefix_cache { options.block_tokens } else { 0 },
        }
    }

    /// The whole blocks of what is known of a prompt, whose last token is always computed.
    fn cached(&self, prompt: u32, known: u32) -> u32 {
        let most = known.min(prompt.saturating_sub(1));
        most.checked_div(self.block_tokens).map_or(0, |blocks| blocks * self.block_tokens)
    }

    fn time(&mut self, prompt: u32, output: u32, cached: u32) -> Result<Alone, Rejection> {
        let began = self.clock;
        let mut heard = Heard { first: began, last: began };
        let request =
            Request { tag: 0, prompt, output, priority: 0, prefix: Prefix::NONE, delivered: cached };
        self.engine.offer(request, began, &mut heard)?;
        while let Some(wake) = self.engine.next_wake() {
            self.engine.advance(wake, &mut heard);
        }
        self.clock = heard.last;
        Ok(Alone { first: heard.first - began, last: heard.last - began })
    }
}

struct Heard {
    first: Span,
    last: Span,
}

impl Listener for Heard {
    fn first_token(&mut self, at: Span, _: u64) {
        self.first = at;
    }
    fn finished(&mut self, at: Span, _: u64, _: u32) {
        self.last = at;
    }
}
