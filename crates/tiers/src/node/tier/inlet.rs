//! The door of a tier: which replica, and whether a worker at once, a place in the queue, or a refusal.

use super::error_path::PendingRefusal;
use super::fleet::Ending;
use super::row::{Call, REFUSAL, Stage};
use super::{HANG_UP, Tier, row_of};
use crate::node::draw_span;
use brownout_kernel::{Cx, TimerId};
use brownout_model::PathId;
use brownout_protocol::{self as protocol, Kind, Msg, Reason, Row, Say, Service, Status, Token, Wake};
use brownout_units::Span;

impl Tier {
    /// `msg` is the call as it came: rare paths open it again, so that it need not stay in memory.
    #[inline]
    pub(super) fn admit(&mut self, call: &protocol::Call, msg: &Msg, cx: &mut Cx<'_, Service>) {
        let at = if self.guard.door {
            let Some(at) = self.pick(&opened(msg), cx) else { return };
            at
        } else {
            self.chooser.choose(&self.outstanding, call.key, &mut self.wiring.streams.balance)
        };
        self.admit_at(at, call, msg, cx);
    }

    /// A call is at the door of replica `at`.
    #[inline(always)]
    pub(super) fn admit_at(&mut self, at: usize, call: &protocol::Call, msg: &Msg, cx: &mut Cx<'_, Service>) {
        let replica = &mut self.replicas[at];
        replica.sent += 1;
        if replica.trouble.down {
            self.explain_refusal(&opened(msg), Reason::Down, cx);
            return self.refuse(&opened(msg), at, Status::Unavailable, cx);
        }
        let at_once = replica.busy < replica.workers;
        if self.policed.door
            && let Err((refusal, reason)) = self.check_door(&opened(msg), at, cx)
        {
            return self.turn_away(&opened(msg), at, refusal, reason, cx);
        }
        let victim = if !at_once && self.preempts { self.victim(at, call.path) } else { None };
        if !at_once && victim.is_none() {
            let waiting = self.replicas[at].waiting.len();
            if self.station.queue.limit.is_some_and(|limit| limit <= waiting)
                || !self.limits.is_empty() && self.is_over_limit(call.path, waiting)
            {
                if self.station.queue.drops {
                    return self.drop_call(&opened(msg), at, cx);
                }
                let refusal = PendingRefusal { status: self.full, after: Span::ZERO };
                return self.turn_away(&opened(msg), at, refusal, Reason::FullQueue, cx);
            }
        }
        self.outstanding[at] += 1;
        let ours = self.calls.insert(Call::new(call, at, cx.now()));
        if self.wiring.remembers {
            self.callers.remember(call.from, call.token, ours);
        }
        if self.policed.door {
            self.enter(&opened(msg), ours, at, cx);
        }
        self.explain_admission(call, ours, Row::new(call.path, 0 < call.attempt), cx);
        if let Some(victim) = victim {
            self.preempt(victim, cx);
        } else if !at_once {
            return self.queue(ours, at, cx);
        }
        self.replicas[at].busy += 1;
        self.start(ours, at, Kind::StartedAtOnce, cx);
    }

    /// Whether the queue is too long for calls of a path.
    #[cold]
    fn is_over_limit(&self, path: u8, waiting: u32) -> bool {
        self.limits.iter().any(|(_, paths, limit)| paths.contains(PathId(path)) && *limit <= waiting)
    }

    #[cold]
    #[inline(never)]
    pub(super) fn refuse(
        &mut self,
        call: &protocol::Call,
        at: usize,
        status: Status,
        cx: &mut Cx<'_, Service>,
    ) {
        self.refuse_until(call, at, status, Span::ZERO, cx);
    }

    /// Turns a call away, with a `Retry-After`.
    #[cold]
    #[inline(never)]
    pub(super) fn refuse_until(
        &mut self,
        call: &protocol::Call,
        at: usize,
        status: Status,
        after: Span,
        cx: &mut Cx<'_, Service>,
    ) {
        let waiting = u64::from(self.replicas[at].waiting.len());
        let row = Row::new(call.path, 0 < call.attempt);
        self.record(Kind::refused(status), row, call.token.index, waiting, cx);
        let reply = Msg::reply(call.token, status, cx.me().index() as u16).with_retry_after(after);
        self.send_from(at, call.crossed, call.from, reply, cx);
        if self.guard.exit {
            self.notice(at, Ending::of(is_no_fault(status), false), cx);
        }
    }

    /// A call is refused at the door, and its caller is told later.
    pub(super) fn refuse_later(
        &mut self,
        call: &protocol::Call,
        after: Span,
        reason: Reason,
        cx: &mut Cx<'_, Service>,
    ) {
        self.explain_refusal(call, reason, cx);
        let row = Row::new(call.path, 0 < call.attempt);
        self.record(Kind::RefusedUnavailable, row, call.token.index, 0, cx);
        let reply = Msg::reply(call.token, Status::Unavailable, cx.me().index() as u16);
        cx.send_after(after, call.from, reply);
    }

    #[inline]
    fn queue(&mut self, ours: Token, at: usize, cx: &mut Cx<'_, Service>) {
        let (path, row) = {
            let call = self.calls.live(ours);
            (call.path, row_of(call))
        };
        if let Some(patience) = &self.station.queue.patience {
            let after = draw_span(patience, &mut self.wiring.streams.queue);
            let timer = cx.wake_after(after, Wake::new(HANG_UP, ours));
            self.calls.live(ours).stage = Stage::Waiting(timer);
        }
        self.line_up(ours, at, path, row, cx);
    }

    /// A call takes its place in the queue.
    #[inline]
    pub(super) fn line_up(&mut self, ours: Token, at: usize, path: u8, row: Row, cx: &mut Cx<'_, Service>) {
        let priority = self.priority(path);
        let queue = &mut self.replicas[at].waiting;
        let before = u64::from(queue.len());
        queue.push(ours, priority);
        self.record(Kind::Queued, row, ours.index, before, cx);
    }

    /// A worker of replica `at` is free: the next call takes it over, or it idles.
    #[inline]
    pub(super) fn release(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let replica = &mut self.replicas[at];
        if replica.workers < replica.busy {
            // It has leaked while it was in use.
            replica.busy -= 1;
            return;
        }
        loop {
            let calls = &mut self.calls;
            let next = self.replicas[at].waiting.next(|token| calls.get(token).is_some_and(|c| c.waits()));
            let Some(ours) = next else {
                let replica = &mut self.replicas[at];
                replica.busy -= 1;
                assert!(replica.busy < replica.workers, "a worker was released twice");
                return;
            };
            let call = self.calls.live(ours);
            let waited = cx.now() - call.since;
            match call.stage {
                Stage::Preempted(_) => return self.start(ours, at, Kind::Resumed, cx),
                Stage::Waiting(patience) if patience != TimerId::default() => {
                    assert!(cx.cancel(patience), "the patience of a waiting call is still running");
                }
                _ => {}
            }
            if call.has(REFUSAL) {
                return self.start(ours, at, Kind::Started, cx);
            }
            if self.policed.door
                && let Err(why) = self.turn(ours, at, waited, cx)
            {
                if self.refusals_take_time() {
                    return self.serve_refusal(ours, at, why, cx);
                }
                self.drop_waiting(ours, why, waited.nanos(), cx);
                continue;
            }
            match self.station.queue.expire {
                Some(limit) if limit < waited => {
                    let why = (Status::GatewayTimeout, Reason::Expired);
                    if self.refusals_take_time() {
                        return self.serve_refusal(ours, at, why, cx);
                    }
                    self.drop_waiting(ours, why, waited.nanos(), cx);
                }
                _ => return self.start(ours, at, Kind::Started, cx),
            }
        }
    }

    #[cold]
    fn drop_waiting(
        &mut self,
        ours: Token,
        (status, reason): (Status, Reason),
        waited: u64,
        cx: &mut Cx<'_, Service>,
    ) {
        let row = row_of(self.calls.live(ours));
        self.explain_failure(ours, row, reason, cx);
        self.record(Kind::LeftQueue, row, ours.index, waited, cx);
        self.end(ours, status, cx.me().index() as u16, cx);
    }

    /// The caller of a waiting call hangs up.
    pub(super) fn hung_up(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(ours);
        assert!(matches!(call.stage, Stage::Waiting(_)), "patience ends with the wait");
        self.leave_queue(ours, cx);
        self.end(ours, Status::GaveUp, cx.me().index() as u16, cx);
    }

    /// The call that one on `path` may preempt: among the least important, the one that began last.
    #[inline(never)]
    fn victim(&mut self, at: usize, path: u8) -> Option<Token> {
        let mine = self.priority(path);
        let mut worst: Option<(usize, Token)> = None;
        for index in 0..self.replicas[at].serving.len() {
            let token = self.replicas[at].serving[index];
            let theirs = self.calls.live(token).path;
            let priority = self.priority(theirs);
            if mine < priority && worst.is_none_or(|(least, _)| least <= priority) {
                worst = Some((priority, token));
            }
        }
        worst.map(|(_, token)| token)
    }
}

/// Excess requests are not the fault of the replica that refuses them, nor are callers that have gone.
pub(super) fn is_no_fault(status: Status) -> bool {
    matches!(status, Status::TooManyRequests | Status::GatewayTimeout)
}

#[cold]
#[inline(never)]
pub(super) fn opened(msg: &Msg) -> protocol::Call {
    let Say::Call(call) = msg.open() else { unreachable!("only calls come to the door") };
    call
}
