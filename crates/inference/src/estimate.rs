//! The capacity of a replica, estimated from its options alone: for checks before a run, and for planning.

use brownout_units::Span;

use crate::clock::FS_PER_NS;
use crate::engine::Engine;
use crate::latency::{Cost, Load};
use crate::listener::Listener;
use crate::options::Options;
use crate::request::{Prefix, Request};

/// A request that is alone on an idle replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alone {
    /// Until its first token.
    pub first: Span,
    /// Until its last token.
    pub last: Span,
}

struct Hears(Option<Span>, Option<Span>);

impl Listener for Hears {
    fn first_token(&mut self, at: Span, _: u64) {
        self.0 = Some(at);
    }
    fn finished(&mut self, at: Span, _: u64, _: u32) {
        self.1 = Some(at);
    }
}

impl Options {
    /// How long a request takes on an idle replica, exactly; none if such a replica would refuse it.
    pub fn alone(&self, prompt: u32, output: u32) -> Option<Alone> {
        let mut engine = Engine::new(self.clone()).ok()?;
        let mut heard = Hears(None, None);
        let request = Request { tag: 0, prompt, output, priority: 0, prefix: Prefix::NONE, delivered: 0 };
        engine.offer(request, Span::ZERO, &mut heard).ok()?;
        while let (None, Some(wake)) = (heard.1, engine.next_wake()) {
            engine.advance(wake, &mut heard);
        }
        Some(Alone { first: heard.0?, last: heard.1? })
    }

    /// About how many such requests a replica finishes in a second at most: with B of them in the batch, as many as
    /// its limits and its KV cache allow, each takes `output` decode steps and the prefills of the others.
    ///
    /// This follows from the law of a closed loop: the time from token to token is that of a decode step of B sequences
    /// with contexts of prompt + output/2, and (B−1)/output of a prefill. Shared prefixes are not counted; with them a
    /// replica does more.
    pub fn throughput(&self, prompt: f64, output: f64) -> f64 {
        let (prompt, output) = (prompt.max(1.0), output.max(1.0));
        let context = prompt + output / 2.0;
        let tokens = f64::from(self.blocks) * f64::from(self.block_tokens);
        let batch = (tokens / context).clamp(1.0, f64::from(self.sequences_max)).floor();
        let cost = Cost::new(&self.latency, self.overhead, 1.0);
        let seconds = |load: &Load| cost.step(load) as f64 / (FS_PER_NS as f64 * 1e9);
        let decode = seconds(&Load {
            tokens: batch as u64,
            decodes: batch as u64,
            context: (batch * context) as u64,
            half_attention: 0,
        });
        let prefill = seconds(&Load {
            tokens: prompt as u64,
            decodes: 0,
            context: 0,
            half_attention: (prompt * prompt) as u64,
        });
        // A prompt that fits into a step beside the decodes adds what its tokens cost, not another floor.
        let empty = seconds(&Load { tokens: 1, decodes: 0, context: 0, half_attention: 0 });
        let each = output * decode + batch * (prefill - empty).max(0.0);
        batch / each
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Admission, Affine, Latency, Scheduling, Terms};

    #[test]
    fn ten_milliseconds_a_step() {
        let terms = Terms { floor: 10.0, base: 0.0, token: 0.0, decode: 0.0, context: 0.0, attention: 0.0 };
        let options = Options {
            sequences_max: 20,
            step_tokens_max: 2_048,
            model_tokens_max: 8_192,
            block_tokens: 16,
            blocks: 1_000,
            chunked_prefill: true,
            scheduling: Scheduling::Fcfs,
            admission: Admission::WholePrompt,
            prefix_cache: false,
            overhead: Span::ZERO,
            latency: Latency::Affine(Affine::new(terms).expect("valid terms")),
            exact_steps: false,
        };
        let alone = options.alone(1_000, 101).expect("it fits");
        assert_eq!(alone, Alone { first: Span::from_millis(10), last: Span::from_millis(1_010) });
        assert_eq!(options.alone(9_000, 1), None);
        // A batch of 16,000 / 1,050 = 15, each of which takes a second.
        assert!((options.throughput(1_000.0, 100.0) - 15.0).abs() < 0.01);
    }
}
