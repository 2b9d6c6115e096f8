//! A retry budget: each first try adds a fraction of a token to a bucket, each retry takes a whole one.
//!
//! Regardless of failures, retries are at most `ratio` of the first tries, plus `burst`. Source: Brooker, "Fixing
//! retries with token buckets and circuit breakers", 2022.

use super::kind::{Make, Need, PolicyKind, Role, count, number, param};
use super::{Args, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "retry-budget",
    doc: "Retries are at most a fraction of the first tries: a token bucket that first tries fill.",
    params: &[
        param("ratio", Role::Ratio, number(0.1), "The fraction of a token that a first try adds."),
        param("burst", Role::Count(1, 1_000_000_000), count(10), "How many tokens it holds and starts with."),
        param("reserve", Role::Rate, Need::Optional, "Tokens added per second regardless of tries."),
    ],
    make: Make::Outlet { only_retries: true, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Outlet> {
    let burst = args.count("burst") as f64;
    let reserve = args.maybe_number("reserve").unwrap_or(0.0);
    Box::new(RetryBudget { ratio: args.number("ratio"), burst, reserve, tokens: burst, since: Instant::ZERO })
}

#[derive(Debug)]
struct RetryBudget {
    ratio: f64,
    burst: f64,
    /// Tokens per second.
    reserve: f64,
    /// As of `since`.
    tokens: f64,
    since: Instant,
}

/// A token summed from tenths may be slightly too small.
const WHOLE: f64 = 1.0 - 1e-9;

impl RetryBudget {
    fn tokens(&self, now: Instant) -> f64 {
        let came = self.reserve * now.saturating_since(self.since).as_secs_f64();
        (self.tokens + came).min(self.burst)
    }
}

impl Outlet for RetryBudget {
    fn allows(&mut self, kind: TryKind, now: Instant, _: &mut Stream) -> bool {
        kind == TryKind::First || self.may_retry(now)
    }

    fn may_retry(&self, now: Instant) -> bool {
        WHOLE <= self.tokens(now)
    }

    fn sent(&mut self, kind: TryKind, now: Instant) {
        let change = match kind {
            TryKind::First => self.ratio,
            TryKind::Retry | TryKind::Hedge => -1.0,
        };
        self.tokens = (self.tokens(now) + change).clamp(0.0, self.burst);
        self.since = now;
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.burst <= self.tokens(now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, outlet};
    use super::*;
    use crate::policy::Value;

    #[test]
    fn ten_first_tries_pay_for_one_retry() {
        let mut budget = outlet(&KIND, Args::new().with("burst", Value::Count(1)));
        assert!(budget.allows_and_sends(TryKind::Retry, at(0)), "it begins full");
        assert!(!budget.allows_and_sends(TryKind::Retry, at(0)));
        for _ in 0..9 {
            assert!(budget.allows_and_sends(TryKind::First, at(1)));
        }
        assert!(!budget.may_retry(at(1)));
        assert!(budget.allows_and_sends(TryKind::First, at(1)));
        assert!(budget.may_retry(at(1)) && budget.allows_and_sends(TryKind::Retry, at(2)));
        assert!(!budget.allows_and_sends(TryKind::Retry, at(1_000_000)));
    }

    #[test]
    fn a_reserve_fills_it_by_itself() {
        let args = Args::new().with("burst", Value::Count(2)).with("reserve", Value::Number(0.5));
        let mut budget = outlet(&KIND, args);
        assert!(budget.is_fresh(at(0)));
        assert!(
            budget.allows_and_sends(TryKind::Retry, at(0)) && budget.allows_and_sends(TryKind::Retry, at(0))
        );
        assert!(!budget.allows_and_sends(TryKind::Retry, at(1_999)) && !budget.is_fresh(at(3_999)));
        assert!(budget.is_fresh(at(4_000)), "and it holds no more than two");
        assert!(
            budget.allows_and_sends(TryKind::Retry, at(60_000))
                && budget.allows_and_sends(TryKind::Retry, at(60_000))
        );
        assert!(!budget.allows_and_sends(TryKind::Retry, at(60_000)));
    }
}
