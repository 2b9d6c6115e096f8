//! Lite mode: while too many wait, calls are served in a cheaper way: without the optional calls, and in less time.

use super::kind::{Make, Mistake, Need, PolicyKind, Role, number, param};
use super::{Admission, Args, Inlet};
use brownout_kernel::Stream;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "lite-mode",
    doc: "While too many wait, calls are served without their optional calls and in less time.",
    params: &[
        param(
            "above",
            Role::Count(0, 1_000_000_000),
            Need::Required,
            "It begins when more calls than this wait.",
        ),
        param(
            "below",
            Role::Count(0, 1_000_000_000),
            Need::Optional,
            "It ends when this few calls wait; the default is half of above.",
        ),
        param(
            "service",
            Role::Ratio,
            number(1.0),
            "The fraction of the usual service that a lite call takes.",
        ),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make },
};

fn make(args: &Args) -> Result<Box<dyn Inlet>, Mistake> {
    let above = args.count("above");
    let below = args.maybe_count("below").unwrap_or(above / 2);
    if above < below {
        return Err(Mistake {
            param: "below",
            message: format!("lite mode would end with {below} waiting, but begins only above {above}"),
            hint: "a below that is not more than above",
        });
    }
    Ok(Box::new(LiteMode { above, below, service: args.number("service"), on: false }))
}

#[derive(Debug)]
struct LiteMode {
    above: u64,
    below: u64,
    service: f64,
    on: bool,
}

impl Inlet for LiteMode {
    fn admits(&mut self, _: &Admission, _: &mut Stream) -> bool {
        true
    }

    fn degrades(&mut self, admission: &Admission, _: &mut Stream) -> Option<f64> {
        let waiting = u64::from(admission.waiting);
        self.on = if self.on { self.below < waiting } else { self.above < waiting };
        self.on.then_some(self.service)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;

    #[test]
    fn it_begins_late_and_ends_later() {
        let args = Args::new().with("above", Value::Count(10)).with("service", Value::Number(0.4));
        let mut lite = inlet(&KIND, args);
        let served = [10, 11, 7, 6, 5, 10, 11].map(|waiting| {
            let admission = Admission { waiting, ..lite.admission(0) };
            lite.degrades(&admission)
        });
        let half = Some(0.4);
        assert_eq!(served, [None, half, half, half, None, None, half]);
        let wrong = Args::new().with("above", Value::Count(1)).with("below", Value::Count(2));
        assert_eq!(
            KIND.check(&wrong.or_defaults(KIND.defaults())).expect_err("a contradiction").param,
            "below"
        );
    }
}
