//! A quota that retries borrow from: one that succeeds pays back what it took, one that fails does not.
//!
//! Source: AWS SDKs, "Retry behavior", standard mode: a bucket of 500, 5 for a retry, 1 back for a first try that
//! succeeds. There a retry after a timeout takes 10; here all take the same.

use super::kind::{Make, Mistake, PolicyKind, Role, count, param};
use super::{Args, Outcome, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};
use brownout_protocol::Status;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "retry-quota",
    doc: "Retries take tokens from a bucket and give them back if they succeed, as in the AWS SDKs.",
    params: &[
        param("tokens", Role::Count(1, 1_000_000_000), count(500), "How many it holds and starts with."),
        param(
            "cost",
            Role::Count(1, 1_000_000_000),
            count(5),
            "How many a retry takes, and returns if it succeeds.",
        ),
        param("refill", Role::Count(0, 1_000_000_000), count(1), "How many a first try adds that succeeds."),
    ],
    make: Make::Outlet { only_retries: true, make },
};

fn make(args: &Args) -> Result<Box<dyn Outlet>, Mistake> {
    let (most, cost) = (args.count("tokens"), args.count("cost"));
    if most < cost {
        return Err(Mistake {
            param: "cost",
            message: format!("a retry takes {cost} tokens, and there are never more than {most}"),
            hint: "a lower cost, or a larger bucket; retries = 0 if none is wanted",
        });
    }
    Ok(Box::new(RetryQuota { most, cost, refill: args.count("refill"), tokens: most }))
}

#[derive(Debug)]
struct RetryQuota {
    most: u64,
    cost: u64,
    refill: u64,
    tokens: u64,
}

impl Outlet for RetryQuota {
    fn allows(&mut self, kind: TryKind, now: Instant, _: &mut Stream) -> bool {
        kind == TryKind::First || self.may_retry(now)
    }

    fn may_retry(&self, _: Instant) -> bool {
        self.cost <= self.tokens
    }

    fn sent(&mut self, kind: TryKind, _: Instant) {
        if kind != TryKind::First {
            self.tokens = self.tokens.saturating_sub(self.cost);
        }
    }

    fn ended(&mut self, outcome: &Outcome) {
        if outcome.status == Status::Ok {
            let back = if outcome.again { self.cost } else { self.refill };
            self.tokens = (self.tokens + back).min(self.most);
        }
    }

    fn is_fresh(&self, _: Instant) -> bool {
        self.tokens == self.most
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, ended, outlet};
    use super::*;
    use crate::policy::Value;

    #[test]
    fn a_hundred_failed_retries_empty_it_and_five_successes_pay_for_one() {
        let mut quota = outlet(&KIND, Args::new());
        let again = |status| Outcome { again: true, ..ended(0, status, 1) };
        for _ in 0..100 {
            assert!(quota.allows_and_sends(TryKind::Retry, at(0)));
            quota.ended(&again(Status::Error));
        }
        assert!(!quota.may_retry(at(0)) && quota.allows_and_sends(TryKind::First, at(0)));
        (0..4).for_each(|_| quota.ended(&ended(1, Status::Ok, 1)));
        assert!(!quota.may_retry(at(1)));
        quota.ended(&ended(1, Status::Ok, 1));
        // A retry that succeeds costs nothing in the end.
        for _ in 0..1_000 {
            assert!(quota.allows_and_sends(TryKind::Retry, at(2)) && !quota.may_retry(at(2)));
            quota.ended(&again(Status::Ok));
        }
        assert!(quota.may_retry(at(2)) && !quota.is_fresh(at(2)));
    }

    #[test]
    fn a_bucket_that_no_retry_fits_in_is_refused() {
        let args = Args::new().with("tokens", Value::Count(4)).or_defaults(KIND.defaults());
        assert_eq!(KIND.check(&args).expect_err("it is too small").param, "cost");
    }
}
