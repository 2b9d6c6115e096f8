//! A share of what is out: retries that are out at once are at most a fraction of all tries that are, or a minimum.
//!
//! Source: Envoy, `RetryBudget` of a cluster's circuit breaker (`budget_percent`, `min_retry_concurrency`). Envoy
//! counts a retry from when it is decided on; here it counts from when it goes out, after its backoff.

use super::kind::{Make, PolicyKind, Role, count, number, param};
use super::{Args, Outcome, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "retry-share",
    doc: "Retries that are out at once are at most a fraction of all tries that are out, as in Envoy.",
    params: &[
        param("ratio", Role::Ratio, number(0.2), "Retries of all tries that are out, rounded down."),
        param("minimum", Role::Count(0, 1_000_000_000), count(3), "Retries that may always be out at once."),
    ],
    make: Make::Outlet { only_retries: true, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Outlet> {
    Box::new(RetryShare { ratio: args.number("ratio"), minimum: args.count("minimum"), out: 0, retries: 0 })
}

#[derive(Debug)]
struct RetryShare {
    ratio: f64,
    minimum: u64,
    /// Tries that are out, and the retries among them.
    out: u64,
    retries: u64,
}

impl Outlet for RetryShare {
    fn allows(&mut self, kind: TryKind, now: Instant, _: &mut Stream) -> bool {
        kind == TryKind::First || self.may_retry(now)
    }

    fn may_retry(&self, _: Instant) -> bool {
        // Slightly above, since a fifth of 15 may be slightly below 3.
        let share = (self.ratio * self.out as f64 + 1e-9) as u64;
        self.retries < share.max(self.minimum)
    }

    fn sent(&mut self, kind: TryKind, _: Instant) {
        self.out += 1;
        self.retries += u64::from(kind != TryKind::First);
    }

    fn ended(&mut self, outcome: &Outcome) {
        self.out -= 1;
        self.retries -= u64::from(outcome.again);
    }

    fn is_fresh(&self, _: Instant) -> bool {
        self.out == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, ended, outlet};
    use super::*;
    use crate::policy::Value;
    use brownout_protocol::Status;

    #[test]
    fn a_fifth_of_what_is_out_and_always_three() {
        let mut share = outlet(&KIND, Args::new());
        let retries = |share: &mut super::super::testing::Out| {
            (0..100).take_while(|_| share.allows_and_sends(TryKind::Retry, at(0))).count()
        };
        assert_eq!(retries(&mut share), 3);
        // 12 first tries: a fifth of 15 is 3.
        (0..12).for_each(|_| assert!(share.allows_and_sends(TryKind::First, at(0))));
        assert_eq!(retries(&mut share), 0);
        // 88 more: the 24th retry finds a fifth of 123, and the 25th one of 124.
        (0..88).for_each(|_| assert!(share.allows_and_sends(TryKind::First, at(0))));
        assert_eq!(retries(&mut share), 21);
        // First tries end, and no retry fits until retries have.
        (0..50).for_each(|_| share.ended(&ended(1, Status::Error, 1)));
        assert!(!share.may_retry(at(1)));
        (0..12).for_each(|_| share.ended(&Outcome { again: true, ..ended(1, Status::Error, 1) }));
        assert_eq!(retries(&mut share), 0, "12 of 62 are a fifth");
        share.ended(&Outcome { again: true, ..ended(1, Status::Error, 1) });
        assert_eq!(retries(&mut share), 1);
    }

    #[test]
    fn without_a_minimum_a_lone_client_never_retries() {
        let mut share = outlet(&KIND, Args::new().with("minimum", Value::Count(0)));
        assert!(share.allows_and_sends(TryKind::First, at(0)) && !share.may_retry(at(0)));
    }
}
