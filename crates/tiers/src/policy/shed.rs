//! Shedding: a fraction of the calls is turned away, always or while the queue is too long or too old. With `classes`,
//! only calls of those.

use super::kind::{Make, Need, PolicyKind, Role, number, param};
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "shed",
    doc: "A fraction of the calls is turned away: always, or while too many wait or the first has waited too long.",
    params: &[
        param("ratio", Role::Ratio, number(1.0), "The fraction turned away."),
        param(
            "above",
            Role::Count(0, 1_000_000_000),
            Need::Optional,
            "Only while more calls than this wait.",
        ),
        param("age", Role::Span, Need::Optional, "Only while the head of the queue has waited longer."),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    let (above, age) = (args.maybe_count("above"), args.maybe_span("age"));
    Box::new(Shed { ratio: args.number("ratio"), above, age })
}

#[derive(Debug)]
struct Shed {
    ratio: f64,
    above: Option<u64>,
    age: Option<Span>,
}

impl Inlet for Shed {
    fn admits(&mut self, admission: &Admission, stream: &mut Stream) -> bool {
        let many = self.above.is_some_and(|above| above < u64::from(admission.waiting));
        let old = self.age.is_some_and(|age| age < admission.head_age);
        let always = self.above.is_none() && self.age.is_none();
        !(many || old || always) || (self.ratio < 1.0 && !stream.chance(self.ratio))
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
    fn a_part_of_them_always() {
        let mut shed = inlet(&KIND, Args::new().with("ratio", Value::Number(0.3)));
        let through = (0..10_000).filter(|&at| shed.lets_in(at)).count();
        assert!((6_800..7_200).contains(&through), "{through}");
    }

    #[test]
    fn all_of_them_while_the_queue_says_so() {
        let args = Args::new().with("above", Value::Count(3)).with("age", Value::Span(Span::from_secs(1)));
        let mut shed = inlet(&KIND, args);
        let admission =
            |waiting, millis| Admission { waiting, head_age: Span::from_millis(millis), ..shed.admission(0) };
        let (calm, many, old) = (admission(3, 1_000), admission(4, 0), admission(0, 1_001));
        assert!(shed.admits(&calm) && !shed.admits(&many) && !shed.admits(&old));
    }
}
