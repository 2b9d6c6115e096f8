//! The life of one intent: attempts, their timers, retries, reloads, giving up.

use super::user::{FELL, FIRST, MUST_LOGIN, OUT, TRIES, User};
use super::{GIVE_UP, Load, NEXT, RELOAD, RETRY, TIMEOUT};
use crate::node::draw_span;
use crate::policy::TryKind;
use crate::pure::backoff;
use brownout_kernel::{Cx, Instant, TimerId};
use brownout_model::OnTimeout;
use brownout_protocol::{
    Call, Deadline, Kind, Leave, Msg, Record, Row, Service, Status, Token, Wake, explain,
};
use brownout_units::Span;

impl Load {
    /// Sends an attempt and starts the client's clock.
    #[inline]
    pub(super) fn attempt(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.gated && !self.users.live(token).has(FELL) && !self.let_out(token, TryKind::First, cx) {
            return;
        }
        self.send(token, cx);
    }

    #[inline]
    pub(super) fn send(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let timer = if self.plain {
            let lane = self.wiring.lanes[self.users.live(token).path as usize];
            lane.map_or(TimerId::default(), |lane| cx.wake_in(lane, Wake::new(TIMEOUT, token)))
        } else {
            self.first_clock(token, cx)
        };
        self.users.live(token).timer = timer;
        self.dispatch(token, cx);
        if self.hedge.is_some() {
            self.watch(token, cx);
        }
    }

    /// The call of an attempt goes out.
    #[inline]
    pub(super) fn dispatch(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let stale = self.options.session.is_some() && {
            let user = self.users.live(token);
            Some(user.path) != self.wiring.login && user.token_until <= cx.now()
        };
        let user = self.users.live(token);
        user.began = cx.now();
        user.flags = user.flags & !FIRST | OUT;
        let number = user.number;
        let call = Call {
            path: user.path,
            attempt: user.tries,
            stale,
            orphan: false,
            streams: self.wiring.streams_tokens[user.path as usize],
            zone: 0,
            crossed: false,
            from: cx.me(),
            token,
            key: 0,
            sizes: user.sizes,
            deadline: Deadline::NONE,
        };
        if self.aided {
            return self.send_aided(Call { key: self.key(number), ..call }, cx);
        }
        cx.send(self.wiring.entry, Msg::call(&Call { key: self.key(number), ..call }));
    }

    /// The timer that ends the attempt first: the client's timeout, the user's patience, the age of the intent.
    fn first_clock(&mut self, token: Token, cx: &mut Cx<'_, Service>) -> TimerId {
        let user = *self.users.live(token);
        let client = &self.options.client;
        let mut first: Option<(Instant, u32)> =
            self.wiring.timeouts[user.path as usize].map(|timeout| (cx.now() + timeout, TIMEOUT));
        let mut sooner = |at: Instant, verb: u32| {
            if first.is_none_or(|(other, _)| at < other) {
                first = Some((at, verb));
            }
        };
        if let Some(patience) = client.first_token.filter(|_| self.wiring.streams_tokens[user.path as usize])
        {
            sooner(cx.now() + patience, TIMEOUT);
        }
        if let Some(age) = client.give_up {
            sooner((user.came + age).max(cx.now()), GIVE_UP);
        }
        if let Some(reload) = client.reload.as_ref().filter(|r| user.reloads < r.times) {
            sooner(cx.now() + draw_span(&reload.after, &mut self.wiring.streams.patience), RELOAD);
        }
        first.map_or(TimerId::default(), |(at, verb)| cx.wake_at(at, Wake::new(verb, token)))
    }

    /// The service has answered an attempt.
    #[inline]
    pub(super) fn replied(&mut self, token: Token, status: Status, origin: u16, cx: &mut Cx<'_, Service>) {
        if self.gated && self.users.get(token).is_some_and(|user| !user.has(FELL)) {
            self.report_end(token, status, cx);
        }
        if self.hedge.is_some() {
            return self.replied_hedged(token, status, origin, cx);
        }
        self.answered(token, status, origin, cx);
    }

    /// Handles the status of an answer.
    #[inline]
    pub(super) fn answered(&mut self, token: Token, status: Status, origin: u16, cx: &mut Cx<'_, Service>) {
        let Some(user) = self.users.get(token) else { return self.answered_abandoned(status, cx) };
        if user.timer != TimerId::default() {
            assert!(cx.cancel(user.timer), "the clock of an open attempt is running");
        }
        if status != Status::Ok {
            user.flags &= !OUT;
            return self.attempt_failed(token, status, origin, cx);
        }
        user.flags &= !(TRIES | OUT | FELL);
        let (path, took, row) = (user.path as usize, cx.now() - user.came, super::row_of(user));
        let streamed = !self.wiring.streams_tokens[path] || self.tokens_in_time(token, cx);
        let kind = if took <= self.slo[path] && streamed { Kind::Succeeded } else { Kind::SucceededLate };
        if kind != Kind::Succeeded && self.wiring.explains {
            cx.record(explain::is_late(self.place, row, token.index, self.slo[path]));
        }
        self.log(kind, row, token.index, took.nanos(), cx);
        if kind != Kind::Succeeded {
            self.not_served(token, false, cx);
        } else if self.people.any() {
            self.served(token, cx);
        }
        if self.leaves {
            return self.remove(token, cx);
        }
        self.go_on(token, cx);
    }

    #[cold]
    #[inline(never)]
    pub(super) fn answered_abandoned(&self, status: Status, cx: &mut Cx<'_, Service>) {
        let value = u64::from(status == Status::Ok);
        cx.record(Record {
            kind: Kind::AnsweredAbandoned,
            row: Row::default(),
            place: self.place,
            call: 0,
            value,
        });
    }

    /// The client's timeout.
    #[inline(never)]
    pub(super) fn timed_out(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        self.hint = Span::ZERO;
        if self.hedge.is_some() && self.drop_second(token, Status::Timeout, cx) {
            return self.after_failure(token, Status::Timeout, self.place, cx);
        }
        self.call_off(token, cx);
        if self.gated && !self.users.live(token).has(FELL) {
            self.report_end(token, Status::Timeout, cx);
        }
        self.attempt_failed(token, Status::Timeout, self.place, cx);
    }

    /// Tells the service that this attempt is no longer awaited.
    pub(super) fn call_off(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let abandoned = self.options.client.on_timeout == OnTimeout::Abandon;
        self.users.live(token).flags &= !OUT;
        let to = self.callee(token);
        cx.send(to, Msg::cancel(cx.me(), token, Leave { abandoned, late: true }));
    }

    /// An attempt has failed: another one, or the end of the intent.
    pub(super) fn attempt_failed(
        &mut self,
        token: Token,
        status: Status,
        origin: u16,
        cx: &mut Cx<'_, Service>,
    ) {
        let user = *self.users.live(token);
        let lasted = (cx.now() - user.began).nanos();
        self.explain_name(token, &user, cx);
        self.record(Kind::attempt(status), &user, u32::from(origin), lasted, cx);
        self.after_failure(token, status, origin, cx);
    }

    /// Continues after a failed attempt that has been recorded.
    pub(super) fn after_failure(
        &mut self,
        token: Token,
        status: Status,
        origin: u16,
        cx: &mut Cx<'_, Service>,
    ) {
        let said = std::mem::take(&mut self.hint);
        let user = *self.users.live(token);
        let client = &self.options.client;
        let worth = status == Status::Timeout || client.retry_on.0 >> status as u8 & 1 == 1;
        if !worth || client.retries <= user.retries {
            return self.fail(token, status, origin, cx);
        }
        if self.gated && !user.has(FELL) && !self.may_retry(token, status, origin, cx) {
            return self.hold_retry_back(token, cx);
        }
        let client = &self.options.client;
        let token = self.users.rename(token);
        let retry = user.retries + 1;
        let wait = backoff::wait(&client.backoff, retry, user.waited, &mut self.wiring.streams.patience);
        let after = if client.obeys_retry_after { said } else { Span::ZERO };
        let at = cx.now() + wait.saturating_add(after);
        let give_up = client.give_up.map(|age| user.came + age).filter(|&age| age <= at);
        let timer = match give_up {
            Some(age) => cx.wake_at(age.max(cx.now()), Wake::new(GIVE_UP, token)),
            None => cx.wake_at(at, Wake::new(RETRY, token)),
        };
        let user = self.users.live(token);
        (user.retries, user.waited, user.timer) = (retry, wait, timer);
    }

    /// The wait before a retry is over.
    pub(super) fn retry(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.gated && !self.users.live(token).has(FELL) && !self.let_out(token, TryKind::Retry, cx) {
            return self.hold_retry_back(token, cx);
        }
        self.further(token, Kind::Retried, cx);
        self.send(token, cx);
    }

    /// The user presses reload: the attempt is dropped for a further one.
    pub(super) fn reload(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        self.drop_attempt(token, cx);
        let token = self.users.rename(token);
        self.users.live(token).reloads += 1;
        self.further(token, Kind::Reloaded, cx);
        self.attempt(token, cx);
    }

    pub(super) fn further(&mut self, token: Token, kind: Kind, cx: &mut Cx<'_, Service>) {
        let user = self.users.live(token);
        user.tries = user.tries.saturating_add(1);
        let user = *user;
        self.record(kind, &user, token.index, u64::from(user.tries), cx);
    }

    /// The user gives the intent up, during an attempt or between two.
    pub(super) fn lose_patience(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.users.live(token).has(OUT) || self.has_second(token) {
            self.drop_attempt(token, cx);
        }
        self.fail(token, Status::GaveUp, self.place, cx);
    }

    fn drop_attempt(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.hedge.is_some() && self.drop_second(token, Status::GaveUp, cx) {
            return;
        }
        self.call_off(token, cx);
        let user = *self.users.live(token);
        let lasted = (cx.now() - user.began).nanos();
        self.explain_name(token, &user, cx);
        self.record(Kind::AttemptGaveUp, &user, u32::from(self.place), lasted, cx);
        if self.gated && !user.has(FELL) {
            self.report_end(token, Status::GaveUp, cx);
        }
    }

    /// The intent has failed for good.
    pub(super) fn fail(&mut self, token: Token, status: Status, origin: u16, cx: &mut Cx<'_, Service>) {
        let token = self.users.rename(token);
        if self.wiring.fallback.is_some() && self.falls_back(token, status, cx) {
            return;
        }
        let user = self.users.live(token);
        user.flags &= !(TRIES | OUT | FELL);
        let user: User = *user;
        self.explain_name(token, &user, cx);
        self.record(Kind::failed(status), &user, u32::from(origin), (cx.now() - user.came).nanos(), cx);
        let session = self.options.session.is_some() && Some(user.path) != self.wiring.login;
        if status == Status::Unauthorized && session {
            // The page says "please log in again", and the user does; reading it takes a moment.
            self.users.live(token).flags |= MUST_LOGIN;
            cx.wake_after(Span::from_millis(1), Wake::new(NEXT, token));
            // Sessions end so by design; the user is without service if that login fails.
            return;
        }
        self.not_served(token, true, cx);
        self.go_without(token, cx);
    }
}
