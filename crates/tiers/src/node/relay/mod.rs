//! A relay passes each call to one of several tiers, after a delay if it is a link: balancers and links alike.
//!
//! A balancer that tracks health, has priorities or is resolved by DNS asks its router (`router`), which learns the
//! outcomes of calls and probes (`health`).

mod health;
mod router;

use self::router::Router;
use super::caller_index::CallerIndex;
use super::door::{Door, DoorOutcome};
use super::{draw_span, explained};
use crate::pure::choose::Chooser;
use crate::pure::slab::{self, Slab};
use brownout_dist::Law;
use brownout_kernel::{Cx, Instant, Node, NodeId, Stream};
use brownout_model::{Balancer, Cause, Change, Effect, PathId, PathSet};
use brownout_protocol::{
    Call, Kind, Leave, Msg, Reason, Record, Row, Say, Service, Status, Token, Wake, explain,
};
use brownout_units::Span;
use std::sync::Arc;

/// The options of a relay.
pub(crate) struct Options {
    /// Its number in the log.
    pub(crate) place: u16,
    /// Its log explains who makes calls and why they are not passed on.
    pub(crate) explains: bool,
    /// The nodes it passes calls to.
    pub(crate) targets: Vec<NodeId>,
    pub(crate) chooser: Chooser,
    /// One way, in seconds; none: no delay.
    pub(crate) latency: Option<Law>,
    /// The options of a balancer; none: it is a link.
    pub(crate) balancer: Option<Balancer>,
    pub(crate) choice: Stream,
    pub(crate) delay: Stream,
    pub(crate) routes: Stream,
    /// All faults of the model.
    pub(crate) faults: Arc<[Change]>,
    pub(crate) door: Door,
}

/// The targets are probed.
const PROBE: u32 = 0;
/// A probe was not answered in time.
const PROBE_LATE: u32 = 1;
/// Ejections may end.
const SWEEP: u32 = 2;

/// A call that was passed on and not answered yet; a probe has no caller.
#[derive(Clone, Copy, Debug)]
struct Passing {
    came: Instant,
    /// When it reaches the target.
    arrives: Instant,
    theirs: Token,
    generation: u32,
    from: NodeId,
    target: u16,
    row: Row,
    /// Its caller has left, which has counted for the health of the target.
    left: bool,
}

impl slab::SlabRow for Passing {
    #[inline]
    fn generation(&self) -> u32 {
        self.generation
    }
    #[inline]
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}

pub(crate) struct Relay {
    options: Options,
    outstanding: Vec<u32>,
    passing: Slab<Passing>,
    callers: CallerIndex,
    router: Router,
    /// Whether more than the balance decides which target takes a call.
    routed: bool,
    /// Whether outcomes of calls matter.
    judges: bool,
    /// Open probes.
    probes: u32,
    /// What faults add to the latency, one way.
    added: Span,
    /// … to calls of some paths only.
    added_to: Vec<(u32, PathSet, Span)>,
}

impl Relay {
    pub(crate) fn new(mut options: Options) -> Self {
        let balancer = options.balancer.as_ref();
        Relay {
            outstanding: vec![0; options.targets.len()],
            passing: Slab::new(),
            callers: CallerIndex::default(),
            routed: balancer.is_some_and(|balancer| !balancer.is_plain()),
            judges: balancer.is_some_and(|balancer| balancer.care.ejection.is_some()),
            router: Router::new(balancer, &mut options.routes),
            probes: 0,
            added: Span::ZERO,
            added_to: Vec::new(),
            options,
        }
    }

    #[inline]
    fn record(&self, kind: Kind, row: Row, call: u32, value: u64, cx: &mut Cx<'_, Service>) {
        cx.record(Record { kind, row, place: self.options.place, call, value });
    }

    /// Passes a message on, to arrive at `earliest` or later; returns when it arrives.
    #[inline]
    fn hand(
        &mut self,
        to: NodeId,
        msg: Msg,
        path: u8,
        earliest: Instant,
        cx: &mut Cx<'_, Service>,
    ) -> Instant {
        let Some(law) = &self.options.latency else {
            cx.send(to, msg);
            return cx.now();
        };
        let delay = draw_span(law, &mut self.options.delay) + self.added;
        let delay = if self.added_to.is_empty() { delay } else { delay + self.added_to(path) };
        let delay = delay.max(earliest.saturating_since(cx.now()));
        cx.send_after(delay, to, msg);
        cx.now() + delay
    }

    /// What faults of some paths add to the latency.
    #[cold]
    fn added_to(&self, path: u8) -> Span {
        let of = self.added_to.iter().filter(|(_, paths, _)| paths.contains(PathId(path)));
        of.fold(Span::ZERO, |sum, (_, _, add)| sum.saturating_add(*add))
    }

    #[inline]
    fn call(&mut self, call: &Call, cx: &mut Cx<'_, Service>) {
        if self.options.door.is_shut() && !self.gets_through(call, cx) {
            return;
        }
        let at = if self.routed {
            let Some(at) = self.route(call, cx) else { return };
            at
        } else {
            self.options.chooser.choose(&self.outstanding, call.key, &mut self.options.choice)
        };
        self.outstanding[at] += 1;
        let row = Row::new(call.path, 0 < call.attempt);
        let (came, target) = (cx.now(), at as u16);
        let (theirs, from) = (call.token, call.from);
        let passing = Passing { came, arrives: came, theirs, generation: 0, from, target, row, left: false };
        let token = self.passing.insert(passing);
        self.callers.remember(call.from, call.token, token);
        if self.options.explains {
            cx.record(explain::came_from(self.options.place, row, token, call.from, call.token));
        }
        self.record(Kind::StartedAtOnce, row, token.index, 0, cx);
        let msg = Msg::call(&Call { from: cx.me(), token, ..*call });
        let arrives = self.hand(self.options.targets[at], msg, call.path, came, cx);
        self.passing.live(token).arrives = arrives;
    }

    /// Whether a call gets here despite the faults on its way.
    #[cold]
    fn gets_through(&mut self, call: &Call, cx: &mut Cx<'_, Service>) -> bool {
        match self.options.door.way(call) {
            DoorOutcome::Through => return true,
            DoorOutcome::Lost => self.explain_refusal(call, Reason::Lost, cx),
            DoorOutcome::Refused(after, reason) => self.refuse(call, after, reason, cx),
        }
        false
    }

    /// A call is turned away, and its caller is told later.
    #[cold]
    fn refuse(&mut self, call: &Call, after: Span, reason: Reason, cx: &mut Cx<'_, Service>) {
        self.explain_refusal(call, reason, cx);
        let row = Row::new(call.path, 0 < call.attempt);
        self.record(Kind::RefusedUnavailable, row, call.token.index, 0, cx);
        let reply = Msg::reply(call.token, Status::Unavailable, cx.me().index() as u16);
        cx.send_after(after, call.from, reply);
    }

    /// A call is not passed on.
    fn explain_refusal(&self, call: &Call, reason: Reason, cx: &mut Cx<'_, Service>) {
        if self.options.explains {
            let row = Row::new(call.path, 0 < call.attempt);
            cx.record(explain::not_admitted(self.options.place, row, call.from, call.token, reason));
        }
    }

    /// A fault of the model begins or ends here.
    fn fault(&mut self, fault: u32, on: bool, cx: &mut Cx<'_, Service>) {
        if self.options.explains {
            explained::change(self.options.place, &self.options.faults[fault as usize], on, cx);
        }
        let Change { id, effect, cause, target, .. } = &self.options.faults[fault as usize];
        if *cause != Cause::Schedule {
            let kind = if on { Kind::FaultBegan } else { Kind::FaultEnded };
            self.record(kind, Row::default(), id.0, 0, cx);
        }
        match *effect {
            Effect::Latency { add } if target.paths != PathSet::ALL => {
                self.added_to.retain(|(other, ..)| *other != fault);
                if on {
                    self.added_to.push((fault, target.paths, add));
                }
            }
            Effect::Latency { add } if on => self.added += add,
            Effect::Latency { add } => self.added = self.added.saturating_sub(add),
            Effect::Divert { .. } => self.divert(fault, on, cx),
            kind if Door::is_at_door(kind) => self.options.door.set(fault, on),
            _ => {}
        }
    }

    #[inline]
    fn reply(&mut self, token: Token, status: Status, origin: u16, after: Span, cx: &mut Cx<'_, Service>) {
        let Some(&mut call) = self.passing.get(token) else { return };
        if call.from == NodeId::NONE {
            return self.probed(token, status == Status::Ok, cx);
        }
        self.forget(&call, token);
        if self.judges && !call.left {
            self.judge(usize::from(call.target), status, cx);
        }
        let who = if status == Status::Ok { token.index } else { u32::from(origin) };
        if status != Status::Ok && self.options.explains {
            cx.record(explain::is_of(self.options.place, call.row, token.index));
        }
        self.record(Kind::ended(status), call.row, who, (cx.now() - call.came).nanos(), cx);
        let reply = Msg::reply(call.theirs, status, origin).with_retry_after(after);
        self.hand(call.from, reply, call.row.path(), cx.now(), cx);
    }

    fn first(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let Some(&mut call) = self.passing.get(token) else { return };
        if call.from == NodeId::NONE {
            return;
        }
        self.hand(call.from, Msg::first(call.theirs), call.row.path(), cx.now(), cx);
    }

    fn cancel(&mut self, from: NodeId, theirs: Token, leave: Leave, cx: &mut Cx<'_, Service>) {
        let found = self.callers.place(from, theirs).and_then(|place| self.passing.at(place));
        let Some((token, &call)) = found else { return };
        if call.from != from || call.theirs != theirs {
            return;
        }
        // It must not overtake the call, which would then never be cancelled and be served in vain.
        let msg = Msg::cancel(cx.me(), token, leave);
        self.hand(self.options.targets[call.target as usize], msg, call.row.path(), call.arrives, cx);
        self.passing.live(token).left = true;
        if self.judges && leave.late && !call.left {
            self.judge(usize::from(call.target), Status::GatewayTimeout, cx);
        }
        if !leave.abandoned {
            self.forget(&call, token);
            self.record(Kind::Cancelled, call.row, token.index, (cx.now() - call.came).nanos(), cx);
        }
    }

    fn forget(&mut self, call: &Passing, token: Token) {
        self.outstanding[call.target as usize] -= 1;
        self.passing.remove(token);
    }
}

impl Node<Service> for Relay {
    #[inline]
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Call(call) => self.call(&call, cx),
            Say::Reply { token, status, origin } => self.reply(token, status, origin, msg.retry_after(), cx),
            Say::Cancel { from, token, leave } => self.cancel(from, token, leave, cx),
            Say::Fault { fault, on, .. } => self.fault(fault, on, cx),
            Say::Start => self.begin_care(cx),
            Say::Ask { .. } | Say::Sample(_) | Say::Scale { .. } => {}
            Say::First { token } => self.first(token, cx),
        }
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match wake.verb() {
            PROBE => self.probe(cx),
            PROBE_LATE => self.probe_late(wake.token(), cx),
            SWEEP => self.sweep(cx),
            other => unreachable!("a relay has no timer {other}"),
        }
    }

    fn finish(&mut self, cx: &mut Cx<'_, Service>) {
        let inside: u64 = self.outstanding.iter().map(|&n| u64::from(n)).sum();
        let (passing, probes) = (self.passing.len() as u64, u64::from(self.probes));
        assert!(inside + probes == passing, "{inside} calls and {probes} probes out, {passing} passing");
        for token in self.passing.tokens() {
            let call = *self.passing.live(token);
            if call.from == NodeId::NONE {
                continue;
            }
            self.record(Kind::CallInside, call.row, token.index, (cx.now() - call.came).nanos(), cx);
        }
    }
}
