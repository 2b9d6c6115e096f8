//! The fast path of a call through a plain tier without active faults, in one pass over its row.
//!
//! Most tiers have no policy, no cache and no impatient callers, and most of the time no fault is active. There a call
//! needs few checks, in three functions instead of ten. The log is the same as on the general path, line for line:
//! tests compare the two.

use super::row::{Call, NONE, ORPHAN, Stage};
use super::{Policed, SERVED, Tier, inlet, row_of};
use brownout_kernel::Cx;
use brownout_model::{self as model, Order, PathSet, Station};
use brownout_protocol::{self as protocol, Kind, Msg, Reason, Row, Say, Service, Status, Token, Wake};
use brownout_units::{Ratio, Span};

/// Which calls take the fast path.
#[derive(Clone, Copy, Debug)]
pub(super) struct FastPath {
    /// All of them, at present.
    pub(super) on: bool,
    /// All of them, as long as no fault is active.
    may: bool,
    /// Each call makes all of its calls.
    whole: bool,
}

impl FastPath {
    /// Before the first refresh; `plain` says whether the tier's services and calls are.
    pub(super) fn new(station: &Station, plain: bool, policed: Policed) -> Self {
        let queue = &station.queue;
        let fifo = queue.order == Order::Fifo && queue.patience.is_none() && queue.expire.is_none();
        let fifo = fifo && !queue.drops;
        let open = !policed.door && !policed.calls && !policed.marks && !policed.hedges;
        let once = |call: &model::Call| call.chance == Ratio::ONE && call.again == Ratio::ZERO;
        let whole = station.calls.iter().all(|call| call.paths == PathSet::ALL && once(call));
        FastPath { on: false, may: plain && fifo && open, whole }
    }
}

impl Tier {
    /// The state of the tier may have changed: recomputes which path calls take.
    pub(super) fn refresh_fast_path(&mut self) {
        let well = self.replicas.iter().all(|replica| replica.trouble.is_none());
        self.fast_path.on =
            self.fast_path.may && well && self.limits.is_empty() && !self.guard.door && !self.guard.exit;
    }

    /// A call is at the door.
    #[inline(always)]
    pub(super) fn admit_fast(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        let Say::Call(call) = msg.open() else { unreachable!("only calls come to the door") };
        let at = self.chooser.choose(&self.outstanding, call.key, &mut self.wiring.streams.balance);
        let replica = &mut self.replicas[at];
        replica.sent += 1;
        if replica.workers <= replica.busy {
            return self.queue_fast(&call, at, msg, cx);
        }
        replica.busy += 1;
        self.outstanding[at] += 1;
        let (ours, inside) = self.calls.insert_row(Call::new(&call, at, cx.now()));
        if self.wiring.remembers {
            self.callers.remember(call.from, call.token, ours);
        }
        let work = self.pace.next(call.path, call.sizes);
        let timer = cx.wake_after_inlined(work, Wake::new(SERVED, ours));
        inside.stage = Stage::Serving(timer);
        let row = inside.row;
        self.explain_admission(&call, ours, row, cx);
        self.record(Kind::StartedAtOnce, row, ours.index, 0, cx);
        self.pace.taken();
    }

    /// The same while all workers are in use.
    #[inline(always)]
    fn queue_fast(&mut self, call: &protocol::Call, at: usize, msg: &Msg, cx: &mut Cx<'_, Service>) {
        let waiting = self.replicas[at].waiting.len();
        if self.station.queue.limit.is_some_and(|limit| limit <= waiting) {
            self.explain_refusal(&inlet::opened(msg), Reason::FullQueue, cx);
            return self.refuse(&inlet::opened(msg), at, self.full, cx);
        }
        self.outstanding[at] += 1;
        let (ours, inside) = self.calls.insert_row(Call::new(call, at, cx.now()));
        let row = inside.row;
        if self.wiring.remembers {
            self.callers.remember(call.from, call.token, ours);
        }
        self.replicas[at].waiting.push(ours, 0);
        self.explain_admission(call, ours, row, cx);
        self.record(Kind::Queued, row, ours.index, waiting.into(), cx);
    }

    /// The service of a call is over.
    #[inline(always)]
    pub(super) fn served_fast(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let now = cx.now();
        let step = if self.station.calls.is_empty() {
            None
        } else if self.fast_path.whole {
            Some(0)
        } else {
            match self.calls.live(ours) {
                call if call.has(ORPHAN) => None,
                call => {
                    let path = call.path;
                    self.next_step(path, false, 0)
                }
            }
        };
        let held = self.calls.hold(ours).expect("the timer of a call that left was cancelled");
        let call = &mut *held.row;
        if call.has(ORPHAN) {
            return self.service_over(ours, cx);
        }
        let (at, row, inside) = (call.replica as usize, row_of(call), (now - call.admitted).nanos());
        self.served_nanos += u128::from((now - call.since).nanos());
        let (kind, holds) = if let Some(step) = step {
            call.since = now;
            call.stage = Stage::Out { branch: NONE, open: 0, step: step as u8 };
            cx.send(self.wiring.calls[step].0, Msg::call(&call.message(ours, 0, cx.me())));
            (Kind::Finished, self.station.hold)
        } else {
            cx.send(call.from, Msg::reply(call.theirs, Status::Ok, cx.me().index() as u16));
            held.remove();
            self.outstanding[at] -= 1;
            (Kind::Completed, false)
        };
        // The next event depends on the timer of the next call: it is set before anything is recorded.
        let follower = if holds { None } else { self.follow_fast(at, cx) };
        self.record(kind, row, ours.index, inside, cx);
        self.write_follower(follower, cx);
    }

    /// The callee has answered successfully.
    #[inline(always)]
    pub(super) fn replied_fast(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let Some(held) = self.calls.hold(ours) else { return };
        let call = &*held.row;
        let Stage::Out { step, .. } = call.stage else {
            unreachable!("an answer to a call that has not been made")
        };
        if self.last_step != usize::from(step) + 1 {
            return self.replied_direct(ours, Status::Ok, 0, cx);
        }
        let (row, at) = (row_of(call), call.replica as usize);
        let inside = (cx.now() - call.admitted).nanos();
        let orphan = (self.station.hold && call.has(ORPHAN)).then_some(*call);
        cx.send(call.from, Msg::reply(call.theirs, Status::Ok, cx.me().index() as u16));
        held.remove();
        self.outstanding[at] -= 1;
        if let Some(call) = orphan {
            self.count_held(&call, ours, cx);
        }
        self.record(Kind::Answered, row, ours.index, inside, cx);
        if self.station.hold {
            let follower = self.follow_fast(at, cx);
            self.write_follower(follower, cx);
        }
    }

    /// A worker of replica `at` is free: the call that has waited longest takes it over, or it idles.
    #[inline(always)]
    fn follow_fast(&mut self, at: usize, cx: &mut Cx<'_, Service>) -> Option<Follower> {
        let replica = &mut self.replicas[at];
        if replica.workers < replica.busy {
            // It has leaked while it was in use.
            replica.busy -= 1;
            return None;
        }
        if replica.waiting.len() == 0 {
            replica.busy -= 1;
            assert!(replica.busy < replica.workers, "a worker was released twice");
            return None;
        }
        let (ours, call) = loop {
            let ours = replica.waiting.first();
            if let Some(call) = self.calls.get(ours).filter(|call| call.waits()) {
                break (ours, call);
            }
        };
        replica.waiting.taken();
        let work = self.pace.next(call.path, call.sizes);
        call.stage = Stage::Serving(cx.wake_after_inlined(work, Wake::new(SERVED, ours)));
        let waited = cx.now() - call.since;
        call.since = cx.now();
        Some(Follower { row: row_of(call), place: ours.index, waited })
    }

    /// Records that a call was served next, and draws the service time of the one after it.
    #[inline(always)]
    fn write_follower(&mut self, follower: Option<Follower>, cx: &mut Cx<'_, Service>) {
        if let Some(Follower { row, place, waited }) = follower {
            self.record(Kind::Started, row, place, waited.nanos(), cx);
            self.pace.taken();
        }
    }
}

/// A call that has taken over a worker from another and is not recorded yet.
#[derive(Clone, Copy)]
struct Follower {
    row: Row,
    place: u32,
    waited: Span,
}
