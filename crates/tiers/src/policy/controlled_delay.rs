//! Controlled delay: a call waits at most a short time if the queue has not been empty for a while, and at most a
//! longer time otherwise.
//!
//! Source: Maurer, "Fail at Scale", ACM Queue 2015: it is used with adaptive LIFO, an order of the queue.

use super::kind::{Make, Mistake, PolicyKind, Role, millis, param};
use super::{Admission, Args, Inlet, Turn};
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "controlled-delay",
    doc: "Drops calls that have waited longer than a target when the queue has not been empty for an interval.",
    params: &[
        param("target", Role::Span, millis(5), "How long a call may wait in a standing queue."),
        param(
            "interval",
            Role::Span,
            millis(100),
            "A queue that has not been empty for this long is standing; until then, calls may wait this long.",
        ),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make },
};

fn make(args: &Args) -> Result<Box<dyn Inlet>, Mistake> {
    let (target, interval) = (args.span("target"), args.span("interval"));
    if interval < target {
        return Err(Mistake {
            param: "interval",
            message: format!(
                "where nothing is wrong calls may wait {interval}, less than the {target} where it is"
            ),
            hint: "an interval longer than the target",
        });
    }
    Ok(Box::new(ControlledDelay { target, interval, empty: Instant::ZERO }))
}

#[derive(Debug)]
struct ControlledDelay {
    target: Span,
    interval: Span,
    /// When the queue was empty last.
    empty: Instant,
}

impl Inlet for ControlledDelay {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        if admission.waiting == 0 {
            self.empty = admission.now;
        }
        true
    }

    fn drops_waiting(&self) -> bool {
        true
    }

    fn serves(&mut self, turn: &Turn) -> bool {
        let stands = self.interval < turn.now.saturating_since(self.empty);
        if turn.waiting == 0 {
            self.empty = turn.now;
        }
        turn.waited <= if stands { self.target } else { self.interval }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.interval < now.saturating_since(self.empty)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, inlet};
    use super::*;
    use crate::policy::Value;

    #[test]
    fn a_queue_that_stands_is_worked_off_fresh() {
        let mut delay = inlet(&KIND, Args::new());
        let mut serves = |now, waited, waiting| {
            delay.serves(&Turn { now: at(now), waited: Span::from_millis(waited), waiting })
        };
        assert!(serves(1_000, 3, 0), "the last one");
        assert!(serves(1_050, 50, 9) && !serves(1_060, 101, 9));
        assert!(serves(1_100, 90, 9) && !serves(1_101, 6, 9) && serves(1_101, 5, 9));
        assert!(!serves(1_110, 50, 0), "now it is empty");
        assert!(serves(1_120, 10, 3));
    }

    #[test]
    fn an_interval_shorter_than_its_target_is_refused() {
        let args = Args::new().with("target", Value::Span(Span::from_secs(1))).or_defaults(KIND.defaults());
        assert_eq!(KIND.check(&args).expect_err("a contradiction").param, "interval");
    }
}
