//! The door of a fleet: which replica takes a request, and which requests no replica can take.

use super::Engines;
use super::events::{self, EventSink};
use super::row::{Call, MOVED, PREFILLS, Stage};
use crate::node::door::DoorOutcome;
use brownout_inference::{Conversation, Prefix, Rejection, Request};
use brownout_kernel::Cx;
use brownout_protocol::{self as protocol, Kind, Msg, Reason, Row, Service, Status, Token, explain};
use brownout_units::Span;

impl Engines {
    #[inline]
    pub(super) fn admit(&mut self, call: &protocol::Call, cx: &mut Cx<'_, Service>) {
        if self.door.is_shut() && !self.gets_through(call, cx) {
            return;
        }
        self.counts.came += 1;
        if call.deadline.has_passed(cx.now()) {
            return self.refuse(call, None, (Status::GatewayTimeout, Reason::Deadline), cx);
        }
        let row = self.row(call, cx);
        if self.spread.is_on() {
            return self.admit_spread(call, row, cx);
        }
        let Some(at) = self.route(&row, self.entry(), cx) else {
            return self.refuse(call, None, (Status::Unavailable, Reason::NoReplica), cx);
        };
        self.admit_at(at, call, row, cx);
    }

    /// The row of a new request.
    #[inline]
    pub(super) fn row(&self, call: &protocol::Call, cx: &Cx<'_, Service>) -> Call {
        let mut row = Call::new(call, 0, cx.now());
        row.passes = self.options.passes[call.path as usize] - 1;
        row.flags |= if self.options.prefill.is_some() { PREFILLS } else { 0 };
        row
    }

    /// A request is at the door of a replica.
    #[inline]
    pub(super) fn admit_at(
        &mut self,
        at: usize,
        call: &protocol::Call,
        mut row: Call,
        cx: &mut Cx<'_, Service>,
    ) {
        self.replicas[at].sent += 1;
        let waiting = self.replicas[at].engine.waiting();
        if self.watched.policies && !self.may_enter(call, at, cx) {
            return;
        }
        if self.options.queue_limit.is_some_and(|limit| limit <= waiting) {
            let full = Status::from_code(self.options.full).unwrap_or(Status::Overloaded);
            return self.refuse(call, Some(at), (full, Reason::FullQueue), cx);
        }
        let lite = self.options.lite.filter(|lite| lite.above < waiting);
        if let Some(lite) = lite {
            row.passes = row.passes.min(lite.passes - 1);
            row.output =
                ((f64::from(row.output) * lite.output.fraction()).round() as u32).clamp(1, row.output.max(1));
        }
        if let Err(rejection) = self.replicas[at].engine.admissible(&self.whole_request(&row)) {
            return self.refuse(call, Some(at), status(rejection), cx);
        }
        row.replica = at as u16;
        self.outstanding[at] += 1;
        let ours = self.calls.insert(row);
        self.callers.remember(call.from, call.token, ours);
        if self.wiring.explains {
            let record = explain::came_from(self.wiring.place, row.row(), ours, call.from, call.token);
            cx.record(record);
        }
        let mut is_lite = lite.is_some();
        if self.watched.policies {
            is_lite |= self.enter(call, ours, at, cx);
        }
        if is_lite {
            self.record(Kind::Lite, row.row(), ours.index, waiting.into(), cx);
        }
        self.offer(ours, at, cx).expect("a replica takes what it would take");
        self.settle(at, cx);
    }

    /// Whether a call gets here despite the faults on its way.
    #[cold]
    fn gets_through(&mut self, call: &protocol::Call, cx: &mut Cx<'_, Service>) -> bool {
        let way = self.door.way(call);
        let row = Row::new(call.path, 0 < call.attempt);
        if way == DoorOutcome::Lost {
            self.explain_refusal(call, Reason::Lost, cx);
        }
        if let DoorOutcome::Refused(after, reason) = way {
            self.explain_refusal(call, reason, cx);
            self.record(Kind::RefusedUnavailable, row, call.token.index, 0, cx);
            let reply = Msg::reply(call.token, Status::Unavailable, cx.me().index() as u16);
            cx.send_after(after, call.from, reply);
        }
        way == DoorOutcome::Through
    }

    pub(super) fn refuse(
        &mut self,
        call: &protocol::Call,
        at: Option<usize>,
        (status, reason): (Status, Reason),
        cx: &mut Cx<'_, Service>,
    ) {
        self.explain_refusal(call, reason, cx);
        self.refuse_until(call, at, status, Span::ZERO, cx);
    }

    /// A request is not admitted.
    pub(super) fn explain_refusal(&self, call: &protocol::Call, reason: Reason, cx: &mut Cx<'_, Service>) {
        if self.wiring.explains {
            let row = Row::new(call.path, 0 < call.attempt);
            cx.record(explain::not_admitted(self.wiring.place, row, call.from, call.token, reason));
        }
    }

    /// Turns a request away, with a `Retry-After`.
    #[cold]
    #[inline(never)]
    pub(super) fn refuse_until(
        &mut self,
        call: &protocol::Call,
        at: Option<usize>,
        status: Status,
        after: Span,
        cx: &mut Cx<'_, Service>,
    ) {
        self.counts.ended += 1;
        self.counts.badly += 1;
        let waiting = at.map_or(0, |at| self.replicas[at].engine.waiting());
        let row = Row::new(call.path, 0 < call.attempt);
        self.record(Kind::refused(status), row, call.token.index, waiting.into(), cx);
        let reply = Msg::reply(call.token, status, cx.me().index() as u16);
        let reply = reply.with_retry_after(after);
        match at {
            Some(at) => self.send_from(at, call.crossed, call.from, reply, cx),
            None => self.send_back(call.crossed, call.from, reply, cx),
        }
        if let Some(at) = at.filter(|_| self.watched.ends) {
            self.judge(at, Engines::is_blameless(status), cx);
        }
    }

    /// Offers a request to a replica; the events of that are handled by `settle`.
    #[inline]
    pub(super) fn offer(&mut self, ours: Token, at: usize, cx: &mut Cx<'_, Service>) -> Result<(), Status> {
        let call = *self.calls.live(ours);
        let request = self.request(&call, ours);
        let Engines { replicas, heard, .. } = self;
        let replica = &mut replicas[at];
        let clock = replica.clock(cx.now());
        let before = heard.len();
        let ticket = replica.engine.offer(request, clock, &mut EventSink { heard, replica: at as u16 });
        let ticket = ticket.map_err(|rejection| status(rejection).0)?;
        let admitted = heard[before..].iter().rev().any(|heard| heard.admits(request.tag));
        let waiting = replica.engine.waiting();
        let call = self.calls.live(ours);
        call.ticket = Some(ticket);
        let first = call.stage == Stage::Offered;
        if first && !admitted {
            call.stage = Stage::Waiting;
            let row = call.row();
            self.record(Kind::Queued, row, ours.index, u64::from(waiting) - 1, cx);
            if self.watched.ages {
                self.line_up(ours, at);
            }
        }
        self.arm(at, cx);
        Ok(())
    }

    /// The request to a replica, in its current state.
    #[inline]
    fn request(&self, call: &Call, ours: Token) -> Request {
        let whole = self.whole_request(call);
        let (prefills, moved) = (call.has(PREFILLS), call.has(MOVED));
        Request {
            tag: events::tag(ours),
            // The first token, from the prefill, is read like the prompt.
            prompt: whole.prompt + u32::from(moved),
            output: if prefills { 1 } else { whole.output - u32::from(moved) },
            delivered: if moved { whole.prompt } else { 0 },
            ..whole
        }
    }

    /// The same if one replica did everything; its tag is meaningless.
    #[inline]
    pub(super) fn whole_request(&self, call: &Call) -> Request {
        let path = call.path as usize;
        let history = call.history.min(call.prompt);
        Request {
            tag: 0,
            prompt: call.prompt,
            output: call.output,
            priority: self.wiring.priorities[path],
            prefix: Prefix {
                shared: self.wiring.shared[path],
                conversation: Some(Conversation { id: call.key, history }),
            },
            delivered: 0,
        }
    }
}

/// The status of a request that no replica could serve.
fn status(rejection: Rejection) -> (Status, Reason) {
    match rejection {
        Rejection::Empty | Rejection::PromptTooLong | Rejection::LargerThanCache => {
            (Status::BadRequest, Reason::TooLarge)
        }
        Rejection::Draining => (Status::Unavailable, Reason::NoReplica),
    }
}
