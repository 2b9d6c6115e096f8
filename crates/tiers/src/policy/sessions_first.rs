//! Existing sessions before new ones: above a load, only clients that have been in before come in.

use super::kind::{Make, Need, PolicyKind, Role, param, secs};
use super::seen::Seen;
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "sessions-first",
    doc: "While too many calls are inside, only clients that have been in before come in.",
    params: &[
        param("above", Role::Count(0, 1_000_000_000), Need::Required, "How many calls inside are too many."),
        param("idle", Role::Span, secs(1_800), "A client that has not been in for this long is new again."),
    ],
    make: Make::Inlet { each_replica: false, status: 503, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    Box::new(SessionsFirst { above: args.count("above"), known: Seen::new(args.span("idle")) })
}

#[derive(Debug)]
struct SessionsFirst {
    above: u64,
    known: Seen,
}

impl Inlet for SessionsFirst {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        u64::from(admission.inside) < self.above || self.known.has(admission.key, admission.now)
    }

    fn entered(&mut self, admission: &Admission) {
        self.known.touch(admission.key, admission.now);
        self.known.forget(admission.now);
    }

    fn is_fresh(&self, _: Instant) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;
    use brownout_units::Span;

    #[test]
    fn who_was_in_comes_in_again() {
        let args = Args::new().with("above", Value::Count(1)).with("idle", Value::Span(Span::from_secs(1)));
        let mut first = inlet(&KIND, args);
        assert!(first.lets_client_in(7, 0), "there is room");
        assert!(!first.lets_client_in(8, 10), "a new one, and one is inside");
        assert!(first.lets_client_in(7, 20));
        assert!(!first.lets_client_in(7, 1_021), "idle for too long");
    }
}
