//! Users come: from the base load, from surges, from a trace, or they are there from the start.

use super::user::{TRACED, User};
use super::{ARRIVE, COME_BACK, CROWD, Load, RETURN, place};
use crate::pure::arrivals::Arrivals;
use brownout_kernel::{Cx, Instant, Stream};
use brownout_model::{self as model, TraceRow};
use brownout_protocol::{Kind, Record, Row, Service, Sizes, Token, Wake};
use brownout_units::Span;
use std::sync::Arc;

/// The source of the users of the base load.
#[repr(u8)] // Otherwise the kind hides in a field of `Arrivals`, and each arrival takes five instructions to find it.
pub(super) enum Source {
    Open(Arrivals),
    Trace {
        rows: Arc<[TraceRow]>,
        next: usize,
    },
    /// No base load.
    Silent,
}

impl Source {
    pub(super) fn new(arrivals: &model::Arrivals, stream: &mut Stream) -> Self {
        match arrivals {
            model::Arrivals::Open { rate, burst } => Source::Open(Arrivals::new(rate, burst, stream)),
            model::Arrivals::Trace(rows) => Source::Trace { rows: rows.clone(), next: 0 },
            model::Arrivals::Closed { .. } | model::Arrivals::Never => Source::Silent,
        }
    }
}

impl Load {
    /// The run has started.
    pub(super) fn begin(&mut self, cx: &mut Cx<'_, Service>) {
        self.schedule_next(cx);
        for at in 0..self.crowds.len() {
            self.schedule_crowd(at, cx);
        }
        if let model::Arrivals::Closed { users, ramp } = self.options.arrivals {
            for number in 0..users {
                let after = ramp.as_secs_f64() * f64::from(number) / f64::from(users.max(1));
                let token = self.enter(true, cx);
                cx.sleep(Span::from_secs_f64(after), Wake::new(RETURN, token));
            }
        }
    }

    /// The next user of the base load arrives.
    #[inline]
    pub(super) fn arrive(&mut self, cx: &mut Cx<'_, Service>) {
        let mut tokens = None;
        if let Source::Trace { rows, next } = &mut self.source {
            let row = rows[*next];
            tokens = Some(row);
            *next += 1;
        }
        self.schedule_next(cx);
        if self.is_full() {
            return self.drop_arrival(cx);
        }
        let token = self.enter(true, cx);
        if let Some(TraceRow { prompt, output, history, session, .. }) = tokens {
            let user = self.users.live(token);
            user.sizes = Sizes::new(prompt.unwrap_or(0), output.unwrap_or(0), history);
            user.flags |= if prompt.is_some() || output.is_some() { TRACED } else { 0 };
            user.number = session.unwrap_or(user.number);
        }
        self.begin_journey(token, cx);
    }

    #[inline(always)]
    pub(super) fn schedule_next(&mut self, cx: &mut Cx<'_, Service>) {
        let at = match &mut self.source {
            Source::Open(arrivals) => arrivals.next(),
            Source::Trace { rows, next } => rows.get(*next).map(|row| Instant::ZERO + row.at),
            Source::Silent => None,
        };
        if let Some(at) = at {
            // Rounding to nanoseconds may put two arrivals of one instant the wrong way round.
            cx.wake_at_inlined(at.max(cx.now()), Wake::new(ARRIVE, Token::default()));
        }
        // Only now: the next event depends on the timer, and the timer must not wait for a draw.
        if let Source::Open(arrivals) = &mut self.source {
            arrivals.look_ahead(&mut self.wiring.streams.arrivals);
        }
    }

    /// The next user of a surge arrives.
    pub(super) fn join_crowd(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        self.schedule_crowd(at, cx);
        if self.is_full() {
            return self.drop_arrival(cx);
        }
        let token = self.enter(false, cx);
        self.begin_journey(token, cx);
    }

    /// Whether all users that there may be are here.
    fn is_full(&self) -> bool {
        self.options.most.is_some_and(|most| most <= self.here)
    }

    /// A user would arrive, and none of those that the load has is free.
    fn drop_arrival(&self, cx: &mut Cx<'_, Service>) {
        let row = Row::new(self.wiring.paths[0], false);
        cx.record(Record { kind: Kind::ArrivalDropped, row, place: self.place, call: 0, value: 0 });
    }

    fn schedule_crowd(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        if let Some(due) = self.crowds[at].next(&mut self.wiring.streams.surges) {
            cx.wake_at(due.max(cx.now()), Wake::new(CROWD, place(at)));
        }
    }

    /// A row for a user who has come for the first time; those of the base load may hold a token already.
    #[inline]
    fn enter(&mut self, may_hold: bool, cx: &mut Cx<'_, Service>) -> Token {
        let mut until = Instant::ZERO;
        if may_hold && let Some(session) = &self.options.session {
            let stream = &mut self.wiring.streams.session;
            if stream.chance(session.held.fraction().min(1.0)) {
                // A token observed at a random moment of its life has the residual life left.
                let rest = session.life.draw(stream) * stream.uniform();
                until = cx.now() + Span::from_secs_f64(rest.clamp(0.0, 3e9));
            }
        }
        self.here += u32::from(self.options.most.is_some());
        let number = self.came;
        self.came = self.came.wrapping_add(1);
        self.users.insert(User::new(number, until))
    }

    /// The user leaves, for good or until they come back.
    pub(super) fn leave(&mut self, token: Token, served: bool, cx: &mut Cx<'_, Service>) {
        let user = self.users.live(token);
        let (path, came) = (user.path, user.came);
        if !self.journey_is_one {
            cx.record(Record {
                kind: Kind::UserLeft,
                row: Row::new(path, false),
                place: self.place,
                call: token.index,
                value: 0,
            });
        }
        if self.is_closed() {
            // A user whose whole journey took no time would repeat it endlessly at this instant.
            let pause = if came == cx.now() { Span::from_millis(1) } else { Span::ZERO };
            cx.sleep(pause, Wake::new(RETURN, token));
            return;
        }
        let back = match (served, &self.options.returns, &self.options.client.come_back) {
            (true, Some(returns), _) => Some((returns.chance, &returns.after, RETURN)),
            (false, _, Some(back)) => Some((back.chance, &back.after, COME_BACK)),
            _ => None,
        };
        if let Some((chance, after, verb)) = back {
            let stream = &mut self.wiring.streams.journey;
            if stream.chance(chance.fraction().min(1.0)) {
                let after = crate::node::draw_span(after, stream);
                if verb == RETURN {
                    self.pauses(token, cx);
                }
                cx.sleep(after.max(Span::from_millis(1)), Wake::new(verb, token));
                return;
            }
        }
        self.remove(token, cx);
    }
}
