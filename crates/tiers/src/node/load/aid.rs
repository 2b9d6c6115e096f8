//! Cooperative clients: they send deadlines, and fall back to another tier in the end.

use super::Load;
use super::user::FELL;
use brownout_kernel::{Cx, NodeId};
use brownout_protocol::{Call, Deadline, Kind, Msg, Service, Status, Token};
use brownout_units::Span;

impl Load {
    /// Sends an attempt with its deadline to the entry or the fallback of its intent.
    #[inline(never)]
    pub(super) fn send_aided(&mut self, mut call: Call, cx: &mut Cx<'_, Service>) {
        if self.options.client.tells_deadline {
            let now = cx.now();
            let timeout = self.wiring.timeouts[call.path as usize].map(|timeout| now + timeout);
            let came = self.users.live(call.token).came;
            let age = self.options.client.give_up.map(|age| (came + age).max(now));
            let until = timeout.into_iter().chain(age).min();
            call.deadline = until.map_or(Deadline::NONE, |until| Deadline::at(until, now));
        }
        let to = self.callee(call.token);
        cx.send(to, Msg::call(&call));
    }

    /// The tier that an attempt of this user goes to.
    pub(super) fn callee(&mut self, token: Token) -> NodeId {
        match self.wiring.fallback {
            Some(fallback) if self.users.live(token).has(FELL) => fallback,
            _ => self.wiring.entry,
        }
    }

    /// An intent is about to fail for good: whether it goes to its fallback instead, with as many retries.
    pub(super) fn falls_back(&mut self, token: Token, status: Status, cx: &mut Cx<'_, Service>) -> bool {
        let user = self.users.live(token);
        if user.has(FELL) || matches!(status, Status::GaveUp | Status::Unauthorized | Status::BadRequest) {
            return false;
        }
        user.flags |= FELL;
        (user.retries, user.waited) = (0, Span::ZERO);
        self.further(token, Kind::FellBack, cx);
        self.send(token, cx);
        true
    }
}
