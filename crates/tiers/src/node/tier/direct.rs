//! Calls without a timeout, a further try, a copy, a fallback or a policy: the callee answers to the token of the call
//! itself.
//!
//! A branch is a separate row for a call that may be retried or made many times at once. If a tier makes no such calls,
//! the row is left out: it costs about 10 % of a run through four tiers.

use super::Tier;
use super::row::{LITE, NONE, Stage};
use brownout_kernel::Cx;
use brownout_model::Station;
use brownout_protocol::{Leave, Msg, Service, Status, Token};

/// Whether no call of a tier needs a branch.
pub(super) fn is_direct(station: &Station) -> bool {
    let plain = |call: &brownout_model::Call| {
        call.timeout.is_none()
            && call.retries == 0
            && call.copies == 1
            && call.policies.iter().all(|policy| !policy.on)
            && call.fallback.is_none()
            && call.hedge.is_none()
            && !call.tells_deadline
    };
    !station.together && station.calls.iter().all(plain)
}

impl Tier {
    #[inline]
    pub(super) fn send_direct(&mut self, ours: Token, step: usize, cx: &mut Cx<'_, Service>) {
        let mut message = self.calls.live(ours).message(ours, 0, cx.me());
        if self.policed.marks {
            self.mark(ours, None, &mut message, cx);
        }
        cx.send(self.wiring.calls[step].0, Msg::call(&message));
    }

    /// The callee has answered.
    #[inline]
    pub(super) fn replied_direct(
        &mut self,
        ours: Token,
        status: Status,
        origin: u16,
        cx: &mut Cx<'_, Service>,
    ) {
        let Some(call) = self.calls.get(ours) else { return };
        let Stage::Out { step, .. } = call.stage else {
            unreachable!("an answer to a call that has not been made")
        };
        let (path, lite, at) = (call.path, call.has(LITE), call.replica as usize);
        let failed = status != Status::Ok && !self.station.calls[step as usize].optional;
        let next = if failed { None } else { self.next_step(path, lite, step as usize + 1) };
        if let Some(step) = next {
            return self.go_out(ours, step, cx);
        }
        let (status, origin) = if failed { (status, origin) } else { (Status::Ok, cx.me().index() as u16) };
        self.end(ours, status, origin, cx);
        self.release_held(at, cx);
    }

    /// Tells the callee that its answer is no longer awaited; the work there goes on if this is for accounting only.
    pub(super) fn call_off_direct(
        &mut self,
        ours: Token,
        step: u8,
        only_tell: bool,
        late: bool,
        cx: &mut Cx<'_, Service>,
    ) {
        if step == u8::MAX {
            return;
        }
        let abandoned = only_tell || self.abandons(step as usize);
        cx.send(self.wiring.calls[step as usize].0, Msg::cancel(cx.me(), ours, Leave { abandoned, late }));
        if !only_tell {
            self.calls.live(ours).stage = Stage::Out { branch: NONE, open: 0, step: u8::MAX };
        }
    }
}
