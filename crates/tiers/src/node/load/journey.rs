//! From intent to intent: which step, how often, after how much thought, and whether a login comes first.

use super::user::{DETOUR, MUST_LOGIN, TOOL, TRIES};
use super::{Load, NEXT};
use crate::node::draw_span;
use brownout_kernel::{Cx, Instant};
use brownout_protocol::{Kind, Record, Row, Service, Token, Wake};
use brownout_units::Span;

impl Load {
    /// A user begins the journey.
    #[inline]
    pub(super) fn begin_journey(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.journey_is_one {
            self.users.live(token).path = self.wiring.paths[0];
            return self.begin_intent(token, cx);
        }
        let user = self.users.live(token);
        user.step = 0;
        user.path = self.wiring.paths[0];
        user.flags &= !TOOL;
        self.talk.forget(token);
        let user = self.users.live(token);
        // A journey may have no intent at all; then it ends at the instant at which it began.
        user.came = cx.now();
        let row = Row::new(user.path, false);
        cx.record(Record { kind: Kind::UserCame, row, place: self.place, call: token.index, value: 0 });
        self.begin_step(token, cx);
    }

    /// A user whose intent failed is back and tries it again.
    pub(super) fn come_back(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if !self.journey_is_one {
            let row = Row::new(self.users.live(token).path, false);
            cx.record(Record { kind: Kind::UserCame, row, place: self.place, call: token.index, value: 0 });
        }
        self.begin_intent(token, cx);
    }

    /// The user comes to a step, which may be done 0 times.
    fn begin_step(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        loop {
            let user = self.users.live(token);
            let Some(step) = self.options.journey.get(user.step as usize) else {
                return self.leave(token, true, cx);
            };
            let holds = cx.now() < user.token_until;
            let skip = holds && self.options.session.as_ref().is_some_and(|s| s.login == step.operation);
            let times = step.times.as_ref().map_or(1.0, |law| law.draw(&mut self.wiring.streams.journey));
            user.left = if skip { 0 } else { times.round().clamp(0.0, f64::from(u16::MAX)) as u16 };
            if 0 < user.left {
                return self.think(token, cx);
            }
            user.step += 1;
        }
    }

    /// The user thinks before the next intent.
    fn think(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let step = self.users.live(token).step as usize;
        match &self.options.journey[step].think {
            None => self.begin_intent(token, cx),
            Some(law) => {
                let after = draw_span(law, &mut self.wiring.streams.think);
                cx.sleep(after, Wake::new(NEXT, token));
            }
        }
    }

    /// An intent begins: the step's, or the login that has to come before it.
    #[inline]
    pub(super) fn begin_intent(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if !self.journey_is_one {
            self.choose_intent(token, cx.now());
        }
        self.draw_sizes(token);
        let user = self.users.live(token);
        user.came = cx.now();
        user.waited = Span::ZERO;
        (user.tries, user.retries, user.reloads) = (0, 0, 0);
        user.flags |= TRIES;
        // Not by a copy of the row, which would stall on what was just written there.
        let row = super::row_of(user);
        self.log(Kind::Arrived, row, token.index, 0, cx);
        self.attempt(token, cx);
    }

    fn choose_intent(&mut self, token: Token, now: Instant) {
        let user = self.users.live(token);
        let step = user.step as usize;
        user.path = self.wiring.paths[step];
        user.flags &= !DETOUR;
        let Some(session) = &self.options.session else { return };
        let is_login = session.login == self.options.journey[step].operation;
        let asks = user.has(MUST_LOGIN) || (session.renews_ahead && user.token_until <= now);
        if !is_login && asks {
            user.path = self.wiring.login.expect("a session has its login path");
            user.flags |= DETOUR;
        }
    }

    /// An intent has ended well: what follows?
    #[inline]
    pub(super) fn go_on(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.journey_is_one {
            return self.leave(token, true, cx);
        }
        let user = self.users.live(token);
        let (path, detour) = (user.path, user.has(DETOUR));
        if Some(path) == self.wiring.login {
            self.open_session(token, cx.now());
        }
        if detour {
            return self.begin_intent(token, cx);
        }
        if self.talks_on(token, cx) {
            return;
        }
        self.step_done(token, cx);
    }

    /// An intent has failed for good: the user leaves, or goes on with the journey.
    pub(super) fn go_without(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let user = *self.users.live(token);
        let login = Some(user.path) == self.wiring.login;
        if self.options.client.persists && !login {
            self.step_done(token, cx);
        } else {
            self.leave(token, false, cx);
        }
    }

    fn step_done(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.journey_is_one {
            return self.leave(token, true, cx);
        }
        let user = self.users.live(token);
        user.flags &= !TOOL;
        assert!(0 < user.left, "a finished step is done again");
        user.left -= 1;
        if 0 < user.left {
            return self.think(token, cx);
        }
        user.step += 1;
        self.begin_step(token, cx);
    }

    fn open_session(&mut self, token: Token, now: Instant) {
        let Some(session) = &self.options.session else { return };
        // A login that takes no time would be followed by another at this instant, endlessly.
        let life = draw_span(&session.life, &mut self.wiring.streams.session).max(Span::from_millis(1));
        let user = self.users.live(token);
        user.token_until = now + life;
        user.flags &= !MUST_LOGIN;
    }
}
