//! An adaptive concurrency limit: it grows by one for each round of good answers and shrinks by a factor when one is
//! bad or late (additive increase, multiplicative decrease).
//!
//! It grows only while it is used, and shrinks at most once for calls admitted before it shrank, like TCP once per
//! round trip. Source: Netflix concurrency-limits, `AIMDLimit`.

use super::kind::{Make, Mistake, Need, PolicyKind, Role, count, number, param};
use super::{Admission, Args, Inlet, Outcome};
use brownout_kernel::{Instant, Stream};
use brownout_protocol::Status;
use brownout_units::Span;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "aimd-limit",
    doc: "A limit of calls inside that grows while answers are good and shrinks when they are bad or late.",
    params: &[
        param("latency", Role::Span, Need::Required, "An answer that took longer is late."),
        param("initial", Role::Count(1, 1_000_000), count(20), "The initial limit."),
        param("min", Role::Count(1, 1_000_000), count(1), "The lowest limit."),
        param("max", Role::Count(1, 1_000_000), count(1_000), "The highest limit."),
        param("increase", Role::Number(0.001, 1_000.0), number(1.0), "How much is added per round."),
        param("decrease", Role::Ratio, number(0.9), "The factor applied when an answer is bad."),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make },
};

fn make(args: &Args) -> Result<Box<dyn Inlet>, Mistake> {
    let bounds = Bounds::of(args)?;
    let decrease = args.number("decrease");
    if 1.0 <= decrease {
        return Err(Mistake {
            param: "decrease",
            message: "a limit that shrinks to itself does not shrink".to_owned(),
            hint: "less than 100%, as in decrease = \"90%\"",
        });
    }
    Ok(Box::new(Aimd {
        limit: bounds.initial,
        bounds,
        late: args.span("latency"),
        increase: args.number("increase"),
        decrease,
        shrank: Instant::ZERO,
        used: Instant::ZERO,
    }))
}

/// The range of an adaptive limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) initial: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Bounds {
    /// Of the parameters `initial`, `min` and `max`.
    pub(super) fn of(args: &Args) -> Result<Self, Mistake> {
        let (initial, min, max) = (args.count("initial"), args.count("min"), args.count("max"));
        if max < min {
            return Err(Mistake {
                param: "max",
                message: format!("the limit is to be at most {max} and at least {min}"),
                hint: "a max that is not below min",
            });
        }
        if !(min..=max).contains(&initial) {
            return Err(Mistake {
                param: "initial",
                message: format!("the limit begins with {initial}, but is to stay between {min} and {max}"),
                hint: "say an initial between min and max",
            });
        }
        Ok(Bounds { initial: initial as f64, min: min as f64, max: max as f64 })
    }

    pub(super) fn clamp(&self, limit: f64) -> f64 {
        limit.clamp(self.min, self.max)
    }
}

/// Whether a status means that the tier is overloaded, or that its caller waited too long.
pub(super) fn is_overload(status: Status) -> bool {
    use Status::{GatewayTimeout, GaveUp, Overloaded, Timeout, Unavailable};
    matches!(status, GatewayTimeout | GaveUp | Overloaded | Timeout | Unavailable)
}

#[derive(Debug)]
struct Aimd {
    limit: f64,
    bounds: Bounds,
    late: Span,
    increase: f64,
    decrease: f64,
    /// When it shrank last.
    shrank: Instant,
    /// When half of it was in use last.
    used: Instant,
}

impl Inlet for Aimd {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        let with = f64::from(admission.inside) + 1.0;
        if self.limit <= 2.0 * with {
            self.used = admission.now;
        }
        with <= self.limit
    }

    fn left(&mut self, outcome: &Outcome, _: u32) {
        let Outcome { now, status, took, .. } = *outcome;
        if is_overload(status) || self.late < took {
            if took <= now - self.shrank {
                self.limit = self.bounds.clamp(self.limit * self.decrease);
                self.shrank = now;
            }
        } else if now - self.used <= took {
            self.limit = self.bounds.clamp(self.limit + self.increase / self.limit);
        }
    }

    fn is_fresh(&self, _: Instant) -> bool {
        self.limit.total_cmp(&self.bounds.initial).is_eq()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;

    fn args(initial: u64, max: u64) -> Args {
        let late = Value::Span(Span::from_millis(100));
        Args::new()
            .with("latency", late)
            .with("initial", Value::Count(initial))
            .with("max", Value::Count(max))
    }

    #[test]
    fn it_grows_by_one_in_a_round_and_shrinks_once() {
        let mut limit = inlet(&KIND, args(10, 20));
        assert_eq!(limit.fill(0), 10);
        (0..10).for_each(|_| limit.leaves(50, Status::Ok, 50));
        assert_eq!(limit.fill(50), 10, "10.96 of eleven");
        limit.leaves(60, Status::Ok, 10);
        assert_eq!(limit.fill(60), 2, "one left, one more place");
        // All eleven are late, and that counts once: 11.05 · 0.9 = 9.9.
        (0..11).for_each(|_| limit.leaves(300, Status::Ok, 240));
        assert_eq!(limit.fill(300), 9);
        limit.leaves(310, Status::Overloaded, 5);
        assert_eq!(limit.fill(310), 0, "9.9 · 0.9 = 8.95");
    }

    #[test]
    fn it_does_not_grow_while_unused_and_never_above_its_maximum() {
        let mut limit = inlet(&KIND, args(10, 12));
        for round in 0..100 {
            assert!(limit.lets_in(10 * round));
            limit.leaves(10 * round, Status::Ok, 1);
        }
        assert_eq!(limit.fill(2_000), 10);
        for round in 0..100 {
            limit.leaves(2_000 + round, Status::Ok, 1);
            limit.fill(2_000 + round);
        }
        assert_eq!(limit.inside(), 12);
    }

    #[test]
    fn bounds_the_wrong_way_round_are_refused() {
        let wrong =
            |args: Args| KIND.check(&args.or_defaults(KIND.defaults())).expect_err("a contradiction").param;
        assert_eq!(wrong(args(10, 20).with("min", Value::Count(30))), "max");
        assert_eq!(wrong(args(30, 20)), "initial");
        assert_eq!(wrong(args(10, 20).with("decrease", Value::Number(1.0))), "decrease");
    }
}
