//! A concurrency limit by the gradient of latency: it shrinks when answers take longer than they used to.
//!
//! After every `every` answers the limit becomes limit · gradient + queue, where the gradient is tolerance · usual
//! latency / current latency, between 1/2 and 1. It grows only while it is used, to at most `growth` times what is
//! inside. Source: Netflix concurrency-limits, `Gradient2Limit`; TCP Vegas before it.

use super::aimd_limit::{Bounds, is_overload};
use super::kind::{Make, Mistake, PolicyKind, Role, count, number, param};
use super::{Admission, Args, Inlet, Outcome};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "gradient-limit",
    doc: "A limit on calls inside that shrinks when answers take longer than they used to.",
    params: &[
        param("initial", Role::Count(1, 1_000_000), count(20), "The initial limit."),
        param("min", Role::Count(1, 1_000_000), count(1), "The lowest limit."),
        param("max", Role::Count(1, 1_000_000), count(1_000), "The highest limit."),
        param("queue", Role::Number(0.0, 1_000_000.0), number(4.0), "How many extra calls may queue."),
        param("tolerance", Role::Number(1.0, 100.0), number(1.5), "How much slower than usual is fine."),
        param("smoothing", Role::Ratio, number(0.2), "The fraction of each step that is taken."),
        param("every", Role::Count(1, 1_000_000), count(10), "How many answers make a step."),
        param(
            "memory",
            Role::Count(10, 1_000_000),
            count(600),
            "Over how many answers the usual latency is averaged.",
        ),
        param(
            "growth",
            Role::Number(1.0, 1_000.0),
            number(2.0),
            "The limit is at most this many times the calls inside.",
        ),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make },
};

fn make(args: &Args) -> Result<Box<dyn Inlet>, Mistake> {
    let bounds = Bounds::of(args)?;
    Ok(Box::new(Gradient {
        limit: bounds.initial,
        bounds,
        queue: args.number("queue"),
        tolerance: args.number("tolerance"),
        smoothing: args.number("smoothing"),
        every: args.count("every"),
        memory: args.count("memory"),
        growth: args.number("growth"),
        usual: 0.0,
        seen: 0,
        sum: 0.0,
        answers: 0,
        most: 0,
        failed: false,
        before: 0,
    }))
}

#[derive(Debug)]
struct Gradient {
    limit: f64,
    bounds: Bounds,
    queue: f64,
    tolerance: f64,
    smoothing: f64,
    every: u64,
    memory: u64,
    growth: f64,
    /// Usual latency in seconds: the mean of the first answers, then an exponential average.
    usual: f64,
    /// How many answers that mean covers, up to the memory.
    seen: u64,
    /// Since the last step: latencies, answers, the most calls inside at any arrival, and whether one failed.
    sum: f64,
    answers: u64,
    most: u32,
    failed: bool,
    /// The most of the step before: its calls may not all have left yet.
    before: u32,
}

impl Gradient {
    fn step(&mut self) {
        let now = self.sum / self.answers as f64;
        self.seen = (self.seen + self.answers).min(self.memory);
        self.usual += (now - self.usual) * (self.answers as f64 / self.seen as f64).min(1.0);
        // After a slow period the usual latency would stay high, so it falls faster than it rises.
        if 2.0 * now < self.usual {
            self.usual *= 0.95;
        }
        let most = f64::from(self.most.max(self.before));
        let used = self.limit <= 2.0 * most;
        let gradient = if self.failed {
            0.5
        } else if 0.0 < now {
            (self.tolerance * self.usual / now).clamp(0.5, 1.0)
        } else {
            1.0
        };
        if used || gradient < 1.0 {
            let wanted = self.limit * gradient + if self.failed { 0.0 } else { self.queue };
            let next = self.limit + (wanted - self.limit) * self.smoothing;
            let bound = (self.growth * most).max(self.limit);
            self.limit = self.bounds.clamp(next.min(bound));
        }
        self.before = self.most;
        (self.sum, self.answers, self.most, self.failed) = (0.0, 0, 0, false);
    }
}

impl Inlet for Gradient {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        let with = admission.inside + 1;
        self.most = self.most.max(with);
        f64::from(with) <= self.limit
    }

    fn left(&mut self, outcome: &Outcome, _: u32) {
        self.sum += outcome.took.as_secs_f64();
        self.answers += 1;
        self.failed |= is_overload(outcome.status);
        if self.every <= self.answers {
            self.step();
        }
    }

    fn is_fresh(&self, _: Instant) -> bool {
        self.answers == 0 && self.seen == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;
    use brownout_protocol::Status::Ok;

    /// After rounds in which all that may come in are answered after `took` milliseconds.
    fn rounds(limit: &mut super::super::testing::In, from: u64, took: u64, rounds: u64) -> u32 {
        for round in 0..rounds {
            let now = from + round * took;
            limit.fill(now);
            for _ in 0..limit.inside() {
                limit.leaves(now + took, Ok, took);
            }
        }
        limit.fill(from + rounds * took)
    }

    #[test]
    fn steady_answers_let_it_grow_and_slow_ones_let_it_shrink() {
        let args = Args::new().with("max", Value::Count(100));
        let mut limit = inlet(&KIND, args);
        assert_eq!(rounds(&mut limit, 0, 10, 1), 21, "20 + 0.2 · 4 for each ten");
        let grown = rounds(&mut limit, 10, 10, 60);
        let _ = grown;
        assert_eq!(limit.inside(), 100, "at its maximum");
        // Ten times as slow: gradient 1/2.
        rounds(&mut limit, 10_000, 100, 1);
        assert!(limit.inside() < 50, "{}", limit.inside());
    }

    #[test]
    fn it_does_not_grow_far_beyond_what_is_inside() {
        let mut limit = inlet(&KIND, Args::new().with("growth", Value::Number(1.0)));
        for n in 0..1_000 {
            assert!((0..15).all(|_| limit.lets_in(10 * n)));
            (0..15).for_each(|_| limit.leaves(10 * n + 5, Ok, 5));
        }
        assert_eq!(limit.fill(20_000), 20);
    }

    #[test]
    fn bounds_the_wrong_way_round_are_refused() {
        let args = Args::new().with("min", Value::Count(50)).with("max", Value::Count(10));
        assert_eq!(KIND.check(&args.or_defaults(KIND.defaults())).expect_err("a contradiction").param, "max");
    }
}
