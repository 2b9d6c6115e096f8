//! A lease of one replica: when it is renewed, when it is lost, and how it is reacquired.

use crate::pure::backoff;
use brownout_kernel::{Instant, Stream};
use brownout_model::{self as model, Ask};
use brownout_units::Span;

/// The lease of one replica.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    until: Instant,
    held: bool,
    /// The instant of the last request.
    asked: Instant,
    /// Tries since the last one that succeeded.
    tries: u8,
    waited: Span,
}

impl Lease {
    /// One that has to be renewed for the first time at `first`, as if it had been asked for `renew` before that.
    pub(crate) fn new(options: &model::Lease, first: Instant) -> Self {
        let until = first + Span::from_nanos(options.life.nanos() - options.renew.nanos());
        Lease { until, held: true, asked: Instant::ZERO, tries: 0, waited: Span::ZERO }
    }

    /// When it expires.
    pub(crate) fn until(&self) -> Instant {
        self.until
    }

    /// How many tries came before this one.
    pub(crate) fn tries(&self) -> u8 {
        self.tries
    }

    /// What is asked for: a renewal while it is held, a new one afterwards.
    pub(crate) fn ask<'o>(&self, options: &'o model::Lease) -> &'o Ask {
        if self.held { &options.renewal } else { &options.acquisition }
    }

    /// Records that it is requested now.
    pub(crate) fn asked(&mut self, now: Instant) {
        self.asked = now;
    }

    /// It was granted: whether it had been lost, and when it is renewed.
    pub(crate) fn granted(&mut self, options: &model::Lease, now: Instant) -> (bool, Instant) {
        let lost = !self.held;
        self.held = true;
        self.until = self.asked + options.life;
        (self.tries, self.waited) = (0, Span::ZERO);
        assert!(now <= self.until, "an answer arrives while the lease is valid");
        (lost, (self.asked + options.renew).max(now))
    }

    /// It was not granted: how long to wait before it is asked for again.
    pub(crate) fn refused(&mut self, options: &model::Lease, stream: &mut Stream) -> Span {
        self.tries = self.tries.saturating_add(1);
        self.waited = backoff::wait(&self.ask(options).backoff, self.tries, self.waited, stream);
        // At least one tick: full jitter may draw 0.
        self.waited.max(Span::from_millis(1))
    }

    /// It is lost.
    pub(crate) fn expired(&mut self, now: Instant) {
        assert!(self.held && now == self.until, "a lease expires once, at its time");
        self.held = false;
        (self.tries, self.waited) = (0, Span::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_model::{Backoff, Jitter, OnTimeout, PathId, TierId};

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Span::from_secs(seconds)
    }

    fn options() -> model::Lease {
        let ask = |path, base| Ask {
            path: PathId(path),
            timeout: Span::from_secs(5),
            backoff: Backoff {
                base: Span::from_secs(base),
                factor: 2.0,
                max: Span::from_secs(30),
                jitter: Jitter::None,
                law: None,
            },
            on_timeout: OnTimeout::Abandon,
        };
        model::Lease {
            keeper: TierId(0),
            life: Span::from_secs(60),
            renew: Span::from_secs(20),
            renewal: ask(0, 2),
            acquisition: ask(1, 10),
        }
    }

    #[test]
    fn it_is_renewed_before_it_expires_and_reacquired_afterwards() {
        let (options, mut stream) = (options(), Stream::named(7, 0, "lease"));
        let mut lease = Lease::new(&options, at(5));
        assert_eq!(lease.until(), at(45));
        lease.asked(at(5));
        assert_eq!(lease.granted(&options, at(8)), (false, at(25)));
        assert_eq!((lease.until(), lease.ask(&options).path), (at(65), PathId(0)));
        lease.asked(at(25));
        let waits = [lease.refused(&options, &mut stream), lease.refused(&options, &mut stream)];
        assert_eq!((waits, lease.tries()), ([Span::from_secs(2), Span::from_secs(4)], 2));
        lease.expired(at(65));
        assert_eq!((lease.ask(&options).path, lease.tries()), (PathId(1), 0));
        assert_eq!(lease.refused(&options, &mut stream), Span::from_secs(10));
        lease.asked(at(80));
        assert_eq!(lease.granted(&options, at(84)), (true, at(100)));
        assert_eq!(lease.until(), at(140));
    }
}
