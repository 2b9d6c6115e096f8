//! A rate limit on calls per second, with one of four ways to count.
//!
//! With `per = "client"` each client has its own. Calls beyond are turned away, not delayed.

use super::kind::{Make, Mistake, Need, PolicyKind, Role, param, secs, word};
use super::window::Window;
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "rate-limit",
    doc: "A limit on calls per second; those beyond are turned away.",
    params: &[
        param("rate", Role::Rate, Need::Required, "How many."),
        param(
            "by",
            Role::Word(&["token-bucket", "leaky-bucket", "sliding-window", "fixed-window"]),
            word("token-bucket"),
            "token-bucket saves up to burst, leaky-bucket spaces calls evenly, windows count the last (or this) one.",
        ),
        param(
            "burst",
            Role::Count(1, 1_000_000_000),
            Need::Optional,
            "How many at once; the default is a second's worth in a token bucket, 1 in a leaky one.",
        ),
        param("window", Role::Span, secs(1), "For windows: their length."),
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
    Ok(match by {
        "sliding-window" => Box::new(Sliding { most, came: Window::new(length) }),
        _ => Box::new(Fixed { most, length: length.nanos(), at: 0, came: 0 }),
    })
}

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
    most: f64,
    came: Window<1>,
}

impl Inlet for Sliding {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        ((self.came.sums(admission.now)[0] + 1) as f64) <= self.most
    }

    fn entered(&mut self, admission: &Admission) {
        self.came.add(0, admission.now);
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.came.peek(now) == [0]
    }
}

#[derive(Debug)]
struct Fixed {
    most: f64,
    length: u64,
    /// The number of the window that is counted.
    at: u64,
    came: u64,
}

impl Inlet for Fixed {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        let came = if self.is_fresh(admission.now) { 0 } else { self.came };
        (came + 1) as f64 <= self.most
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
    use brownout_units::Span;

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
