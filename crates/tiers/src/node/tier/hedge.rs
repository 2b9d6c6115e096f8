//! Hedged calls: a second try beside one that is late; the first good answer wins, and the other one is cancelled.

use super::row::{Branch, NONE, Stage};
use super::{CALL_LATE, Tier, row_of};
use crate::policy::{CallerKey, TryKind};
use brownout_kernel::{Cx, TimerId};
use brownout_protocol::{Kind, Leave, Msg, Service, Status, Token, Wake};

impl Tier {
    /// A try goes out: it will be late at some time.
    pub(super) fn watch(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let branch = self.branches.live(token);
        let late = self.hedges[branch.step as usize].as_ref().and_then(super::Hedge::late);
        if let Some(late) = late.filter(|_| branch.twin == NONE) {
            branch.late = cx.wake_after(late, Wake::new(CALL_LATE, token));
        }
    }

    /// A try is no longer out.
    pub(super) fn unwatch(&mut self, token: Token, status: Status, cx: &mut Cx<'_, Service>) {
        let branch = self.branches.live(token);
        cx.cancel(std::mem::take(&mut branch.late));
        if matches!(status, Status::Ok | Status::Timeout) {
            self.learn(token, cx);
        }
    }

    /// A first try was answered, or is no longer waited for.
    fn learn(&mut self, token: Token, cx: &Cx<'_, Service>) {
        let branch = self.branches.live(token);
        if let (false, Some(hedge)) = (branch.hedge, &mut self.hedges[branch.step as usize]) {
            hedge.learn(cx.now() - branch.since);
        }
    }

    /// A try is late: another one goes out beside it, if the policies of the call let it.
    pub(super) fn is_late_out(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let first = self.branches.live(token);
        first.late = TimerId::default();
        let Branch { parent, step, tries, fell, since, .. } = *first;
        let call = self.calls.live(parent);
        let (who, row) = (CallerKey { path: call.path, key: call.key }, row_of(call));
        let late = self.policed.deadlines && self.is_late(parent, cx);
        let gate = &mut self.wiring.gates[step as usize];
        let stream = &mut self.wiring.streams.policies;
        if late || (!fell && gate.let_out(TryKind::Hedge, who, cx.now(), stream).is_err()) {
            return;
        }
        let call = self.calls.live(parent);
        let Stage::Out { branch, open, .. } = &mut call.stage else {
            unreachable!("a try is of a call that is out")
        };
        let head = *branch;
        let mut second = Branch::new(parent, step as usize, head);
        (second.tries, second.fell, second.hedge, second.twin) = (tries, fell, true, token.index);
        let second = self.branches.insert(second);
        *branch = second.index;
        *open = open.checked_add(1).expect("a call makes at most 65,535 at once");
        self.branch(head).before = second.index;
        self.branches.live(token).twin = second.index;
        self.record(Kind::CallHedged, row, parent.index, (cx.now() - since).nanos(), cx);
        self.send_try(second, cx);
    }

    /// One of two tries has failed: it is forgotten, since the other one is still out.
    pub(super) fn leave_to_twin(&mut self, token: Token) {
        let Branch { parent, twin, .. } = *self.branches.live(token);
        self.branch(twin).twin = NONE;
        self.unlink(parent, token);
    }

    /// One of two tries was answered: the other one is cancelled.
    pub(super) fn drop_twin(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let branch = self.branches.live(token);
        let place = std::mem::replace(&mut branch.twin, NONE);
        let parent = branch.parent;
        let (other, _) = self.branches.at(place).expect("a twin is in use");
        let twin = *self.branches.live(other);
        if twin.timer != TimerId::default() {
            cx.cancel(twin.timer);
        }
        cx.cancel(twin.late);
        if twin.out {
            self.learn(other, cx);
            cx.send(self.callee(&twin), Msg::cancel(cx.me(), other, Leave { abandoned: false, late: false }));
            if self.policed.calls {
                self.report_end(other, Status::GaveUp, cx);
            }
        }
        self.unlink(parent, other);
    }
}
