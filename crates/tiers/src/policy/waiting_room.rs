//! A waiting room: new clients are let in at a rate and up to a number; the others are told to come again.
//!
//! A client that is in has a pass and may come and go until it is idle. With places (`sticky`), clients outside queue
//! in a line and are called in order; each has some time to come. Without, the first client that asks when there is
//! room gets in: a lottery that favours frequent retries.

use super::kind::{Make, Need, PolicyKind, Role, param, secs, word};
use super::seen::Seen;
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;
use std::collections::VecDeque;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "waiting-room",
    doc: "New clients are let in at a rate; the others are told to come again, and may keep their place in a line.",
    params: &[
        param("rate", Role::Rate, Need::Required, "How many new clients are let in."),
        param("limit", Role::Count(1, 1_000_000_000), Need::Optional, "The most clients with a pass."),
        param("pass", Role::Span, secs(600), "A pass is valid until its client has been idle for this long."),
        param("line", Role::Word(&["sticky", "lottery"]), word("sticky"), "Whether places are kept."),
        param("hold", Role::Span, secs(60), "A place is lost when its client has not asked for this long."),
    ],
    make: Make::Inlet { each_replica: false, status: 503, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    Box::new(WaitingRoom {
        rate: args.number("rate"),
        limit: args.maybe_count("limit"),
        sticky: args.word("line") == "sticky",
        room: 1.0,
        since: Instant::ZERO,
        passes: Seen::new(args.span("pass")),
        called: Seen::new(args.span("hold")),
        waiting: Seen::new(args.span("hold")),
        line: VecDeque::new(),
    })
}

#[derive(Debug)]
struct WaitingRoom {
    rate: f64,
    limit: Option<u64>,
    sticky: bool,
    /// How many may be let in, as of `since`; at most a second's worth is saved up.
    room: f64,
    since: Instant,
    passes: Seen,
    /// Clients that have been called.
    called: Seen,
    /// Clients in the line, each as long as it keeps asking.
    waiting: Seen,
    line: VecDeque<u64>,
}

impl WaitingRoom {
    /// Lets the rate come in, up to a second of it.
    fn refill(&mut self, now: Instant) {
        let came: Span = now.saturating_since(self.since);
        self.room = (self.room + self.rate * came.as_secs_f64()).min(self.rate.max(1.0));
        self.since = now;
    }

    fn has_room(&mut self, now: Instant) -> bool {
        let inside = (self.passes.len(now) + self.called.len(now)) as u64;
        1.0 - 1e-9 <= self.room && self.limit.is_none_or(|limit| inside < limit)
    }

    /// Calls clients at the head of the line while there is room.
    fn call(&mut self, now: Instant) {
        while self.has_room(now) {
            let Some(next) = self.line.pop_front() else { return };
            // A client that has gone is skipped and takes no room.
            if self.waiting.has(next, now) {
                self.waiting.remove(next);
                self.called.touch(next, now);
                self.room -= 1.0;
            }
        }
    }
}

impl Inlet for WaitingRoom {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        let Admission { now, key, .. } = *admission;
        if self.passes.has(key, now) {
            return true;
        }
        self.refill(now);
        if !self.sticky {
            return self.has_room(now);
        }
        if !self.called.has(key, now) {
            if !self.waiting.has(key, now) {
                self.line.push_back(key);
            }
            self.waiting.touch(key, now);
        }
        self.waiting.forget(now);
        self.call(now);
        self.called.has(key, now)
    }

    fn entered(&mut self, admission: &Admission) {
        let Admission { now, key, .. } = *admission;
        if !self.passes.has(key, now) {
            if self.called.has(key, now) {
                self.called.remove(key);
            } else {
                self.room -= 1.0;
            }
        }
        self.passes.touch(key, now);
        self.passes.forget(now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{In, inlet};
    use super::*;
    use crate::policy::Value;

    fn room(line: &'static str) -> In {
        let args = Args::new().with("rate", Value::Number(1.0)).with("line", Value::Word(line.into()));
        inlet(&KIND, args.with("hold", Value::Span(Span::from_secs(5))))
    }

    #[test]
    fn places_are_kept_and_passes_last() {
        let mut room = room("sticky");
        assert!(room.lets_client_in(1, 0), "the first has room");
        assert!(!room.lets_client_in(2, 10) && !room.lets_client_in(3, 20));
        assert!(!room.lets_client_in(3, 1_000), "it is the turn of 2, who is called");
        assert!(room.lets_client_in(1, 1_000), "a pass");
        assert!(room.lets_client_in(2, 1_100) && room.lets_client_in(3, 2_000));
        assert!(!room.lets_client_in(4, 2_100));
    }

    #[test]
    fn a_client_that_does_not_ask_loses_its_place() {
        let mut room = room("sticky");
        assert!(room.lets_client_in(1, 0));
        assert!(!room.lets_client_in(2, 10) && !room.lets_client_in(3, 20));
        for now in [3_000, 6_000] {
            // 2 was called at 3 s and has not come.
            assert_eq!(room.lets_client_in(3, now), now == 6_000, "{now}");
        }
    }

    #[test]
    fn without_places_the_first_to_ask_gets_in() {
        let mut room = room("lottery");
        assert!(room.lets_client_in(1, 0));
        assert!(!room.lets_client_in(2, 10));
        assert!(room.lets_client_in(3, 1_000) && !room.lets_client_in(2, 1_001));
    }

    #[test]
    fn the_number_of_passes_is_limited() {
        let args = Args::new().with("rate", Value::Number(1_000.0)).with("limit", Value::Count(2));
        let mut room = inlet(&KIND, args.with("pass", Value::Span(Span::from_secs(10))));
        assert!(room.lets_client_in(1, 100) && room.lets_client_in(2, 100));
        assert!(!room.lets_client_in(3, 5_000) && room.lets_client_in(1, 5_000));
        assert!(room.lets_client_in(3, 10_101), "2 has been idle for ten seconds");
    }
}
