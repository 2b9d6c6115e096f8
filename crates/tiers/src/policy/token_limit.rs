//! A limit on tokens per minute, as providers of language models have it beside one on requests.
//!
//! A bucket that is refilled continuously, up to a minute's worth. Sources: Anthropic, "Rate limits" (a token bucket,
//! refilled continuously; input and output tokens each have a limit); `OpenAI`, "Rate limits" (a request is charged
//! its prompt and `max_tokens` when it comes). Here a request is charged when it comes, with the tokens that its answer
//! will have: clients that ask for as much as they need.

use super::kind::{Make, Need, PolicyKind, Role, param, secs, word};
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "token-limit",
    doc: "A limit on tokens of prompts and outputs per minute; requests beyond are turned away.",
    params: &[
        param("tokens", Role::Count(1, 1_000_000_000_000), Need::Required, "How many in a window."),
        param(
            "counts",
            Role::Word(&["both", "prompt", "output"]),
            word("both"),
            "Which tokens: providers limit both together, or each by itself, with a policy for each.",
        ),
        param("window", Role::Span, secs(60), "The time in which the bucket is refilled."),
        param(
            "burst",
            Role::Count(1, 1_000_000_000_000),
            Need::Optional,
            "How many it holds; the default is a window's worth. A larger request is never let in.",
        ),
    ],
    make: Make::Inlet { each_replica: false, status: 429, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    let (tokens, window) = (args.count("tokens") as f64, args.span("window"));
    let burst = args.maybe_count("burst").map_or(tokens, |burst| burst as f64);
    let counts = match args.word("counts") {
        "prompt" => (true, false),
        "output" => (false, true),
        _ => (true, true),
    };
    Box::new(TokenLimit {
        rate: tokens / window.as_secs_f64(),
        burst,
        counts,
        tokens: burst,
        since: Instant::ZERO,
    })
}

#[derive(Debug)]
struct TokenLimit {
    /// Tokens per second.
    rate: f64,
    burst: f64,
    /// Whether those of prompts count, and those of outputs.
    counts: (bool, bool),
    /// As of `since`.
    tokens: f64,
    since: Instant,
}

impl TokenLimit {
    fn filled(&self, now: Instant) -> f64 {
        (self.tokens + self.rate * now.saturating_since(self.since).as_secs_f64()).min(self.burst)
    }

    fn charge(&self, admission: &Admission) -> f64 {
        let part = |counts: bool, tokens: u32| if counts { f64::from(tokens) } else { 0.0 };
        part(self.counts.0, admission.sizes.prompt()) + part(self.counts.1, admission.sizes.output())
    }
}

impl Inlet for TokenLimit {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        // Sums of fractions may be slightly too small.
        self.charge(admission) <= self.filled(admission.now) + 1e-6
    }

    fn entered(&mut self, admission: &Admission) {
        self.tokens = (self.filled(admission.now) - self.charge(admission)).max(0.0);
        self.since = admission.now;
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.burst <= self.filled(now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;
    use brownout_protocol::Sizes;

    /// Whether a request of those tokens comes in.
    fn asks(limit: &mut super::super::testing::In, millis: u64, prompt: u32, output: u32) -> bool {
        let admission = Admission { sizes: Sizes::new(prompt, output, 0), ..limit.admission(millis) };
        let admitted = limit.admits(&admission);
        if admitted {
            limit.entered(&admission);
        }
        admitted
    }

    #[test]
    fn a_minute_of_tokens_at_once_and_then_as_they_come() {
        let mut limit = inlet(&KIND, Args::new().with("tokens", Value::Count(6_000)));
        assert!(asks(&mut limit, 0, 4_000, 1_000) && asks(&mut limit, 0, 900, 100));
        assert!(!asks(&mut limit, 0, 1, 0), "6,000 are spent");
        // 100 tokens come each second.
        assert!(!asks(&mut limit, 4_990, 400, 100) && asks(&mut limit, 5_000, 400, 100));
        // A small request passes where a large one waits for its tokens.
        assert!(!asks(&mut limit, 6_000, 200, 0) && asks(&mut limit, 6_000, 100, 0));
        // After an idle hour there is a minute's worth, not more.
        assert!(!asks(&mut limit, 3_600_000, 6_001, 0) && asks(&mut limit, 3_600_000, 6_000, 0));
    }

    #[test]
    fn only_what_counts_is_charged() {
        for (counts, prompt, output) in [("prompt", 60, 1_000_000), ("output", 1_000_000, 60)] {
            let args =
                Args::new().with("tokens", Value::Count(60)).with("counts", Value::Word(counts.into()));
            let mut limit = inlet(&KIND, args);
            assert!(asks(&mut limit, 0, prompt, output) && !asks(&mut limit, 999, prompt / 60, output / 60));
        }
    }
}
