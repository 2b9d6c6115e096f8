//! Adaptive throttling: a client that is refused throttles itself, with a probability that follows the acceptance rate.
//!
//! Of the last two minutes, a try is held back with max(0, (requests − K·accepts)/(requests + 1)): so the callee sees
//! at most K times what it accepts. Source: Site Reliability Engineering, chapter 21, "Client-side throttling".

use super::kind::{Make, PolicyKind, Role, number, param, secs};
use super::window::Window;
use super::{Args, Outcome, Outlet, TryKind};
use brownout_kernel::{Instant, Stream};
use brownout_protocol::Status;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "adaptive-throttle",
    doc: "Tries are held back with a probability such that the callee sees at most k times what it accepts.",
    params: &[
        param("k", Role::Number(1.0, 1000.0), number(2.0), "How many tries per accepted one."),
        param("window", Role::Span, secs(120), "Over how long tries are counted."),
    ],
    make: Make::Outlet { only_retries: false, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Outlet> {
    Box::new(Throttle { k: args.number("k"), tries: Window::new(args.span("window")) })
}

const REQUESTS: usize = 0;
const ACCEPTS: usize = 1;

#[derive(Debug)]
struct Throttle {
    k: f64,
    tries: Window<2>,
}

/// Whether the callee accepted it, successfully or not: what is refused or lost was not accepted.
fn is_accepted(status: Status) -> bool {
    matches!(status, Status::Ok | Status::Unauthorized | Status::BadRequest | Status::Error)
}

impl Throttle {
    fn chance(&mut self, now: Instant) -> f64 {
        let [requests, accepts] = self.tries.sums(now).map(|count| count as f64);
        ((requests - self.k * accepts) / (requests + 1.0)).max(0.0)
    }
}

impl Outlet for Throttle {
    fn allows(&mut self, _: TryKind, now: Instant, stream: &mut Stream) -> bool {
        let chance = self.chance(now);
        // Tries that are held back count as requests as well.
        self.tries.add(REQUESTS, now);
        chance <= 0.0 || !stream.chance(chance)
    }

    fn ended(&mut self, outcome: &Outcome) {
        if is_accepted(outcome.status) {
            self.tries.add(ACCEPTS, outcome.now);
        }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.tries.peek(now) == [0, 0]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, ended, outlet};
    use super::*;

    #[test]
    fn the_formula_of_the_book() {
        let mut throttle = Throttle { k: 2.0, tries: Window::new(brownout_units::Span::from_secs(120)) };
        (0..100).for_each(|_| throttle.tries.add(REQUESTS, at(0)));
        (0..20).for_each(|_| throttle.tries.add(ACCEPTS, at(0)));
        assert!((throttle.chance(at(0)) - 60.0 / 101.0).abs() < 1e-12);
        (0..30).for_each(|_| throttle.tries.add(ACCEPTS, at(0)));
        assert!(throttle.chance(at(0)) <= 0.0, "half of them are accepted");
        assert!(throttle.is_fresh(at(120_000)));
    }

    #[test]
    fn who_is_always_refused_sends_little_and_who_is_not_everything() {
        let mut refused = outlet(&KIND, Args::new());
        let mut served = outlet(&KIND, Args::new());
        let (mut out, mut all) = (0, 0);
        for millis in 0..10_000 {
            if refused.allows_and_sends(TryKind::First, at(millis)) {
                out += 1;
                refused.ended(&ended(millis, Status::Overloaded, 0));
            }
            all += u32::from(served.allows_and_sends(TryKind::First, at(millis)));
            served.ended(&ended(millis, if millis % 2 == 0 { Status::Error } else { Status::Timeout }, 0));
        }
        // Σ 1/(n + 1) over ten thousand is 9.8.
        assert!((3..25).contains(&out), "{out} of 10,000");
        assert_eq!(all, 10_000);
    }
}
