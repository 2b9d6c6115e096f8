//! The policies of a tier: at its door, and on the calls that it makes.

use super::error_path::PendingRefusal;
use super::row::{Branch, LITE, UNCOUNTED};
use super::{HELD_BACK, Tier, row_of};
use crate::policy::{Admission, CallerKey, FULL, Outcome, TryKind, Turn};
use brownout_kernel::Cx;
use brownout_model::PathId;
use brownout_protocol::{self as protocol, Deadline, Kind, Reason, Row, Service, Status, Token, Wake};
use brownout_units::Span;

/// State of a call beside its row, if there are policies at the door.
#[derive(Clone, Copy, Debug)]
pub(super) struct AdmittedAs {
    /// The client's key at admission: a cache overwrites the key in the row.
    key: u64,
    /// The fraction of its service that it takes.
    part: f64,
    /// The deadline of its caller.
    deadline: Deadline,
}

impl AdmittedAs {
    /// The service of a call that may be served in a cheaper way.
    pub(super) fn service(&self, work: Span) -> Span {
        if self.part < 1.0 { Span::from_secs_f64(work.as_secs_f64() * self.part) } else { work }
    }
}

impl Default for AdmittedAs {
    fn default() -> Self {
        AdmittedAs { key: 0, part: FULL, deadline: Deadline::NONE }
    }
}

impl Tier {
    /// A call is at the door of replica `at`; returns the refusal and its reason if it may not come in.
    #[inline(never)]
    pub(super) fn check_door(
        &mut self,
        call: &protocol::Call,
        at: usize,
        cx: &mut Cx<'_, Service>,
    ) -> Result<(), (PendingRefusal, Reason)> {
        if self.station.obeys_deadlines && call.deadline.has_passed(cx.now()) {
            let refusal = PendingRefusal { status: Status::GatewayTimeout, after: Span::ZERO };
            return Err((refusal, Reason::Deadline));
        }
        let admission = self.admission(call, at, cx);
        let stream = &mut self.wiring.streams.policies;
        let asked = self.inlets.admit(call.path, &admission, stream);
        let asked = asked.and_then(|()| self.replicas[at].inlets.admit(call.path, &admission, stream));
        asked.map_err(|refusal| {
            let row = Row::new(call.path, 0 < call.attempt);
            self.record(Kind::TurnedAway, row, refusal.policy, 0, cx);
            (PendingRefusal { status: refusal.status, after: refusal.after }, Reason::Policy)
        })
    }

    fn admission(&self, call: &protocol::Call, at: usize, cx: &Cx<'_, Service>) -> Admission {
        let (now, waiting) = (cx.now(), self.replicas[at].waiting.len());
        let head_age = if waiting == 0 { Span::ZERO } else { self.head_age_of(at, now) };
        let priority = self.wiring.priorities[call.path as usize];
        Admission { now, key: call.key, priority, inside: 0, waiting, head_age, sizes: call.sizes }
    }

    /// A call has come in.
    #[inline(never)]
    pub(super) fn enter(&mut self, call: &protocol::Call, ours: Token, at: usize, cx: &mut Cx<'_, Service>) {
        let admission = self.admission(call, at, cx);
        let place = ours.index as usize;
        if self.admitted_as.len() <= place {
            self.admitted_as.resize((place + 1).next_power_of_two(), AdmittedAs::default());
        }
        let stream = &mut self.wiring.streams.policies;
        let whole = self.inlets.entered(call.path, &admission, stream);
        let part = self.replicas[at].inlets.entered(call.path, &admission, stream).min(whole);
        self.admitted_as[place] = AdmittedAs { key: call.key, part, deadline: call.deadline };
        if part < FULL {
            self.calls.live(ours).flags |= LITE;
            self.record(Kind::Lite, Row::new(call.path, 0 < call.attempt), ours.index, 0, cx);
        }
    }

    /// The deadline of the caller of a call.
    pub(super) fn deadline(&self, ours: Token) -> Deadline {
        self.admitted_as[ours.index as usize].deadline
    }

    /// Whether the deadline of a call has passed, and this tier obeys deadlines.
    pub(super) fn is_late(&self, ours: Token, cx: &Cx<'_, Service>) -> bool {
        self.station.obeys_deadlines && self.deadline(ours).has_passed(cx.now())
    }

    /// The turn of a call of replica `at` has come; returns the status if it is dropped instead.
    #[inline(never)]
    pub(super) fn turn(
        &mut self,
        ours: Token,
        at: usize,
        waited: Span,
        cx: &mut Cx<'_, Service>,
    ) -> Result<(), (Status, Reason)> {
        if self.is_late(ours, cx) {
            return Err((Status::GatewayTimeout, Reason::Deadline));
        }
        let call = self.calls.live(ours);
        let (who, row) =
            (CallerKey { path: call.path, key: self.admitted_as[ours.index as usize].key }, row_of(call));
        let turn = Turn { now: cx.now(), waited, waiting: self.replicas[at].waiting.len() };
        // Both see the wait, whatever the other decides.
        let (whole, here) = (self.inlets.serves(who, &turn), self.replicas[at].inlets.serves(who, &turn));
        whole.and(here).map_err(|refusal| {
            self.record(Kind::TurnedAway, row, refusal.policy, 0, cx);
            (refusal.status, Reason::Policy)
        })
    }

    /// A call is about to leave.
    #[inline(never)]
    pub(super) fn notify_policies(&mut self, ours: Token, status: Status, cx: &Cx<'_, Service>) {
        let call = self.calls.live(ours);
        let who = CallerKey { path: call.path, key: self.admitted_as[ours.index as usize].key };
        let (now, at) = (cx.now(), call.replica as usize);
        let outcome = Outcome { now, status, took: now - call.admitted, again: false };
        self.inlets.left(who, &outcome);
        self.replicas[at].inlets.left(who, &outcome);
    }

    fn who(&mut self, branch: &Branch) -> CallerKey {
        let call = self.calls.live(branch.parent);
        CallerKey { path: call.path, key: call.key }
    }

    /// Whether the policies of a call let a try out. If not, a first one fails at this instant, and with a further one
    /// the branch ends.
    #[inline(never)]
    pub(super) fn let_out(&mut self, token: Token, cx: &mut Cx<'_, Service>) -> bool {
        let branch = *self.branches.live(token);
        if branch.fell {
            return true;
        }
        let (who, row) = (self.who(&branch), row_of(self.calls.live(branch.parent)));
        let kind = if 0 < branch.tries { TryKind::Retry } else { TryKind::First };
        let gate = &mut self.wiring.gates[branch.step as usize];
        let Err(status) = gate.let_out(kind, who, cx.now(), &mut self.wiring.streams.policies) else {
            return true;
        };
        if kind == TryKind::First {
            self.record(Kind::CallWithheld, row, branch.parent.index, 0, cx);
            // Not within this call: other calls may be about to go out beside this one.
            let timer = cx.wake_after(Span::ZERO, Wake::new(HELD_BACK + status as u32, token));
            self.branches.live(token).timer = timer;
        } else {
            self.record(Kind::CallRetryWithheld, row, branch.parent.index, u64::from(branch.tries), cx);
            self.branch_over(token, branch.last, cx.me().index() as u16, cx);
        }
        false
    }

    /// A first try that was held back fails.
    pub(super) fn was_held_back(&mut self, token: Token, status: u32, cx: &mut Cx<'_, Service>) {
        self.try_failed(token, Status::from_number(status as u8), cx.me().index() as u16, cx);
    }

    /// Whether waiting for a further try makes sense.
    pub(super) fn may_retry(&mut self, token: Token, cx: &mut Cx<'_, Service>) -> bool {
        let branch = *self.branches.live(token);
        let who = self.who(&branch);
        if branch.fell || self.wiring.gates[branch.step as usize].may_retry(who, cx.now()) {
            return true;
        }
        let row = row_of(self.calls.live(branch.parent));
        self.record(Kind::CallRetryWithheld, row, branch.parent.index, u64::from(branch.tries) + 1, cx);
        false
    }

    /// A try that was let out has ended.
    #[inline(never)]
    pub(super) fn report_end(&mut self, token: Token, status: Status, cx: &Cx<'_, Service>) {
        let branch = *self.branches.live(token);
        if branch.fell {
            return;
        }
        let (who, now) = (self.who(&branch), cx.now());
        let outcome =
            Outcome { now, status, took: now - branch.since, again: branch.hedge || 0 < branch.tries };
        self.wiring.gates[branch.step as usize].ended(who, &outcome);
    }

    /// A branch has failed for good: whether its call goes to the fallback instead, with as many retries.
    pub(super) fn falls_back(&mut self, token: Token, status: Status, cx: &mut Cx<'_, Service>) -> bool {
        let branch = *self.branches.live(token);
        let has_one = self.wiring.fallbacks[branch.step as usize].is_some();
        if !has_one || branch.fell || matches!(status, Status::Unauthorized | Status::BadRequest) {
            return false;
        }
        let token = self.branches.rename(token);
        let branch = self.branches.live(token);
        let (parent, tries) = (branch.parent, u64::from(branch.tries));
        (branch.fell, branch.waited, branch.tries) = (true, Span::ZERO, 0);
        let row = row_of(self.calls.live(parent));
        self.record(Kind::CallFellBack, row, parent.index, tries, cx);
        self.send_try(token, cx);
        true
    }

    /// Whether a failed fetch is answered with an expired entry.
    pub(super) fn answers_stale(&mut self, ours: Token, key: u64, cx: &mut Cx<'_, Service>) -> bool {
        let call = self.calls.live(ours);
        let (at, row) = (call.replica as usize, row_of(call));
        let Some((store, _)) = &self.cache else { return false };
        if self.replicas[at].trouble.down || !store.has_stale(key, cx.now()) {
            return false;
        }
        self.record(Kind::AnsweredStale, row, ours.index, 0, cx);
        true
    }

    /// Every call inside is counted by each policy that applies to it.
    pub(super) fn check_doors(&mut self) {
        let mut inside: Vec<(usize, u8)> = Vec::new();
        for ours in self.calls.tokens() {
            let call = self.calls.live(ours);
            if !call.has(UNCOUNTED) {
                inside.push((call.replica as usize, call.path));
            }
        }
        let doors = self.replicas.iter().enumerate().map(|(at, replica)| (Some(at), &replica.inlets));
        for (replica, door) in doors.chain([(None, &self.inlets)]) {
            for (counted, paths) in door.inside() {
                let mine = inside.iter().filter(|(at, path)| {
                    replica.is_none_or(|replica| replica == *at) && paths.contains(PathId(*path))
                });
                let there = mine.count() as u64;
                assert!(counted == there, "a policy counts {counted} calls inside, there are {there}");
            }
        }
    }
}
