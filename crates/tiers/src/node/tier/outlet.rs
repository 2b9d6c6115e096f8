//! The calls that a tier makes: one after another or all at once, each with a timeout and further tries.

use super::fleet::Ending;
use super::inlet::is_no_fault;
use super::row::{Branch, CROSSED, Call, FETCHES, LITE, NONE, ORPHAN, Stage, UNANSWERED, UNCOUNTED};
use super::{CALL_RETRY, CALL_TIMEOUT, Tier, row_of};
use crate::pure::backoff;
use brownout_kernel::{Cx, NodeId, TimerId};
use brownout_model::{OnTimeout, PathId, Station};
use brownout_protocol::{Deadline, Kind, Leave, Msg, Service, Status, Token, Wake};
use brownout_units::Ratio;

/// After which step no other follows: a last call that may be made again is followed by itself.
pub(super) fn last_step(station: &Station) -> usize {
    let again = station.calls.last().is_some_and(|call| call.again != Ratio::ZERO);
    station.calls.len() + usize::from(again)
}

impl Tier {
    /// The first call from `from` on that this call makes; a lite one makes no optional ones.
    #[inline(always)]
    pub(super) fn next_step(&mut self, path: u8, lite: bool, from: usize) -> Option<usize> {
        if self.last_step <= from { None } else { self.step_from(path, lite, from) }
    }

    fn step_from(&mut self, path: u8, lite: bool, mut from: usize) -> Option<usize> {
        if let Some(before) = from.checked_sub(1) {
            let before = &self.station.calls[before];
            let again = before.again.fraction();
            if 0.0 < again && self.wiring.streams.calls.chance(again) {
                return Some(from - 1);
            }
            // Of a choice no other call is made.
            from += usize::from(before.choice).saturating_sub(1);
        }
        for (step, options) in self.station.calls.iter().enumerate().skip(from) {
            if options.paths.contains(PathId(path)) && !(lite && options.optional) {
                if 1 < options.choice {
                    return Some(step + self.choose_call(step));
                }
                let chance = options.chance.fraction();
                if 1.0 <= chance || self.wiring.streams.calls.chance(chance) {
                    return Some(step);
                }
            }
        }
        None
    }

    /// Which call of a choice is made, counted from its first one.
    #[cold]
    fn choose_call(&mut self, first: usize) -> usize {
        let choice = &self.station.calls[first..][..usize::from(self.station.calls[first].choice)];
        let mut left = self.wiring.streams.calls.uniform();
        let chosen = choice.iter().position(|call| {
            left -= call.chance.fraction();
            left < 0.0
        });
        // Sums of shares may be slightly below 1; the last one that is ever chosen takes what is left.
        let last = || choice.iter().rposition(|call| 0.0 < call.chance.fraction());
        chosen.or_else(last).expect("a choice has a call that is made")
    }

    /// Makes the call `step`, and with it all others if they go out together.
    #[inline]
    pub(super) fn go_out(&mut self, ours: Token, step: usize, cx: &mut Cx<'_, Service>) {
        if self.policed.deadlines && self.is_late(ours, cx) {
            return self.expire_before_calls(ours, cx);
        }
        if self.station.hold {
            let call = *self.calls.live(ours);
            self.count_held(&call, ours, cx);
        }
        let call = self.calls.live(ours);
        call.since = cx.now();
        call.stage = Stage::Out { branch: NONE, open: 0, step: step as u8 };
        if self.direct {
            return self.send_direct(ours, step, cx);
        }
        self.make(ours, step, cx);
        if self.station.together {
            let call = self.calls.live(ours);
            let (path, lite) = (call.path, call.has(LITE));
            let mut next = step;
            while let Some(step) = self.next_step(path, lite, next + 1) {
                self.make(ours, step, cx);
                next = step;
            }
        }
    }

    #[inline]
    fn make(&mut self, ours: Token, step: usize, cx: &mut Cx<'_, Service>) {
        for _ in 0..self.station.calls[step].copies {
            let call = self.calls.live(ours);
            let Stage::Out { branch, open, .. } = &mut call.stage else {
                unreachable!("calls are made when out")
            };
            let first = *branch;
            let token = self.branches.insert(Branch::new(ours, step, first));
            *branch = token.index;
            *open = open.checked_add(1).expect("a call makes at most 65,535 at once");
            if first != NONE {
                self.branch(first).before = token.index;
            }
            if !self.policed.calls || self.let_out(token, cx) {
                self.send_try(token, cx);
            }
        }
    }

    /// Sends one try of a branch.
    #[inline]
    pub(super) fn send_try(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let branch = self.branches.live(token);
        let call = self.calls.live(branch.parent);
        let (mut to, lane) = self.wiring.calls[branch.step as usize];
        if branch.fell {
            to = self.wiring.fallbacks[branch.step as usize].expect("it has a fallback");
        }
        branch.since = cx.now();
        branch.out = true;
        branch.timer = match lane {
            Some(lane) => cx.wake_in(lane, Wake::new(CALL_TIMEOUT, token)),
            None => TimerId::default(),
        };
        let tries = branch.tries + u8::from(branch.fell) + u8::from(branch.hedge);
        let (parent, step) = (branch.parent, branch.step as usize);
        let mut message = call.message(token, tries, cx.me());
        let (out, row) = (*branch, row_of(call));
        self.explain_try(token, &out, row, cx);
        if self.policed.marks {
            self.mark(parent, Some(step), &mut message, cx);
        }
        cx.send(to, Msg::call(&message));
        if self.policed.hedges {
            self.watch(token, cx);
        }
    }

    /// The callee has answered.
    #[inline]
    pub(super) fn replied(&mut self, token: Token, status: Status, origin: u16, cx: &mut Cx<'_, Service>) {
        if self.answers_directly(token) {
            return self.replied_direct(token, status, origin, cx);
        }
        let Some(branch) = self.branches.get(token) else { return };
        assert!(branch.out, "an answer to a try that has not been sent");
        if branch.timer != TimerId::default() {
            assert!(cx.cancel(branch.timer), "the timeout of an open call is still running");
        }
        if self.policed.calls {
            self.report_end(token, status, cx);
        }
        if self.policed.hedges {
            self.unwatch(token, status, cx);
        }
        if status == Status::Ok {
            if self.branches.live(token).twin != NONE {
                self.drop_twin(token, cx);
            }
            return self.branch_over(token, status, origin, cx);
        }
        self.try_failed(token, status, origin, cx);
    }

    /// A try has failed: another one, or the end of the branch.
    pub(super) fn try_failed(&mut self, token: Token, status: Status, origin: u16, cx: &mut Cx<'_, Service>) {
        let branch = self.branches.live(token);
        if branch.twin != NONE {
            return self.leave_to_twin(token);
        }
        let options = &self.station.calls[branch.step as usize];
        let again = branch.tries < options.retries && options.retry_on.0 >> status as u8 & 1 == 1;
        if again && (!self.policed.calls || self.may_retry(token, cx)) {
            self.wait_for_retry(token, status, cx);
        } else {
            self.branch_over(token, status, origin, cx);
        }
    }

    /// The first token of a call that this tier made is out: its own caller is told.
    pub(super) fn first_token(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let ours = if self.answers_directly(token) {
            Some(token)
        } else {
            self.branches.get(token).map(|branch| branch.parent)
        };
        if let Some(&mut call) = ours.and_then(|ours| self.calls.get(ours)) {
            let msg = Msg::first(call.theirs);
            self.send_from(call.replica as usize, call.has(CROSSED), call.from, msg, cx);
        }
    }

    /// A try was not answered in time.
    pub(super) fn call_timed_out(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let branch = *self.branches.live(token);
        let call = *self.calls.live(branch.parent);
        let waited = (cx.now() - branch.since).nanos();
        self.record(Kind::CallTimedOut, row_of(&call), branch.parent.index, waited, cx);
        self.call_off(token, true, cx);
        if self.policed.calls {
            self.report_end(token, Status::Timeout, cx);
        }
        if self.policed.hedges {
            self.unwatch(token, Status::Timeout, cx);
            if branch.twin != NONE {
                return self.leave_to_twin(token);
            }
        }
        let again = branch.tries < self.station.calls[branch.step as usize].retries;
        if again && (!self.policed.calls || self.may_retry(token, cx)) {
            self.wait_for_retry(token, Status::GatewayTimeout, cx);
        } else {
            self.branch_over(token, Status::GatewayTimeout, cx.me().index() as u16, cx);
        }
    }

    /// Tells the callee that this try is no longer awaited.
    fn call_off(&mut self, token: Token, late: bool, cx: &mut Cx<'_, Service>) {
        let branch = *self.branches.live(token);
        let abandoned = self.abandons(branch.step as usize);
        cx.send(self.callee(&branch), Msg::cancel(cx.me(), token, Leave { abandoned, late }));
    }

    /// The callee of a branch.
    pub(super) fn callee(&self, branch: &Branch) -> NodeId {
        let step = branch.step as usize;
        let fallback = self.wiring.fallbacks[step].filter(|_| branch.fell);
        fallback.unwrap_or(self.wiring.calls[step].0)
    }

    /// The deadline of a try: at most that of the call that it is made for, and its own timeout if it sends one.
    pub(super) fn deadline_of_try(&self, parent: Token, step: usize, cx: &Cx<'_, Service>) -> Deadline {
        let (now, options) = (cx.now(), &self.station.calls[step]);
        let own = options.timeout.filter(|_| options.tells_deadline);
        let own = own.map_or(Deadline::NONE, |timeout| Deadline::at(now + timeout, now));
        self.deadline(parent).min(own, now)
    }

    /// Ends a call that is about to make calls although its deadline has passed.
    #[cold]
    fn expire_before_calls(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let call = self.calls.live(ours);
        call.since = cx.now();
        call.stage = Stage::Out { branch: NONE, open: 0, step: u8::MAX };
        let at = call.replica as usize;
        self.end(ours, Status::GatewayTimeout, cx.me().index() as u16, cx);
        self.release_held(at, cx);
    }

    /// Whether the work of an abandoned call goes on.
    pub(super) fn abandons(&self, step: usize) -> bool {
        self.station.calls[step].on_timeout == OnTimeout::Abandon
    }

    fn wait_for_retry(&mut self, token: Token, status: Status, cx: &mut Cx<'_, Service>) {
        let token = self.branches.rename(token);
        let branch = self.branches.live(token);
        branch.tries += 1;
        branch.last = status;
        branch.out = false;
        let backoff = &self.station.calls[branch.step as usize].backoff;
        let wait = backoff::wait(backoff, branch.tries, branch.waited, &mut self.wiring.streams.calls);
        branch.waited = wait;
        let obeys = self.station.calls[branch.step as usize].obeys_retry_after;
        let wait = if obeys { wait.saturating_add(self.hint) } else { wait };
        branch.timer = cx.wake_after(wait, Wake::new(CALL_RETRY, token));
    }

    /// The wait before a further try is over.
    pub(super) fn try_again(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let branch = *self.branches.live(token);
        let row = row_of(self.calls.live(branch.parent));
        if self.policed.deadlines && self.is_late(branch.parent, cx) {
            return self.branch_over(token, Status::GatewayTimeout, cx.me().index() as u16, cx);
        }
        if self.policed.calls && !self.let_out(token, cx) {
            return;
        }
        self.record(Kind::CallRetried, row, branch.parent.index, u64::from(branch.tries), cx);
        self.send_try(token, cx);
    }

    /// A branch has ended: with it the call, if it failed or was the last one.
    #[inline]
    pub(super) fn branch_over(
        &mut self,
        token: Token,
        status: Status,
        origin: u16,
        cx: &mut Cx<'_, Service>,
    ) {
        let Branch { parent, step, .. } = *self.branches.live(token);
        if status != Status::Ok && self.falls_back(token, status, cx) {
            return;
        }
        let left = self.unlink(parent, token);
        let options = &self.station.calls[step as usize];
        if status != Status::Ok && !options.optional {
            let at = self.calls.live(parent).replica as usize;
            self.call_off_all(parent, false, false, cx);
            self.end(parent, status, origin, cx);
            return self.release_held(at, cx);
        }
        if 0 < left {
            return;
        }
        let call = self.calls.live(parent);
        let (path, lite, at) = (call.path, call.has(LITE), call.replica as usize);
        let next = if self.station.together { None } else { self.next_step(path, lite, step as usize + 1) };
        if let Some(step) = next {
            self.go_out(parent, step, cx);
        } else {
            self.end(parent, Status::Ok, cx.me().index() as u16, cx);
            self.release_held(at, cx);
        }
    }

    #[inline]
    pub(super) fn release_held(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        if self.station.hold {
            self.release(at, cx);
        }
    }

    /// Takes a branch out of its parent's list and table; how many are left.
    #[inline]
    pub(super) fn unlink(&mut self, parent: Token, token: Token) -> u16 {
        let Branch { next, before, .. } = *self.branches.live(token);
        self.branches.remove(token);
        if next != NONE {
            self.branch(next).before = before;
        }
        if before != NONE {
            self.branch(before).next = next;
        }
        let call = self.calls.live(parent);
        let Stage::Out { branch, open, .. } = &mut call.stage else {
            unreachable!("a branch is of a call that is out")
        };
        if before == NONE {
            assert!(*branch == token.index, "a branch without one before it is the first of its parent's");
            *branch = next;
        }
        *open -= 1;
        *open
    }

    /// The branch in that place.
    pub(super) fn branch(&mut self, place: u32) -> &mut Branch {
        let (token, _) = self.branches.at(place).expect("a list holds branches in use");
        self.branches.live(token)
    }

    /// Ends every branch of a call that is about to end, or only reports that its own caller has abandoned it; `late`
    /// is whether the timeout of that caller is over.
    pub(super) fn call_off_all(
        &mut self,
        ours: Token,
        only_tell: bool,
        late: bool,
        cx: &mut Cx<'_, Service>,
    ) {
        let Stage::Out { branch, step, open } = self.calls.live(ours).stage else { return };
        if self.direct || self.was_direct && branch == NONE && open == 0 {
            return self.call_off_direct(ours, step, only_tell, late, cx);
        }
        let mut at = branch;
        while at != NONE {
            let (token, row) = self.branches.at(at).expect("a list holds branches in use");
            let (branch, Branch { next, out, timer, .. }) = (*row, *row);
            if only_tell {
                if out {
                    let leave = Leave { abandoned: true, late };
                    cx.send(self.callee(&branch), Msg::cancel(cx.me(), token, leave));
                }
            } else {
                if timer != TimerId::default() {
                    cx.cancel(timer);
                }
                cx.cancel(branch.late);
                if out {
                    self.call_off(token, late, cx);
                    if self.policed.calls {
                        self.report_end(token, Status::GaveUp, cx);
                    }
                }
                self.branches.remove(token);
            }
            at = next;
        }
        if !only_tell {
            let call = self.calls.live(ours);
            call.stage = Stage::Out { branch: NONE, open: 0, step: u8::MAX };
        }
    }

    /// Ends a call that is inside and no longer holds a worker: accounts, answers, and ends the calls that waited for
    /// its fill.
    ///
    /// The caller has taken it out of the queue or off its worker before.
    pub(super) fn end(&mut self, ours: Token, status: Status, origin: u16, cx: &mut Cx<'_, Service>) {
        if self.station.hold {
            let call = *self.calls.live(ours);
            self.count_held(&call, ours, cx);
        }
        let call = self.calls.live(ours);
        let (row, sojourn) = (row_of(call), (cx.now() - call.admitted).nanos());
        let (from, theirs, at) = (call.from, call.theirs, call.replica as usize);
        let fetched = call.has(FETCHES).then_some(call.key);
        let failed = fetched.filter(|_| status != Status::Ok);
        let stale = failed.is_some_and(|key| self.answers_stale(ours, key, cx));
        let (status, origin) = if stale { (Status::Ok, cx.me().index() as u16) } else { (status, origin) };
        let call = self.calls.live(ours);
        let (orphan, crossed) = (call.has(ORPHAN), call.has(CROSSED));
        let no_fault = call.has(UNCOUNTED) && is_no_fault(status);
        let ending = if no_fault { Ending::Well } else { Ending::of(status == Status::Ok, orphan) };
        if self.policed.door && !call.has(UNCOUNTED) {
            self.notify_policies(ours, status, cx);
        }
        let who = if status == Status::Ok { ours.index } else { u32::from(origin) };
        if status != Status::Ok {
            self.explain_name(ours, row, cx);
        }
        self.record(Kind::ended(status), row, who, sojourn, cx);
        if theirs != UNANSWERED {
            let reply = Msg::reply(theirs, status, origin);
            let says = !self.hint.is_zero() && status != Status::Ok;
            let reply = if says { reply.with_retry_after(self.hint) } else { reply };
            self.send_from(at, crossed, from, reply, cx);
        }
        self.calls.remove(ours);
        self.leaves(at, ending, cx);
        if let Some(key) = fetched {
            self.landed(key, status, origin, !stale, cx);
        }
    }

    /// A call is no longer here, and no answer is sent; `late` is whether the timeout of its caller is over.
    pub(super) fn forget(&mut self, call: &Call, ours: Token, late: bool, cx: &mut Cx<'_, Service>) {
        if self.policed.door && !call.has(UNCOUNTED) {
            self.notify_policies(ours, Status::GaveUp, cx);
        }
        self.calls.remove(ours);
        let ending = if late && !call.has(ORPHAN) { Ending::Badly } else { Ending::Blameless };
        self.leaves(call.replica as usize, ending, cx);
    }

    /// A call of replica `at` has ended, and its row is gone.
    #[inline]
    pub(super) fn leaves(&mut self, at: usize, ending: Ending, cx: &mut Cx<'_, Service>) {
        self.outstanding[at] -= 1;
        if self.guard.exit {
            self.notice(at, ending, cx);
        }
    }

    /// A fetch has ended: a fresh answer is kept, and the calls that waited for it end in the same way.
    pub(super) fn landed(
        &mut self,
        key: u64,
        status: Status,
        origin: u16,
        fresh: bool,
        cx: &mut Cx<'_, Service>,
    ) {
        let Some((store, _)) = &mut self.cache else { return };
        if status == Status::Ok && fresh {
            store.fill(key, cx.now());
        }
        for waiter in store.land(key) {
            if let Some(call) = self.calls.get(waiter) {
                let at = call.replica as usize;
                self.end(waiter, status, origin, cx);
                self.release_held(at, cx);
            }
        }
    }
}
