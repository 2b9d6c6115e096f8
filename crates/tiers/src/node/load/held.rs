//! Attempts that the policies of a client hold back: first attempts fail at once, retries end their intent.

use super::{HELD_BACK, Load};
use crate::policy::{CallerKey, Outcome, TryKind};
use brownout_kernel::Cx;
use brownout_protocol::{Kind, Service, Status, Token, Wake};
use brownout_units::Span;

impl Load {
    fn who(&mut self, token: Token) -> CallerKey {
        let user = self.users.live(token);
        CallerKey { path: user.path, key: u64::from(self.place) << 32 | u64::from(user.number) }
    }

    /// Whether the policies let an attempt out; a first one that they hold back fails at this instant.
    #[inline(never)]
    pub(super) fn let_out(&mut self, token: Token, kind: TryKind, cx: &mut Cx<'_, Service>) -> bool {
        let (who, now) = (self.who(token), cx.now());
        let Err(status) = self.wiring.gate.let_out(kind, who, now, &mut self.wiring.streams.policies) else {
            self.goes_again(token.index, kind != TryKind::First);
            return true;
        };
        if kind == TryKind::First {
            let user = self.users.live(token);
            user.began = now;
            // Not within this call: a journey of failing steps would recurse without bound.
            user.timer = cx.wake_after(Span::ZERO, Wake::new(HELD_BACK + status as u32, token));
            let user = *user;
            self.record(Kind::Withheld, &user, token.index, u64::from(user.tries), cx);
        }
        false
    }

    /// Keeps whether the attempt of a row, which the policies let out, is a retry or a second one.
    pub(super) fn goes_again(&mut self, place: u32, again: bool) {
        let at = place as usize;
        if self.again.len() <= at {
            self.again.resize((at + 1).next_power_of_two(), false);
        }
        self.again[at] = again;
    }

    /// A first attempt that was held back fails.
    pub(super) fn was_held_back(&mut self, token: Token, status: u32, cx: &mut Cx<'_, Service>) {
        self.hint = Span::ZERO;
        self.attempt_failed(token, Status::from_number(status as u8), self.place, cx);
    }

    /// Whether it makes sense to wait for a retry; keeps how the attempt before it ended.
    pub(super) fn may_retry(
        &mut self,
        token: Token,
        status: Status,
        origin: u16,
        cx: &mut Cx<'_, Service>,
    ) -> bool {
        let at = token.index as usize;
        if self.last.len() <= at {
            self.last.resize((at + 1).next_power_of_two(), (Status::Ok, 0));
        }
        self.last[at] = (status, origin);
        let who = self.who(token);
        self.wiring.gate.may_retry(who, cx.now())
    }

    /// The intent fails as its last attempt did, since no other is let out.
    pub(super) fn hold_retry_back(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let user = *self.users.live(token);
        self.record(Kind::RetryWithheld, &user, token.index, u64::from(user.tries) + 1, cx);
        let (status, origin) = self.last[token.index as usize];
        self.fail(token, status, origin, cx);
    }

    /// An attempt that was let out has ended.
    #[inline(never)]
    pub(super) fn report_end(&mut self, token: Token, status: Status, cx: &mut Cx<'_, Service>) {
        let (who, now) = (self.who(token), cx.now());
        let took = now - self.users.live(token).began;
        self.wiring.gate.ended(who, &Outcome { now, status, took, again: self.again[token.index as usize] });
    }
}
