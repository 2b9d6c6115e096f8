//! Processor sharing: calls in service progress at one common rate that depends on their number.
//!
//! In *virtual time*, which runs at that rate, every call needs just its own work, so the order of completion never
//! changes: one heap of finishes, one timer for its head, O(log n) a call (Egalitarian processor sharing; Kleinrock
//! 1967).

use brownout_kernel::Instant;
use brownout_model::Contention;
use brownout_protocol::Token;
use brownout_units::Span;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// The calls in service at one replica.
#[derive(Debug)]
pub(crate) struct Sharing {
    contention: Contention,
    /// Work seconds each call has been given since the replica was last empty.
    virtual_now: f64,
    /// The machine time at which that was true.
    at: Instant,
    calls: BinaryHeap<Reverse<Finish>>,
    /// How many of the calls in the heap are still served.
    len: u32,
    /// A factor on the rate: 1, less when slow, 0 when hung.
    speed: f64,
    /// Work seconds given in all, to all calls.
    given: f64,
    order: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Finish {
    at: f64,
    order: u64,
    call: Token,
}

impl Eq for Finish {}
impl PartialOrd for Finish {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Finish {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.total_cmp(&other.at).then(self.order.cmp(&other.order))
    }
}

impl Sharing {
    /// No call is served.
    pub(crate) fn new(contention: Contention) -> Self {
        Sharing {
            contention,
            virtual_now: 0.0,
            at: Instant::ZERO,
            calls: BinaryHeap::new(),
            len: 0,
            speed: 1.0,
            given: 0.0,
            order: 0,
        }
    }

    /// The rate at which each of `n` calls progresses, in seconds of work a second.
    fn rate(&self) -> f64 {
        let n = f64::from(self.len);
        let shared = match self.contention {
            Contention::None | Contention::Fixed { .. } => 1.0,
            Contention::Sharing { processors } => (f64::from(processors) / n.max(1.0)).min(1.0),
            Contention::Usl { sigma, kappa } => 1.0 / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0)),
        };
        shared * self.speed
    }

    /// Brings the progress of all calls up to `now`.
    fn advance(&mut self, now: Instant) {
        let step = (now - self.at).as_secs_f64() * self.rate();
        self.at = now;
        if self.len == 0 {
            // The clock of an empty replica is reset, so that rounding errors do not accumulate over a run.
            self.virtual_now = 0.0;
            self.calls.clear();
            return;
        }
        self.virtual_now += step;
        self.given += step * f64::from(self.len);
    }

    /// A call with this many seconds of work begins.
    pub(crate) fn start(&mut self, call: Token, work: f64, now: Instant) {
        self.advance(now);
        self.len += 1;
        self.order += 1;
        self.calls.push(Reverse(Finish { at: self.virtual_now + work, order: self.order, call }));
    }

    /// A call was broken off; its name in the heap is stale from now on.
    pub(crate) fn abort(&mut self, now: Instant) {
        self.advance(now);
        self.len -= 1;
    }

    /// A call is suspended; returns how many seconds of its work are left.
    ///
    /// # Panics
    /// If it is not served.
    pub(crate) fn take(&mut self, call: Token, now: Instant) -> f64 {
        self.advance(now);
        let found = self.calls.iter().find(|Reverse(finish)| finish.call == call);
        let left = found.map(|Reverse(finish)| (finish.at - self.virtual_now).max(0.0));
        // Its name is reused when it resumes, so no entry of it may stay behind.
        self.calls.retain(|Reverse(finish)| finish.call != call);
        self.len -= 1;
        left.expect("only a call that is served is taken out")
    }

    /// The replica runs at another speed from now on.
    pub(crate) fn set_speed(&mut self, speed: f64, now: Instant) {
        self.advance(now);
        self.speed = speed;
    }

    /// When the next call will be finished, if nothing changes before.
    pub(crate) fn next(
        &mut self,
        now: Instant,
        mut still_served: impl FnMut(Token) -> bool,
    ) -> Option<Instant> {
        self.advance(now);
        while let Some(Reverse(head)) = self.calls.peek() {
            if !still_served(head.call) {
                self.calls.pop();
                continue;
            }
            let rate = self.rate();
            if rate <= 0.0 {
                return None;
            }
            let left = ((head.at - self.virtual_now) / rate).max(0.0);
            // Rounded up: at the instant of the timer the work is done.
            let nanos = ((left * 1e9).ceil() as u64).min(Span::MAX.nanos());
            return now.checked_add(Span::from_nanos(nanos));
        }
        None
    }

    /// The timer of [`Sharing::next`] has come: takes the call that is finished.
    ///
    /// # Panics
    /// If no call is served.
    pub(crate) fn finish(&mut self, now: Instant) -> Token {
        self.advance(now);
        let Reverse(head) = self.calls.pop().expect("a timer of an empty replica");
        self.len -= 1;
        head.call
    }

    /// Work seconds given until `now`, for the simulation itself.
    pub(crate) fn given(&mut self, now: Instant) -> f64 {
        self.advance(now);
        self.given
    }

    /// The same for an observer. It changes no state: a sum taken in two parts rounds differently, so calls would end a
    /// nanosecond earlier or later because they were observed.
    pub(crate) fn given_by(&self, now: Instant) -> f64 {
        self.given + (now - self.at).as_secs_f64() * self.rate() * f64::from(self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(index: u32) -> Token {
        Token { index, generation: 0 }
    }
    fn at(secs: f64) -> Instant {
        Instant::ZERO + Span::from_secs_f64(secs)
    }

    /// Two calls of 1 s and 2 s share one processor: the first leaves at 2 s, the second at 3 s.
    #[test]
    fn two_calls_slow_each_other_down() {
        let mut replica = Sharing::new(Contention::Sharing { processors: 1 });
        replica.start(call(1), 1.0, at(0.0));
        replica.start(call(2), 2.0, at(0.0));
        assert_eq!(replica.next(at(0.0), |_| true), Some(at(2.0)));
        assert_eq!(replica.finish(at(2.0)), call(1));
        assert_eq!(replica.next(at(2.0), |_| true), Some(at(3.0)));
        assert!((replica.given_by(at(2.5)) - 2.5).abs() < 1e-9);
        assert!((replica.given(at(3.0)) - 3.0).abs() < 1e-9);
    }

    /// A call of 2 s is hung for 10 s after its first second.
    #[test]
    fn a_hung_replica_gives_nothing() {
        let mut replica = Sharing::new(Contention::None);
        replica.start(call(1), 2.0, at(0.0));
        replica.set_speed(0.0, at(1.0));
        assert_eq!(replica.next(at(1.0), |_| true), None);
        replica.set_speed(1.0, at(11.0));
        assert_eq!(replica.next(at(11.0), |_| true), Some(at(12.0)));
    }

    /// A call of 3 s is taken out after 1 s on half a processor, and is back with what was left.
    #[test]
    fn a_call_that_is_taken_out_keeps_what_is_left() {
        let mut replica = Sharing::new(Contention::Sharing { processors: 1 });
        replica.start(call(1), 3.0, at(0.0));
        replica.start(call(2), 1.0, at(0.0));
        let left = replica.take(call(1), at(1.0));
        assert!((left - 2.5).abs() < 1e-9, "{left}");
        replica.start(call(1), left, at(1.0));
        assert_eq!(replica.next(at(1.0), |_| true), Some(at(2.0)));
        assert_eq!(replica.finish(at(2.0)), call(2));
        assert_eq!(replica.next(at(2.0), |_| true), Some(at(4.0)));
    }

    /// N calls under the USL take N / X(N) each, with X(N) = N / (1 + σ(N−1) + κN(N−1)).
    #[test]
    fn usl_is_the_law() {
        let mut replica = Sharing::new(Contention::Usl { sigma: 0.05, kappa: 0.002 });
        (0..22).for_each(|n| replica.start(call(n), 0.01, at(0.0)));
        let each = 0.01 * (1.0 + 0.05 * 21.0 + 0.002 * 22.0 * 21.0);
        let got = replica.next(at(0.0), |_| true).expect("a call is served").as_secs_f64();
        assert!((got - each).abs() < 2e-9, "{got} {each}");
        // 22 calls in that time are 739.74 a second, NUMBERS.md §1.
        assert!((22.0 / each - 739.74).abs() < 0.01, "{}", 22.0 / each);
    }
}
