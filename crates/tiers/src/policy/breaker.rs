//! A circuit breaker: after too many failures or slow answers nothing goes out for a while; then a few probes say
//! whether it closes.
//!
//! Sources: Nygard, "Release It!"; resilience4j for the names of its thresholds.

use super::kind::{Make, Mistake, Need, PolicyKind, Role, count, param, secs, word};
use super::window::Window;
use super::{Args, Outcome, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};
use brownout_protocol::Status;
use brownout_units::Span;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "breaker",
    doc: "After too many failures or slow answers nothing goes out for a while; then probes decide.",
    params: &[
        param(
            "failures",
            Role::Count(1, 1_000_000),
            Need::Optional,
            "Opens after this many failures in a row.",
        ),
        param("failure_rate", Role::Ratio, Need::Optional, "Opens when this fraction of the window failed."),
        param("slow_rate", Role::Ratio, Need::Optional, "Opens when this fraction of the window was slow."),
        param("slow", Role::Span, Need::Optional, "For slow_rate: an answer that took longer is slow."),
        param("window", Role::Span, secs(10), "The time over which rates are measured."),
        param(
            "minimum",
            Role::Count(1, 1_000_000),
            count(20),
            "For rates: with fewer answers it stays closed.",
        ),
        param("open", Role::Span, secs(30), "How long it stays open."),
        param(
            "probes",
            Role::Count(1, 1_000),
            count(1),
            "How many tries go out then; if all succeed, it closes.",
        ),
        param("stops", Role::Word(&["all", "retries"]), word("all"), "What it holds back while it is open."),
    ],
    make: Make::Outlet { only_retries: false, make },
};

fn make(args: &Args) -> Result<Box<dyn Outlet>, Mistake> {
    let (failures, failure_rate) = (args.maybe_count("failures"), args.maybe_number("failure_rate"));
    let slow = match (args.maybe_number("slow_rate"), args.maybe_span("slow")) {
        (Some(rate), Some(span)) => Some((rate, span)),
        (None, None) => None,
        (rate, _) => {
            return Err(Mistake {
                param: if rate.is_some() { "slow_rate" } else { "slow" },
                message: "a breaker for slow answers says which are slow, and how many are too many"
                    .to_owned(),
                hint: "as in slow_rate = \"50%\", slow = \"2s\"",
            });
        }
    };
    if failures.is_none() && failure_rate.is_none() && slow.is_none() {
        return Err(Mistake {
            param: "kind",
            message: "this breaker can never open: it says nothing about when".to_owned(),
            hint: "say failures = 5, failure_rate = \"50%\", or slow_rate and slow",
        });
    }
    Ok(Box::new(Breaker {
        failures,
        failure_rate,
        slow,
        minimum: args.count("minimum"),
        open: args.span("open"),
        probes: args.count("probes"),
        stops_first: args.word("stops") == "all",
        state: State::Closed,
        in_a_row: 0,
        answers: Window::new(args.span("window")),
    }))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Closed,
    /// Nothing goes out before.
    Open(Instant),
    /// How many probes went out since, and how many succeeded.
    Probing {
        since: Instant,
        sent: u64,
        well: u64,
    },
}

const ALL: usize = 0;
const FAILED: usize = 1;
const SLOW: usize = 2;

#[derive(Debug)]
struct Breaker {
    failures: Option<u64>,
    failure_rate: Option<f64>,
    slow: Option<(f64, Span)>,
    minimum: u64,
    open: Span,
    probes: u64,
    stops_first: bool,
    state: State,
    in_a_row: u64,
    answers: Window<3>,
}

impl Breaker {
    fn is_shut(&self, now: Instant) -> bool {
        match self.state {
            State::Closed => false,
            State::Open(until) => now < until,
            State::Probing { sent, .. } => self.probes <= sent,
        }
    }

    fn trip(&mut self, now: Instant) {
        self.state = State::Open(now + self.open);
        self.in_a_row = 0;
        self.answers.clear();
    }

    fn trips(&mut self, now: Instant) -> bool {
        if self.failures.is_some_and(|most| most <= self.in_a_row) {
            return true;
        }
        let sums = self.answers.sums(now);
        let over = |what: usize, rate: f64| rate * sums[ALL] as f64 <= sums[what] as f64;
        self.minimum <= sums[ALL]
            && (self.failure_rate.is_some_and(|rate| over(FAILED, rate))
                || self.slow.is_some_and(|(rate, _)| over(SLOW, rate)))
    }
}

/// Whether a status means that the callee is in trouble.
fn is_failure(status: Status) -> bool {
    !matches!(status, Status::Ok | Status::Unauthorized | Status::BadRequest)
}

impl Outlet for Breaker {
    fn allows(&mut self, kind: TryKind, now: Instant, _: &mut Stream) -> bool {
        (kind == TryKind::First && !self.stops_first) || !self.is_shut(now)
    }

    fn may_retry(&self, now: Instant) -> bool {
        !self.is_shut(now)
    }

    fn sent(&mut self, _: TryKind, now: Instant) {
        match &mut self.state {
            State::Open(until) if *until <= now => {
                self.state = State::Probing { since: now, sent: 1, well: 0 };
            }
            State::Probing { sent, .. } => *sent += 1,
            _ => {}
        }
    }

    fn ended(&mut self, outcome: &Outcome) {
        let Outcome { now, status, took, .. } = *outcome;
        let is_slow = self.slow.is_some_and(|(_, slow)| slow < took);
        // A caller that gave up says nothing about the callee; its probe does not count.
        let left = status == Status::GaveUp;
        match &mut self.state {
            State::Closed if !left => {
                self.answers.add(ALL, now);
                if is_slow {
                    self.answers.add(SLOW, now);
                }
                if is_failure(status) {
                    self.in_a_row += 1;
                    self.answers.add(FAILED, now);
                } else {
                    self.in_a_row = 0;
                }
                if self.trips(now) {
                    self.trip(now);
                }
            }
            // A try that went out before it opened is no probe.
            State::Probing { since, sent, well } if took <= now - *since => {
                if left {
                    *sent -= 1;
                } else if is_failure(status) || is_slow {
                    self.trip(now);
                } else {
                    *well += 1;
                    if self.probes <= *well {
                        self.state = State::Closed;
                    }
                }
            }
            _ => {}
        }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.state == State::Closed && self.in_a_row == 0 && self.answers.peek(now)[ALL] == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, ended, outlet};
    use super::*;
    use crate::policy::Value;
    use Status::{Error, GaveUp, Ok, Timeout};

    #[test]
    fn opens_after_failures_in_a_row_and_closes_after_a_probe() {
        let args =
            Args::new().with("failures", Value::Count(3)).with("open", Value::Span(Span::from_secs(5)));
        let mut breaker = outlet(&KIND, args);
        for status in [Error, Timeout, Ok, Error, Error, Timeout] {
            assert!(breaker.allows_and_sends(TryKind::First, at(100)));
            breaker.ended(&ended(100, status, 10));
        }
        assert!(!breaker.allows_and_sends(TryKind::First, at(5_099)) && !breaker.may_retry(at(5_099)));
        assert!(breaker.allows_and_sends(TryKind::Retry, at(5_100)), "the probe");
        assert!(!breaker.allows_and_sends(TryKind::First, at(5_110)), "and no other");
        breaker.ended(&ended(5_120, Error, 20));
        assert!(!breaker.allows_and_sends(TryKind::First, at(10_119)), "a probe that fails opens it again");
        assert!(breaker.allows_and_sends(TryKind::First, at(10_120)));
        breaker.ended(&ended(10_125, Error, 5_000));
        assert!(!breaker.allows_and_sends(TryKind::First, at(10_126)), "an old failure decides nothing");
        breaker.ended(&ended(10_130, Ok, 10));
        assert!(
            breaker.allows_and_sends(TryKind::First, at(10_130))
                && breaker.allows_and_sends(TryKind::First, at(10_130))
        );
    }

    #[test]
    fn a_probe_whose_caller_gave_up_does_not_count() {
        let mut breaker = outlet(&KIND, Args::new().with("failures", Value::Count(1)));
        breaker.ended(&ended(0, Error, 0));
        assert!(
            breaker.allows_and_sends(TryKind::First, at(30_000))
                && !breaker.allows_and_sends(TryKind::First, at(30_000))
        );
        breaker.ended(&ended(30_010, GaveUp, 10));
        assert!(breaker.allows_and_sends(TryKind::First, at(30_010)));
    }

    #[test]
    fn a_rate_needs_a_minimum_of_answers() {
        let args = Args::new().with("failure_rate", Value::Number(0.5)).with("minimum", Value::Count(4));
        let mut breaker = outlet(&KIND, args);
        for status in [Error, Error, Ok] {
            breaker.ended(&ended(0, status, 0));
        }
        assert!(breaker.may_retry(at(0)), "three answers are too few");
        assert!(!breaker.is_fresh(at(0)) && breaker.is_fresh(at(10_000)));
        breaker.ended(&ended(10, Ok, 0));
        assert!(!breaker.may_retry(at(10)), "half of four");
    }

    #[test]
    fn slow_answers_open_it_as_well() {
        let slow = Value::Span(Span::from_millis(200));
        let args = Args::new().with("slow_rate", Value::Number(1.0)).with("slow", slow);
        let mut breaker = outlet(&KIND, args.with("minimum", Value::Count(2)));
        breaker.ended(&ended(0, Ok, 200));
        breaker.ended(&ended(0, Ok, 201));
        breaker.ended(&ended(0, Ok, 201));
        assert!(breaker.may_retry(at(0)), "two of three");
        (0..10).for_each(|_| breaker.ended(&ended(20_000, Ok, 300)));
        assert!(!breaker.may_retry(at(20_000)));
    }

    #[test]
    fn first_tries_may_go_on() {
        let args = Args::new().with("failures", Value::Count(1)).with("stops", Value::Word("retries".into()));
        let mut breaker = outlet(&KIND, args);
        breaker.ended(&ended(0, Error, 0));
        assert!(
            breaker.allows_and_sends(TryKind::First, at(0))
                && !breaker.allows_and_sends(TryKind::Retry, at(0))
        );
    }

    #[test]
    fn one_that_never_opens_is_refused() {
        let mistake = KIND.check(&Args::new().or_defaults(KIND.defaults())).expect_err("nothing is said");
        assert_eq!(mistake.param, "kind");
        let half = Args::new().with("slow_rate", Value::Number(0.5)).or_defaults(KIND.defaults());
        assert_eq!(KIND.check(&half).expect_err("which are slow?").param, "slow_rate");
    }
}
