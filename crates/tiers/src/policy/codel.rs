//! Controlled delay as in routers: when calls have waited longer than a target for a whole interval, one is dropped,
//! then more and more often.
//!
//! It distinguishes a standing queue from the queue of a burst. Source: Nichols and Jacobson, RFC 8289.

use super::kind::{Make, Mistake, PolicyKind, Role, millis, param};
use super::{Admission, Args, Inlet, Turn};
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "codel",
    doc: "Drops calls from a queue whose waits have exceeded a target for a whole interval.",
    params: &[
        param("target", Role::Span, millis(5), "A wait up to this is always fine."),
        param("interval", Role::Span, millis(100), "How long waits may stay above the target."),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make },
};

fn make(args: &Args) -> Result<Box<dyn Inlet>, Mistake> {
    let (target, interval) = (args.span("target"), args.span("interval"));
    if interval < target {
        return Err(Mistake {
            param: "interval",
            message: format!("a wait of {target} cannot be found out in {interval}"),
            hint: "an interval of some targets; RFC 8289 takes twenty",
        });
    }
    Ok(Box::new(Codel {
        target,
        interval,
        above: None,
        dropping: false,
        next: Instant::ZERO,
        count: 0,
        last: 0,
    }))
}

#[derive(Debug)]
struct Codel {
    target: Span,
    interval: Span,
    /// When the interval is over, since waits have been above the target.
    above: Option<Instant>,
    dropping: bool,
    /// When the next one is dropped.
    next: Instant,
    count: u32,
    /// How many had been dropped when this state began.
    last: u32,
}

impl Codel {
    fn later(&self, from: Instant) -> Instant {
        from + Span::from_nanos((self.interval.nanos() as f64 / f64::from(self.count).sqrt()) as u64)
    }

    /// Whether waits have been above the target for an interval.
    fn is_standing(&mut self, turn: &Turn) -> bool {
        if turn.waited < self.target || turn.waiting == 0 {
            self.above = None;
            return false;
        }
        let until = *self.above.get_or_insert(turn.now + self.interval);
        until <= turn.now
    }
}

impl Inlet for Codel {
    fn admits(&mut self, _: &Admission, _: &mut Stream) -> bool {
        true
    }

    fn drops_waiting(&self) -> bool {
        true
    }

    fn serves(&mut self, turn: &Turn) -> bool {
        let standing = self.is_standing(turn);
        if self.dropping {
            if !standing {
                self.dropping = false;
            } else if self.next <= turn.now {
                self.count += 1;
                self.next = self.later(self.next);
                return false;
            }
            return true;
        }
        if !standing {
            return true;
        }
        self.dropping = true;
        // If dropping ended only recently, it resumes instead of starting over.
        let recently = turn.now.saturating_since(self.next) < self.interval.saturating_mul(16);
        let more = self.count - self.last;
        self.count = if recently && 1 < more { more } else { 1 };
        self.last = self.count;
        self.next = self.later(turn.now);
        false
    }

    fn is_fresh(&self, _: Instant) -> bool {
        !self.dropping && self.above.is_none() && self.count == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, inlet};
    use super::*;
    use crate::policy::Value;

    /// The milliseconds at which calls are dropped that have waited this long, one each millisecond.
    fn dropped(codel: &mut super::super::testing::In, millis: std::ops::Range<u64>, waited: u64) -> Vec<u64> {
        let mut turn = |now| {
            let turn = Turn { now: at(now), waited: Span::from_millis(waited), waiting: 5 };
            !codel.serves(&turn)
        };
        millis.filter(|&now| turn(now)).collect()
    }

    #[test]
    fn drops_come_faster_by_the_root_of_their_number() {
        let mut codel = inlet(&KIND, Args::new());
        // After 100, then 100/√1, 100/√2, 100/√3 and 100/√4 later.
        assert_eq!(dropped(&mut codel, 0..400, 6), [100, 200, 271, 329, 379]);
    }

    #[test]
    fn a_burst_that_goes_away_costs_nothing() {
        let mut codel = inlet(&KIND, Args::new());
        assert_eq!(dropped(&mut codel, 0..99, 50), [0u64; 0]);
        assert_eq!(dropped(&mut codel, 99..100, 4), [0u64; 0]);
        assert_eq!(dropped(&mut codel, 100..200, 50), [0u64; 0]);
        assert!(!codel.is_fresh(at(200)));
    }

    #[test]
    fn an_interval_shorter_than_its_target_is_refused() {
        let args = Args::new().with("target", Value::Span(Span::from_secs(1))).or_defaults(KIND.defaults());
        assert_eq!(KIND.check(&args).expect_err("a contradiction").param, "interval");
    }
}
