//! Ways out of a tier before the answer: a caller cancels, or the replica dies.

use super::row::{Call, FETCHES, Left, ORPHAN, Stage, UNANSWERED};
use super::{Tier, row_of};
use brownout_kernel::{Cx, NodeId, TimerId};
use brownout_protocol::{Kind, Leave, Reason, Service, Status, Token};
use brownout_units::Span;

impl Tier {
    /// The caller has gone.
    #[inline(never)]
    pub(super) fn cancelled(&mut self, from: NodeId, theirs: Token, leave: Leave, cx: &mut Cx<'_, Service>) {
        if self.station.queue.drops {
            self.forget_dropped(from, theirs, cx);
        }
        let place =
            if self.wiring.remembers { self.callers.place(from, theirs) } else { self.search(from, theirs) };
        let found = place.and_then(|place| self.calls.at(place));
        // The place may hold another call by now.
        let found = found.filter(|(_, call)| call.from == from && call.theirs == theirs);
        let Some((ours, &call)) = found else { return self.call_back(from, theirs, leave, cx) };
        if leave.abandoned {
            self.calls.live(ours).flags |= ORPHAN;
            self.call_off_all(ours, true, leave.late, cx);
            if leave.late && self.health.judges() && !call.has(ORPHAN) {
                self.judge_health(call.replica as usize, false, cx);
            }
            return;
        }
        if call.has(FETCHES) && self.is_awaited(call.key) {
            // It goes on for the calls that wait for its fill, and is answered to no caller.
            let call = self.calls.live(ours);
            (call.flags, call.theirs) = (call.flags | ORPHAN, UNANSWERED);
            return;
        }
        self.count_held(&Call { flags: call.flags | ORPHAN, ..call }, ours, cx);
        self.take_out(ours, leave.late, cx);
        self.record(Kind::Cancelled, row_of(&call), ours.index, (cx.now() - call.admitted).nanos(), cx);
        self.forget(&call, ours, leave.late, cx);
        if call.has(FETCHES) {
            self.landed(call.key, Status::Unavailable, cx.me().index() as u16, false, cx);
        }
        if self.held_worker(&call) {
            self.release(call.replica as usize, cx);
        }
    }

    /// Whether other calls wait for a fetch.
    fn is_awaited(&self, key: u64) -> bool {
        let is_here = |call: Token| self.calls.at(call.index).is_some_and(|(name, _)| name == call);
        self.cache.as_ref().is_some_and(|(store, _)| store.is_awaited(key, is_here))
    }

    /// The place of the call with that token of its caller, if it is here: found by a linear search.
    #[cold]
    fn search(&self, from: NodeId, theirs: Token) -> Option<u32> {
        let of_caller = |token: &Token| {
            self.calls.at(token.index).is_some_and(|(_, call)| call.from == from && call.theirs == theirs)
        };
        self.calls.tokens().into_iter().find(of_caller).map(|token| token.index)
    }

    /// Every call of replica `at` is lost.
    pub(super) fn crash(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        for ours in self.calls.tokens() {
            let Some(&mut call) = self.calls.get(ours) else { continue };
            if usize::from(call.replica) != at {
                continue;
            }
            self.explain_failure(ours, row_of(&call), Reason::Crashed, cx);
            self.take_out(ours, false, cx);
            // What waited has held no worker.
            if call.waits() {
                self.calls.live(ours).since = cx.now();
            }
            self.end(ours, Status::Unavailable, cx.me().index() as u16, cx);
            if self.held_worker(&call) {
                self.replicas[at].busy -= 1;
            }
        }
        let replica = &mut self.replicas[at];
        assert!(replica.busy == 0 && replica.waiting.len() == 0, "a crashed replica is empty");
        if let Some((store, _)) = &mut self.cache {
            store.flush();
        }
    }

    /// Takes a call out of the queue, off its worker, or back from the tiers it called. The worker stays with it.
    fn take_out(&mut self, ours: Token, late: bool, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(ours);
        match call.stage {
            Stage::Waiting(_) | Stage::Preempted(_) => self.leave_queue(ours, cx),
            Stage::Serving(_) | Stage::Shared | Stage::Frozen(_) => self.abort(&call, ours, cx),
            Stage::Out { .. } => self.call_off_all(ours, false, late, cx),
        }
    }

    /// A waiting call leaves the queue.
    pub(super) fn leave_queue(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(ours);
        if let Stage::Waiting(patience) = call.stage
            && patience != TimerId::default()
        {
            cx.cancel(patience);
        }
        // From here on its name in the queue is stale.
        self.calls.live(ours).stage = Stage::Out { branch: super::row::NONE, open: 0, step: u8::MAX };
        let Tier { calls, replicas, .. } = self;
        let still_waits = |t: Token| calls.at(t.index).is_some_and(|(name, row)| name == t && row.waits());
        replicas[call.replica as usize].waiting.leave(still_waits);
        self.record(Kind::LeftQueue, row_of(&call), ours.index, (cx.now() - call.since).nanos(), cx);
    }

    /// The service of a call is aborted; the work done is wasted.
    fn abort(&mut self, call: &Call, ours: Token, cx: &mut Cx<'_, Service>) {
        let at = call.replica as usize;
        match call.stage {
            Stage::Serving(timer) => assert!(cx.cancel(timer), "a call in service has its timer"),
            Stage::Shared => {
                self.calls.live(ours).stage = Stage::Out { branch: super::row::NONE, open: 0, step: u8::MAX };
                self.replicas[at].sharing.as_mut().expect("it shares").abort(cx.now());
                self.rearm(at, cx);
            }
            _ => {}
        }
        let orphan = Call { flags: call.flags | ORPHAN, ..*call };
        self.count_service(&orphan, ours, cx);
        self.record(Kind::Aborted, row_of(call), ours.index, (cx.now() - call.admitted).nanos(), cx);
    }

    /// A more important call takes the worker of `victim`, which waits ahead of its equals.
    pub(super) fn preempt(&mut self, victim: Token, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(victim);
        let at = call.replica as usize;
        let left = match call.stage {
            Stage::Serving(timer) => {
                let due = cx.due(timer).expect("a call in service has its timer");
                cx.cancel(timer);
                Left::from(due - cx.now())
            }
            Stage::Frozen(left) => left,
            Stage::Shared => {
                let sharing = self.replicas[at].sharing.as_mut().expect("it shares");
                Left::from(Span::from_secs_f64(sharing.take(victim, cx.now())))
            }
            _ => unreachable!("only a call in service is preempted"),
        };
        self.count_service(&call, victim, cx);
        let row = self.calls.live(victim);
        row.stage = Stage::Preempted(left);
        row.since = cx.now();
        let priority = self.priority(call.path);
        let before = u64::from(self.replicas[at].waiting.len());
        self.replicas[at].waiting.push_front(victim, priority);
        self.replicas[at].busy -= 1;
        self.record(Kind::Preempted, row_of(&call), victim.index, before, cx);
    }

    /// Accounts the time for which a worker was held while calls of its call were out, if its caller has left.
    pub(super) fn count_held(&self, call: &Call, ours: Token, cx: &mut Cx<'_, Service>) {
        if self.station.hold && call.has(ORPHAN) && matches!(call.stage, Stage::Out { .. }) {
            let held = (cx.now() - call.since).nanos();
            if 0 < held {
                self.record(Kind::HeldWasted, row_of(call), ours.index, held, cx);
            }
        }
    }

    /// Whether a call in this stage has a worker of its own.
    pub(super) fn held_worker(&self, call: &Call) -> bool {
        call.served() || (self.station.hold && matches!(call.stage, Stage::Out { .. }))
    }
}
