//! When somebody has looked a name up: each keeps the answer for a time, and asks again when that is over.
//!
//! Nothing is kept for anybody. Whose time is how long, and when it began, follow from who it is, as if all had asked
//! before at instants of their own; so an answer that changes reaches them one after another, and not in step.

use brownout_dist::Law;
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;

/// No answer is kept longer than a year, whatever the tail of the law.
const TTL_MAX_SECS: f64 = 365.0 * 86_400.0;

/// The resolvers of everybody who uses one name.
#[derive(Debug)]
pub(crate) struct Resolver {
    ttl: Law,
    seed: u64,
}

/// A question that somebody asked last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Asked {
    /// When.
    pub(crate) at: Instant,
    /// Two numbers from 0 to 1 that decide the answer.
    pub(crate) draws: [f64; 2],
}

impl Resolver {
    /// Answers are kept for a time in seconds.
    pub(crate) fn new(ttl: Law, seed: u64) -> Self {
        Resolver { ttl, seed }
    }

    /// When somebody asked last; `sticks`: the answer is the same as long as the targets are.
    pub(crate) fn asked(&self, key: u64, now: Instant, sticks: bool) -> Asked {
        let mut own = Stream::named(self.seed, key, "ttl");
        let ttl = Span::from_secs_f64(self.ttl.draw(&mut own).min(TTL_MAX_SECS)).nanos();
        let phase = (own.uniform() * ttl as f64) as u64;
        let (at, time) = match now.nanos().saturating_add(phase).checked_div(ttl) {
            Some(time) => (Instant::from_nanos((time * ttl).saturating_sub(phase)), time),
            None => (now, now.nanos()),
        };
        let mut answer = Stream::named(self.seed ^ if sticks { 0 } else { time }, key, "answer");
        Asked { at, draws: [answer.uniform(), answer.uniform()] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_dist::Constant;

    #[test]
    fn a_change_reaches_everybody_within_a_ttl_and_evenly() {
        let ttl = Constant::new(60.0).expect("a constant").into();
        let resolver = Resolver::new(ttl, 7);
        let at = |seconds: u64| Instant::ZERO + Span::from_secs(seconds);
        let has_heard = |key: u64, seconds| at(100) <= resolver.asked(key, at(seconds), false).at;
        let heard = |seconds| (0..1_000).filter(|&key| has_heard(key, seconds)).count();
        assert_eq!((heard(99), heard(160)), (0, 1_000));
        assert!(heard(115).abs_diff(250) < 50 && heard(130).abs_diff(500) < 50);
        // One answer from one question to the next, another one then.
        let first = resolver.asked(3, at(100), false);
        let next = resolver.asked(3, first.at + Span::from_secs(60), false);
        assert_eq!(resolver.asked(3, first.at + Span::from_secs(59), false), first);
        assert!(next.at == first.at + Span::from_secs(60) && next != Asked { at: next.at, ..first });
        let sticks = |seconds| resolver.asked(3, at(seconds), true);
        assert_eq!(sticks(500), Asked { at: sticks(500).at, ..sticks(900) });
    }

    #[test]
    fn who_keeps_nothing_asks_every_time() {
        let resolver = Resolver::new(Constant::new(0.0).expect("a constant").into(), 7);
        let now = Instant::from_nanos(12_345);
        assert_eq!(resolver.asked(1, now, false).at, now);
    }
}
