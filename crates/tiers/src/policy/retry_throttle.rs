//! A bucket that successes fill and failures empty: no try is repeated while it is at most half full.
//!
//! Source: gRPC, "Retry design" (gRFC A6), throttling retry attempts and hedged RPCs: `maxTokens`, `tokenRatio`.

use super::kind::{Make, PolicyKind, Role, number, param};
use super::{Args, Outcome, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};
use brownout_protocol::Status;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "retry-throttle",
    doc: "No retries while a bucket, which successes fill and failures empty, is at most half full, as in gRPC.",
    params: &[
        param("tokens", Role::Number(1.0, 1_000.0), number(10.0), "How many it holds and starts with."),
        param(
            "ratio",
            Role::Number(0.001, 1_000.0),
            number(0.1),
            "Tokens that a success adds; a failure takes 1.",
        ),
    ],
    make: Make::Outlet { only_retries: true, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Outlet> {
    let most = args.number("tokens");
    Box::new(RetryThrottle { most, ratio: args.number("ratio"), tokens: most })
}

#[derive(Debug)]
struct RetryThrottle {
    most: f64,
    ratio: f64,
    tokens: f64,
}

impl Outlet for RetryThrottle {
    fn allows(&mut self, kind: TryKind, now: Instant, _: &mut Stream) -> bool {
        kind == TryKind::First || self.may_retry(now)
    }

    fn may_retry(&self, _: Instant) -> bool {
        // A token summed from tenths may be slightly too large.
        self.most / 2.0 + 1e-9 < self.tokens
    }

    fn ended(&mut self, outcome: &Outcome) {
        self.tokens = match outcome.status {
            Status::Ok => (self.tokens + self.ratio).min(self.most),
            // It was cancelled, since the other of two tries was answered or its user has left.
            Status::GaveUp => self.tokens,
            _ => (self.tokens - 1.0).max(0.0),
        };
    }

    fn is_fresh(&self, _: Instant) -> bool {
        self.most <= self.tokens
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, ended, outlet};
    use super::*;

    #[test]
    fn five_failures_stop_retries_and_eleven_successes_let_one_out() {
        let mut throttle = outlet(&KIND, Args::new());
        for _ in 0..4 {
            throttle.ended(&ended(0, Status::Unavailable, 1));
            assert!(throttle.may_retry(at(0)), "more than 5 are left");
        }
        throttle.ended(&ended(0, Status::Timeout, 1));
        assert!(!throttle.may_retry(at(0)), "5 of 10 are left");
        assert!(throttle.allows_and_sends(TryKind::First, at(0)), "first tries go out");
        throttle.ended(&ended(1, Status::Ok, 1));
        assert!(throttle.allows_and_sends(TryKind::Retry, at(1)), "5.1 are left");
        // A failure takes as much as ten successes add.
        throttle.ended(&ended(2, Status::Error, 1));
        (0..9).for_each(|_| throttle.ended(&ended(3, Status::Ok, 1)));
        assert!(!throttle.may_retry(at(3)), "4.1 and nine tenths");
        throttle.ended(&ended(4, Status::Ok, 1));
        assert!(throttle.may_retry(at(4)));
    }

    #[test]
    fn it_holds_from_none_to_its_size() {
        let mut throttle = outlet(&KIND, Args::new());
        (0..100).for_each(|_| throttle.ended(&ended(0, Status::Ok, 1)));
        assert!(throttle.is_fresh(at(0)));
        (0..100).for_each(|_| throttle.ended(&ended(0, Status::Error, 1)));
        (0..50).for_each(|_| throttle.ended(&ended(0, Status::Ok, 1)));
        assert!(!throttle.may_retry(at(0)));
        throttle.ended(&ended(0, Status::Ok, 1));
        assert!(throttle.may_retry(at(0)));
    }
}
