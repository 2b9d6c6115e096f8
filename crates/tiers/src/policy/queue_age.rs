//! A limit of a queue by age: no call joins while its head has waited too long.

use super::kind::{Make, Need, PolicyKind, Role, param};
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "queue-age",
    doc: "Calls are turned away while the head of the queue has waited too long.",
    params: &[param("limit", Role::Span, Need::Required, "How long is too long.")],
    make: Make::Inlet { each_replica: true, status: 503, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    Box::new(QueueAge { limit: args.span("limit") })
}

#[derive(Debug)]
struct QueueAge {
    limit: Span,
}

impl Inlet for QueueAge {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        admission.head_age <= self.limit
    }

    fn is_fresh(&self, _: Instant) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;

    #[test]
    fn the_head_of_the_queue_decides() {
        let mut limit = inlet(&KIND, Args::new().with("limit", Value::Span(Span::from_millis(20))));
        let age = |millis| Admission { head_age: Span::from_millis(millis), ..limit.admission(100) };
        let (young, old) = (age(20), age(21));
        assert!(limit.admits(&young) && !limit.admits(&old));
    }
}
