//! A concurrency limit: a limit on calls inside, waiting or in service.

use super::kind::{Make, Need, PolicyKind, Role, param};
use super::{Admission, Args, Inlet};
use brownout_kernel::Stream;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "concurrency-limit",
    doc: "A limit on calls inside, waiting and in service; those beyond are turned away.",
    params: &[param("limit", Role::Count(1, 1_000_000_000), Need::Required, "How many.")],
    make: Make::Inlet { each_replica: true, status: 503, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    Box::new(ConcurrencyLimit { limit: args.count("limit") })
}

#[derive(Debug)]
struct ConcurrencyLimit {
    limit: u64,
}

impl Inlet for ConcurrencyLimit {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        u64::from(admission.inside) < self.limit
    }

    fn is_fresh(&self, _: brownout_kernel::Instant) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;

    #[test]
    fn one_comes_in_for_each_that_leaves() {
        let mut limit = inlet(&KIND, Args::new().with("limit", Value::Count(2)));
        assert_eq!([0, 1, 2].map(|at| limit.lets_in(at)), [true, true, false]);
        limit.leaves(3, brownout_protocol::Status::Ok, 3);
        assert_eq!([3, 4].map(|at| limit.lets_in(at)), [true, false]);
    }
}
