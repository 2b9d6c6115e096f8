//! Service: how long it takes, how calls slow each other down, and what follows when it is over.

use super::error_path::{self, PendingRefusal};
use super::fleet::Ending;
use super::row::{CROSSED, Call, FETCHES, LITE, ORPHAN, REFUSAL, STALE, Stage};
use super::{SERVED, SHARED, Tier, row_of};
use crate::pure::cache::Lookup;
use brownout_kernel::Cx;
use brownout_model::Contention;
use brownout_protocol::{Kind, Msg, Service, Status, Token, Wake};
use brownout_units::Span;

impl Tier {
    /// A worker of replica `at` starts a call, or resumes it.
    #[inline]
    pub(super) fn start(&mut self, ours: Token, at: usize, kind: Kind, cx: &mut Cx<'_, Service>) {
        let now = cx.now();
        let call = self.calls.live(ours);
        let waited = now - call.since;
        call.since = now;
        let (row, resumed) = (row_of(call), call.stage);
        let work = if let Stage::Preempted(left) = resumed {
            left.into()
        } else if self.station.error_path.is_some() && call.has(REFUSAL) {
            error_path::refusal(&self.station, &mut self.wiring.streams.errors)
        } else {
            // Not from a copy of the row: it was just written, and a copy would stall on that.
            let work = self.pace.next(call.path, call.sizes);
            self.pace.taken();
            if self.policed.door { self.admitted_as[ours.index as usize].service(work) } else { work }
        };
        if self.usual && !self.replicas[at].trouble.any() {
            call.stage = Stage::Serving(cx.wake_after(work, Wake::new(SERVED, ours)));
            return self.record(kind, row, ours.index, waited.nanos(), cx);
        }
        let stage = self.begin(ours, at, work, matches!(resumed, Stage::Preempted(_)), cx);
        self.calls.live(ours).stage = stage;
        self.record(kind, row, ours.index, waited.nanos(), cx);
        if stage == Stage::Shared {
            self.rearm(at, cx);
        }
    }

    /// Starts a call if calls share processors or preempt each other, or if a fault is active.
    #[inline(never)]
    pub(super) fn begin(
        &mut self,
        ours: Token,
        at: usize,
        work: Span,
        resumed: bool,
        cx: &mut Cx<'_, Service>,
    ) -> Stage {
        let replica = &mut self.replicas[at];
        if self.preempts {
            replica.serving.push(ours);
        }
        let path = self.calls.live(ours).path;
        if let Some(sharing) = &mut replica.sharing {
            let work = replica.trouble.stretch_shared(work, path);
            sharing.start(ours, work.as_secs_f64(), cx.now());
            return Stage::Shared;
        }
        let work = match self.station.contention {
            Contention::Fixed { sigma, kappa } if !resumed => {
                // The call itself has its worker already.
                let n = f64::from(replica.busy);
                let times = 1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0);
                Span::from_secs_f64((work.as_secs_f64() * times).min(3e9))
            }
            _ => work,
        };
        // The remaining work of a preempted call was already stretched when it began.
        let stretched = replica.trouble.any() && !resumed;
        let work = if stretched { replica.trouble.stretch(work, path) } else { work };
        if replica.trouble.hangs(path) {
            return Stage::Frozen(work.into());
        }
        Stage::Serving(cx.wake_after(work, Wake::new(SERVED, ours)))
    }

    /// The timer of a replica that shares its processors has come.
    pub(super) fn shared_over(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let replica = &mut self.replicas[at];
        let sharing = replica.sharing.as_mut().expect("only sharing replicas have this timer");
        let ours = sharing.finish(cx.now());
        self.service_over(ours, cx);
        self.rearm(at, cx);
    }

    /// The next call to finish at replica `at` has changed.
    pub(super) fn rearm(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let replica = &mut self.replicas[at];
        cx.cancel(replica.timer);
        let calls = &mut self.calls;
        let sharing = replica.sharing.as_mut().expect("only sharing replicas are rearmed");
        let next = sharing.next(cx.now(), |t| calls.get(t).is_some_and(|c| c.stage == Stage::Shared));
        if let Some(due) = next {
            let token = Token { index: at as u32, generation: 0 };
            replica.timer = cx.wake_at(due, Wake::new(SHARED, token));
        }
    }

    /// The service of a call is over: it is answered, or the calls it makes go out.
    #[inline]
    pub(super) fn service_over(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let call = self.calls.live(ours);
        let at = call.replica as usize;
        if !self.plain || call.has(ORPHAN) || self.replicas[at].trouble.fails_calls() {
            return self.service_over_otherwise(ours, at, cx);
        }
        let (now, row, path, lite) = (cx.now(), row_of(call), call.path, call.has(LITE));
        let (since, admitted, from, theirs) = (call.since, call.admitted, call.from, call.theirs);
        self.served_nanos += u128::from((now - since).nanos());
        if let Some(step) = self.next_step(path, lite, 0) {
            self.record(Kind::Finished, row, ours.index, (now - admitted).nanos(), cx);
            self.go_out(ours, step, cx);
            if self.station.hold {
                return;
            }
        } else {
            self.calls.remove(ours);
            self.leaves(at, Ending::Well, cx);
            self.record(Kind::Completed, row, ours.index, (now - admitted).nanos(), cx);
            cx.send(from, Msg::reply(theirs, Status::Ok, cx.me().index() as u16));
        }
        self.release(at, cx);
    }

    /// The general case: the service may have failed, a cache is asked, the caller has left.
    #[inline(never)]
    fn service_over_otherwise(&mut self, ours: Token, at: usize, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(ours);
        let status = self.judge(&call);
        if status == Status::Error && self.failure_takes_time(&call, ours, cx) {
            return;
        }
        self.count_service(&call, ours, cx);
        let step = if status == Status::Ok { self.next_step(call.path, call.has(LITE), 0) } else { None };
        if status != Status::Ok {
            self.record(Kind::Finished, row_of(&call), ours.index, (cx.now() - call.admitted).nanos(), cx);
            self.end_in_error(&call, ours, status, cx);
            return self.release(at, cx);
        }
        let Some(step) = step else {
            self.complete(&call, ours, cx);
            return self.release(at, cx);
        };
        self.record(Kind::Finished, row_of(&call), ours.index, (cx.now() - call.admitted).nanos(), cx);
        let lookup = self.look_up(ours, cx);
        match lookup {
            Lookup::Hit => self.end(ours, Status::Ok, cx.me().index() as u16, cx),
            Lookup::Miss => self.go_out(ours, step, cx),
            Lookup::Join => {}
        }
        if !self.station.hold || lookup == Lookup::Hit {
            self.release(at, cx);
        }
    }

    /// The status of a failed service, if it failed.
    fn judge(&mut self, call: &Call) -> Status {
        if call.has(REFUSAL) {
            return PendingRefusal::from(call.key).status;
        }
        let errors = self.replicas[call.replica as usize].trouble.errors_of(call.path);
        if 0.0 < errors && self.wiring.streams.errors.chance(errors) {
            Status::Error
        } else if self.station.verifies && call.has(STALE) {
            Status::Unauthorized
        } else {
            Status::Ok
        }
    }

    /// Looks up a key for a call; a tier without a cache has nothing.
    fn look_up(&mut self, ours: Token, cx: &mut Cx<'_, Service>) -> Lookup {
        if self.bypass {
            return Lookup::Miss;
        }
        let Some((store, keys)) = &mut self.cache else { return Lookup::Miss };
        let key = keys.draw(&mut self.wiring.streams.keys) as u64;
        let found = store.lookup(key, ours, cx.now());
        let call = self.calls.live(ours);
        call.key = key;
        let row = row_of(call);
        let kind = match found {
            Lookup::Hit => Kind::Hit,
            Lookup::Miss => Kind::Missed,
            Lookup::Join => Kind::Joined,
        };
        call.stage = Stage::Out { branch: super::row::NONE, open: 0, step: u8::MAX };
        if found == Lookup::Miss {
            call.flags |= FETCHES;
        }
        self.record(kind, row, ours.index, 0, cx);
        found
    }

    /// Service is over and there is nothing more to do.
    #[inline(always)]
    fn complete(&mut self, call: &Call, ours: Token, cx: &mut Cx<'_, Service>) {
        if self.policed.door {
            self.notify_policies(ours, Status::Ok, cx);
        }
        self.calls.remove(ours);
        self.leaves(call.replica as usize, Ending::of(true, call.has(ORPHAN)), cx);
        self.record(Kind::Completed, row_of(call), ours.index, (cx.now() - call.admitted).nanos(), cx);
        let reply = Msg::reply(call.theirs, Status::Ok, cx.me().index() as u16);
        self.send_from(call.replica as usize, call.has(CROSSED), call.from, reply, cx);
    }

    /// Accounts the time that a worker was on a call, as wasted if its caller has left.
    #[inline(always)]
    pub(super) fn count_service(&mut self, call: &Call, ours: Token, cx: &mut Cx<'_, Service>) {
        let spent = (cx.now() - call.since).nanos();
        self.served_nanos += u128::from(spent);
        if self.preempts {
            let serving = &mut self.replicas[call.replica as usize].serving;
            serving.retain(|&token| token != ours);
        }
        if call.has(ORPHAN) {
            self.record(Kind::Wasted, row_of(call), ours.index, spent, cx);
        }
    }
}
