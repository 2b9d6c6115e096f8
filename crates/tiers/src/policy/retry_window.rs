//! A retry budget over a window: over the last seconds, retries are at most a fraction of the first tries, plus a fixed
//! rate.
//!
//! Source: Finagle's `RetryBudget(ttl, minRetriesPerSec, percentCanRetry)`. Unspent budget expires with the window.

use super::kind::{Make, PolicyKind, Role, number, param, secs};
use super::window::Window;
use super::{Args, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "retry-window",
    doc: "Retries are at most a fraction of the first tries of the last seconds, plus a fixed rate.",
    params: &[
        param("ratio", Role::Ratio, number(0.2), "Retries for each first try."),
        param("minimum", Role::Rate, number(10.0), "Retries that are always allowed."),
        param("window", Role::Span, secs(10), "The length of the window."),
    ],
    make: Make::Outlet { only_retries: true, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Outlet> {
    let length = args.span("window");
    Box::new(RetryWindow {
        ratio: args.number("ratio"),
        minimum: args.number("minimum") * length.as_secs_f64(),
        tries: Window::new(length),
    })
}

#[derive(Debug)]
struct RetryWindow {
    ratio: f64,
    /// In each window.
    minimum: f64,
    /// First tries, and retries.
    tries: Window<2>,
}

impl Outlet for RetryWindow {
    fn allows(&mut self, kind: TryKind, now: Instant, _: &mut Stream) -> bool {
        kind == TryKind::First || self.may_retry(now)
    }

    fn may_retry(&self, now: Instant) -> bool {
        let [first, retries] = self.tries.peek(now);
        let allowed = self.minimum + self.ratio * first as f64;
        (retries + 1) as f64 <= allowed + 1e-9
    }

    fn sent(&mut self, kind: TryKind, now: Instant) {
        self.tries.add(usize::from(kind != TryKind::First), now);
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.tries.peek(now) == [0, 0]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, outlet};
    use super::*;
    use crate::policy::Value;

    #[test]
    fn a_fifth_of_the_first_tries_and_two_besides() {
        let mut budget = outlet(&KIND, Args::new().with("minimum", Value::Number(0.2)));
        for _ in 0..10 {
            assert!(budget.allows_and_sends(TryKind::First, at(100)));
        }
        for n in 0..4 {
            assert!(budget.allows_and_sends(TryKind::Retry, at(200)), "retry {n}");
        }
        assert!(!budget.allows_and_sends(TryKind::Retry, at(9_900)));
        assert!(!budget.is_fresh(at(9_900)));
        // The first tries are forgotten, and with them the retries.
        assert!(budget.is_fresh(at(11_000)));
        assert!(
            budget.allows_and_sends(TryKind::Retry, at(11_000))
                && budget.allows_and_sends(TryKind::Retry, at(11_000))
        );
        assert!(!budget.allows_and_sends(TryKind::Retry, at(11_000)));
    }
}
