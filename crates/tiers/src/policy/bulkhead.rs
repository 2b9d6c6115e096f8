//! A bulkhead: a limit on calls out at once. One slow callee cannot take all workers, nor one class all connections.

use super::kind::{Make, Need, PolicyKind, Role, param};
use super::{Args, Outcome, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "bulkhead",
    doc: "A limit on tries out at once; those beyond are held back.",
    params: &[param("limit", Role::Count(1, 1_000_000_000), Need::Required, "How many.")],
    make: Make::Outlet { only_retries: false, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Outlet> {
    Box::new(Bulkhead { limit: args.count("limit"), out: 0 })
}

#[derive(Debug)]
struct Bulkhead {
    limit: u64,
    out: u64,
}

impl Outlet for Bulkhead {
    fn allows(&mut self, _: TryKind, _: Instant, _: &mut Stream) -> bool {
        self.out < self.limit
    }

    fn sent(&mut self, _: TryKind, _: Instant) {
        self.out += 1;
    }

    fn ended(&mut self, _: &Outcome) {
        self.out -= 1;
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
    fn one_goes_out_for_each_that_comes_back() {
        let mut bulkhead = outlet(&KIND, Args::new().with("limit", Value::Count(2)));
        assert_eq!(
            [0, 0, 0].map(|now| bulkhead.allows_and_sends(TryKind::First, at(now))),
            [true, true, false]
        );
        bulkhead.ended(&ended(5, Status::GaveUp, 5));
        assert!(
            bulkhead.allows_and_sends(TryKind::Retry, at(5))
                && !bulkhead.allows_and_sends(TryKind::Retry, at(5))
        );
    }
}
