//! Cached DNS answers: each client keeps an answer for a time to live, then asks again.
//!
//! No state is kept per client. The time to live and the age of an answer are derived from a hash of the client, as if
//! each had asked before at its own instant; so a changed answer reaches clients one after another, not in step.

use brownout_dist::Law;
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;

/// No answer is kept longer than a year, whatever the tail of the law.
const TTL_MAX_SECS: f64 = 365.0 * 86_400.0;

/// The resolvers of all clients of one name.
#[derive(Debug)]
pub(crate) struct Resolver {
    ttl: Law,
    seed: u64,
}

/// The last lookup of a client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Asked {
    /// When.
    pub(crate) at: Instant,
    /// Two numbers from 0 to 1 that determine the answer.
    pub(crate) draws: [f64; 2],
}

impl Resolver {
    /// Answers are kept for a time in seconds.
    pub(crate) fn new(ttl: Law, seed: u64) -> Self {
        Resolver { ttl, seed }
    }

    /// The last lookup of a client; `sticks`: the answer is the same as long as the targets are.
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
    fn a_change_reaches_all_clients_evenly_within_a_ttl() {
        let ttl = Constant::new(60.0).expect("a constant").into();
        let resolver = Resolver::new(ttl, 7);
        let at = |seconds: u64| Instant::ZERO + Span::from_secs(seconds);
        let has_heard = |key: u64, seconds| at(100) <= resolver.asked(key, at(seconds), false).at;
        let heard = |seconds| (0..1_000).filter(|&key| has_heard(key, seconds)).count();
        assert_eq!((heard(99), heard(160)), (0, 1_000));
        assert!(heard(115).abs_diff(250) < 50 && heard(130).abs_diff(500) < 50);
        // The answer is constant between lookups and changes at the next one.
        let first = resolver.asked(3, at(100), false);
        let next = resolver.asked(3, first.at + Span::from_secs(60), false);
        assert_eq!(resolver.asked(3, first.at + Span::from_secs(59), false), first);
        assert!(next.at == first.at + Span::from_secs(60) && next != Asked { at: next.at, ..first });
        let sticks = |seconds| resolver.asked(3, at(seconds), true);
        assert_eq!(sticks(500), Asked { at: sticks(500).at, ..sticks(900) });
    }

    #[test]
    fn with_a_ttl_of_zero_every_call_is_a_lookup() {
        let resolver = Resolver::new(Constant::new(0.0).expect("a constant").into(), 7);
        let now = Instant::from_nanos(12_345);
        assert_eq!(resolver.asked(1, now, false).at, now);
    }
}
