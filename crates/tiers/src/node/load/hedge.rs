//! Hedged attempts: a second one beside one that is late; the first good answer wins, and the other one is cancelled.
//!
//! The second attempt has a row of its own among the users, a shadow, so that the service knows it by its own token.
//! The timers of the client stay with the first.

use super::user::{FELL, OUT, SHADOW, TRIES};
use super::{LATE, Load};
use crate::node::hedge::Hedge;
use crate::policy::{CallerKey, TryKind};
use brownout_kernel::{Cx, TimerId};
use brownout_protocol::{Kind, Leave, Msg, Service, Status, Token, Wake};

/// The pairing of a user with a second attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// When the attempt is late.
    late: TimerId,
    /// The place of the other row; none if there is none.
    other: u32,
}

const NONE: u32 = u32::MAX;

impl Load {
    fn pair(&mut self, place: u32) -> &mut Pair {
        let place = place as usize;
        if self.pairs.len() <= place {
            let alone = Pair { late: TimerId::default(), other: NONE };
            self.pairs.resize((place + 1).next_power_of_two(), alone);
        }
        &mut self.pairs[place]
    }

    /// An attempt goes out: it will be late at some time.
    pub(super) fn watch(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if let Some(late) = self.hedge.as_ref().and_then(Hedge::late) {
            self.pair(token.index).late = cx.wake_after(late, Wake::new(LATE, token));
        }
    }

    fn unwatch(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        cx.cancel(std::mem::take(&mut self.pair(token.index).late));
    }

    /// A first attempt was answered, or is no longer waited for.
    fn learn(&mut self, token: Token, cx: &Cx<'_, Service>) {
        let user = *self.users.live(token);
        if let (false, Some(hedge)) = (user.has(SHADOW), &mut self.hedge) {
            hedge.learn(cx.now() - user.began);
        }
    }

    /// Whether a second attempt is out.
    pub(super) fn has_second(&mut self, token: Token) -> bool {
        self.hedge.is_some() && self.pair(token.index).other != NONE
    }

    /// An attempt is late: a second one goes out, if the policies let it.
    pub(super) fn is_late(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        self.pair(token.index).late = TimerId::default();
        let (now, first) = (cx.now(), *self.users.live(token));
        let who = CallerKey { path: first.path, key: self.key(first.number) };
        let stream = &mut self.wiring.streams.policies;
        if !first.has(FELL) && self.wiring.gate.let_out(TryKind::Hedge, who, now, stream).is_err() {
            return;
        }
        let flags = first.flags & !TRIES | SHADOW;
        let tries = first.tries.saturating_add(1);
        let mut second = first;
        (second.flags, second.tries, second.timer) = (flags, tries, TimerId::default());
        let second = self.users.insert(second);
        if self.gated {
            self.goes_again(second.index, true);
        }
        self.pair(token.index).other = second.index;
        *self.pair(second.index) = Pair { late: TimerId::default(), other: token.index };
        let row = super::row_of(self.users.live(second));
        self.explain_name(token, &first, cx);
        self.log(Kind::Hedged, row, second.index, (now - first.began).nanos(), cx);
        self.dispatch(second, cx);
    }

    /// One of two attempts, or the only one, was answered.
    pub(super) fn replied_hedged(
        &mut self,
        token: Token,
        status: Status,
        origin: u16,
        cx: &mut Cx<'_, Service>,
    ) {
        let Some(&mut user) = self.users.get(token) else { return self.answered(token, status, origin, cx) };
        if status == Status::Ok {
            self.learn(token, cx);
        }
        self.unwatch(token, cx);
        let other = std::mem::replace(&mut self.pair(token.index).other, NONE);
        if other == NONE {
            return self.answered(token, status, origin, cx);
        }
        let (other, _) = self.users.at(other).expect("both of a pair are in use");
        if status == Status::Ok {
            self.pair(other.index).other = NONE;
            let lost = self.lose(other, false, cx);
            if user.has(SHADOW) {
                self.users.remove(token);
            }
            let first = if user.has(SHADOW) { lost } else { token };
            return self.answered(first, status, origin, cx);
        }
        let lasted = (cx.now() - user.began).nanos();
        self.explain_name(token, &user, cx);
        self.record(Kind::attempt(status), &user, u32::from(origin), lasted, cx);
        if !user.has(SHADOW) {
            // The second one decides; it still belongs to the first, whose timers run on.
            self.pair(token.index).other = other.index;
            self.users.live(token).flags &= !OUT;
            return;
        }
        self.pair(other.index).other = NONE;
        self.users.remove(token);
        let first = *self.users.live(other);
        if !first.has(OUT) {
            cx.cancel(first.timer);
            self.after_failure(other, status, origin, cx);
        }
    }

    /// The losing attempt is cancelled; if it is the first one, it stays as the row of its user under a new name, since
    /// its answer may be in transit. `late` means that neither was answered in time.
    fn lose(&mut self, token: Token, late: bool, cx: &mut Cx<'_, Service>) -> Token {
        let user = *self.users.live(token);
        if user.has(OUT) {
            self.learn(token, cx);
            self.unwatch(token, cx);
            let to = self.callee(token);
            cx.send(to, Msg::cancel(cx.me(), token, Leave { abandoned: false, late }));
            if self.gated && !user.has(FELL) {
                self.report_end(token, Status::GaveUp, cx);
            }
            self.record(Kind::HedgeLost, &user, token.index, (cx.now() - user.began).nanos(), cx);
        }
        if user.has(SHADOW) {
            self.users.remove(token);
            return token;
        }
        cx.cancel(user.timer);
        let token = self.users.rename(token);
        let user = self.users.live(token);
        user.timer = TimerId::default();
        user.flags &= !OUT;
        token
    }

    /// The client gives up: a second attempt is dropped. Whether the first one had failed already.
    pub(super) fn drop_second(&mut self, token: Token, status: Status, cx: &mut Cx<'_, Service>) -> bool {
        if self.users.live(token).has(OUT) {
            self.learn(token, cx);
        }
        self.unwatch(token, cx);
        let other = std::mem::replace(&mut self.pair(token.index).other, NONE);
        if other == NONE {
            return false;
        }
        let (other, _) = self.users.at(other).expect("both of a pair are in use");
        self.pair(other.index).other = NONE;
        if self.users.live(token).has(OUT) {
            self.lose(other, true, cx);
            return false;
        }
        // The first one has been recorded, so this is the one that the client gives up.
        let user = *self.users.live(other);
        self.call_off(other, cx);
        if self.gated && !user.has(FELL) {
            self.report_end(other, status, cx);
        }
        let lasted = (cx.now() - user.began).nanos();
        self.explain_name(other, &user, cx);
        self.record(Kind::attempt(status), &user, u32::from(self.place), lasted, cx);
        self.users.remove(other);
        true
    }
}
