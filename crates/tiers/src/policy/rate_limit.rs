//! A rate limit on calls per second, with one of four ways to count.
//!
//! With `per = "client"` each client has its own. Calls beyond are turned away, not delayed.
//!
//! A sliding window is a log of the calls that came in, as in a list per key in Redis, not an estimate from counters. A
//! window counts whole calls: where its worth of the rate is not whole, as many as fit count in a window that is
//! shorter by as much, so that 2.5/s is 2 in 0.8 s and not 2 in 1 s.

use super::kind::{Make, Mistake, Need, PolicyKind, Role, param, secs, word};
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;
use std::collections::VecDeque;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "rate-limit",
    doc: "A limit on calls per second; those beyond are turned away.",
    params: &[
        param("rate", Role::Rate, Need::Required, "How many."),
        param(
            "by",
            Role::Word(&["token-bucket", "leaky-bucket", "sliding-window", "fixed-window"]),
            word("token-bucket"),
            "token-bucket saves up to burst, leaky-bucket spaces calls evenly, sliding-window logs the calls of the \
             last window, fixed-window counts those of this one.",
        ),
        param(
            "burst",
            Role::Count(1, 1_000_000_000),
            Need::Optional,
            "How many at once; the default is a second's worth in a token bucket, 1 in a leaky one.",
        ),
        param(
            "window",
            Role::Span,
            secs(1),
            "For windows: their length; where that is no whole number of calls at the rate, the time of as many as \
             fit.",
        ),
    ],
    make: Make::Inlet { each_replica: false, status: 429, make },
};

fn make(args: &Args) -> Result<Box<dyn Inlet>, Mistake> {
    let (rate, by) = (args.number("rate"), args.word("by"));
    let burst = args.maybe_count("burst");
    if by.ends_with("bucket") {
        let usual = if by == "leaky-bucket" { 1.0 } else { rate.floor().max(1.0) };
        let burst = burst.map_or(usual, |burst| burst as f64);
        return Ok(Box::new(Bucket { rate, burst, tokens: burst, since: Instant::ZERO }));
    }
    if burst.is_some() {
        return Err(Mistake {
            param: "burst",
            message: format!("a {by} has no burst: a window's worth may come at once"),
            hint: "leave it out, or count by = \"token-bucket\"",
        });
    }
    let length = args.span("window");
    let most = rate * length.as_secs_f64();
    if most < 1.0 {
        return Err(Mistake {
            param: "window",
            message: format!("in {length} not a single call is allowed at {rate}/s: nothing ever comes in"),
            hint: "a longer window, or a higher rate",
        });
    }
    if by == "sliding-window" && LOG_MAX < most {
        return Err(Mistake {
            param: "window",
            message: format!("a sliding window keeps each call, and {most} of them in {length} are too many"),
            hint: "a shorter window, or count by = \"fixed-window\" or \"token-bucket\"",
        });
    }
    // Slightly above, since 0.1 · 30 is slightly below 3.
    let most = (most * (1.0 + 1e-12)).floor();
    let length = Span::from_secs_f64(most / rate).min(length);
    Ok(match by {
        "sliding-window" => Box::new(Sliding { most: most as usize, length, came: VecDeque::new() }),
        _ => Box::new(Fixed { most: most as u64, length: length.nanos(), at: 0, came: 0 }),
    })
}

/// The longest log of a sliding window.
const LOG_MAX: f64 = 1e6;

/// Tokens come at the rate, up to the burst; a call takes one. A leaky bucket is the same, counted from its rim.
#[derive(Debug)]
struct Bucket {
    rate: f64,
    burst: f64,
    /// As of `since`.
    tokens: f64,
    since: Instant,
}

impl Bucket {
    fn tokens(&self, now: Instant) -> f64 {
        (self.tokens + self.rate * now.saturating_since(self.since).as_secs_f64()).min(self.burst)
    }
}

impl Inlet for Bucket {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        // Sums of fractions may be slightly too small.
        1.0 - 1e-9 <= self.tokens(admission.now)
    }

    fn entered(&mut self, admission: &Admission) {
        self.tokens = (self.tokens(admission.now) - 1.0).max(0.0);
        self.since = admission.now;
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.burst <= self.tokens(now)
    }
}

#[derive(Debug)]
struct Sliding {
    most: usize,
    length: Span,
    /// When the calls came in that may still count, the oldest first.
    came: VecDeque<Instant>,
}

impl Inlet for Sliding {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        while self.came.front().is_some_and(|&at| self.length <= admission.now - at) {
            self.came.pop_front();
        }
        self.came.len() < self.most
    }

    fn entered(&mut self, admission: &Admission) {
        self.came.push_back(admission.now);
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.came.back().is_none_or(|&at| self.length <= now.saturating_since(at))
    }
}

#[derive(Debug)]
struct Fixed {
    most: u64,
    length: u64,
    /// The number of the window that is counted.
    at: u64,
    came: u64,
}

impl Inlet for Fixed {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        let came = if self.is_fresh(admission.now) { 0 } else { self.came };
        came < self.most
    }

    fn entered(&mut self, admission: &Admission) {
        let at = admission.now.nanos() / self.length;
        self.came = if at == self.at { self.came + 1 } else { 1 };
        self.at = at;
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.at < now.nanos() / self.length
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;

    /// How many of calls at these milliseconds come in.
    fn admitted(by: &'static str, more: Args, millis: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut limit =
            inlet(&KIND, more.with("rate", Value::Number(10.0)).with("by", Value::Word(by.into())));
        millis.into_iter().filter(|&at| limit.lets_in(at)).collect()
    }

    #[test]
    fn a_token_bucket_saves_up_a_second() {
        let twenty = std::iter::repeat_n(5_000, 20);
        assert_eq!(admitted("token-bucket", Args::new(), twenty).len(), 10);
        let burst = Args::new().with("burst", Value::Count(2));
        assert_eq!(admitted("token-bucket", burst, [0, 0, 0, 99, 100, 150, 200]), [0, 0, 100, 200]);
    }

    #[test]
    fn a_leaky_bucket_wants_them_evenly() {
        assert_eq!(
            admitted("leaky-bucket", Args::new(), [0, 50, 99, 100, 150, 1_000, 1_000]),
            [0, 100, 1_000]
        );
    }

    #[test]
    fn a_fixed_window_lets_two_bursts_meet_and_a_sliding_one_does_not() {
        let calls = || std::iter::repeat_n(990, 20).chain(std::iter::repeat_n(1_010, 20));
        assert_eq!(admitted("fixed-window", Args::new(), calls()).len(), 20);
        assert_eq!(admitted("sliding-window", Args::new(), calls()).len(), 10);
    }

    #[test]
    fn a_sliding_window_forgets_each_call_by_itself() {
        let mut limit = inlet(
            &KIND,
            Args::new().with("rate", Value::Number(3.0)).with("by", Value::Word("sliding-window".into())),
        );
        let calls = [0, 100, 999, 999, 1_000, 1_000, 1_099, 1_100, 1_998, 1_999];
        let admitted: Vec<u64> = calls.into_iter().filter(|&at| limit.lets_in(at)).collect();
        assert_eq!(admitted, [0, 100, 999, 1_000, 1_100, 1_999]);
    }

    #[test]
    fn a_window_keeps_a_rate_that_is_not_whole() {
        for by in ["sliding-window", "fixed-window"] {
            let args = Args::new().with("rate", Value::Number(2.5)).with("by", Value::Word(by.into()));
            let mut limit = inlet(&KIND, args);
            let calls = (0..1_000).filter(|n| limit.lets_in(n * 100)).count();
            assert_eq!(calls, 250, "{by}");
        }
    }

    #[test]
    fn a_window_in_which_nothing_fits_is_refused() {
        let args =
            Args::new().with("rate", Value::Number(1.0)).with("by", Value::Word("fixed-window".into()));
        let short =
            args.clone().with("window", Value::Span(Span::from_millis(500))).or_defaults(KIND.defaults());
        assert_eq!(KIND.check(&short).expect_err("half a call").param, "window");
        let burst = args.with("burst", Value::Count(5)).or_defaults(KIND.defaults());
        assert_eq!(KIND.check(&burst).expect_err("no burst").param, "burst");
    }
}
