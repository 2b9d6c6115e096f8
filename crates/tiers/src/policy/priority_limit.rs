//! A concurrency limit that reserves room for more important classes: the lower the priority, the earlier a call is
//! turned away.
//!
//! With `reserve = "20%"`, class 0 may fill all of it, class 1 up to 80 %, class 2 up to 60 %. Source: Site Reliability
//! Engineering, chapter 21, on criticality.

use super::kind::{Make, Need, PolicyKind, Role, number, param};
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "priority-limit",
    doc: "A limit on calls inside, of which each priority leaves a fraction free for those above it.",
    params: &[
        param("limit", Role::Count(1, 1_000_000_000), Need::Required, "How many of priority 0."),
        param("reserve", Role::Ratio, number(0.2), "How much each further priority leaves free."),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    Box::new(PriorityLimit { limit: args.count("limit") as f64, reserve: args.number("reserve") })
}

#[derive(Debug)]
struct PriorityLimit {
    limit: f64,
    reserve: f64,
}

impl Inlet for PriorityLimit {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        let part = 1.0 - self.reserve * f64::from(admission.priority);
        f64::from(admission.inside) + 1.0 <= self.limit * part + 1e-9
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
    fn the_important_have_the_rest_for_themselves() {
        let mut limit = inlet(&KIND, Args::new().with("limit", Value::Count(10)));
        let cases = [(7, 1, true), (8, 1, false), (8, 0, true), (9, 0, true), (10, 0, false), (0, 5, false)];
        for (inside, priority, expect) in cases {
            let admission = Admission { priority, inside, ..limit.admission(0) };
            assert_eq!(limit.admits(&admission), expect, "{inside} inside, priority {priority}");
        }
    }
}
