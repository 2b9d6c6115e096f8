//! A fleet of language model replicas in an ideal run: each request takes as long as it would alone.
//!
//! It is accounted for as in service from its arrival to its last token, hand-overs included. Its log has the books of
//! the fleet and nothing of single tokens: what clients see of these, they record themselves.

use super::caller_index::CallerIndex;
use super::growth::record_increase;
use crate::pure::alone::{Ask, IdleReplicas};
use crate::pure::slab::{Slab, SlabRow};
use brownout_kernel::{Cx, Instant, Node, NodeId, Stream, TimerId};
use brownout_model::Engines;
use brownout_protocol::{self as protocol, Kind, Msg, Record, Row, Say, Service, Status, Token, Wake};

/// The last token of a request is out.
const DONE: u32 = 0;

/// How such a fleet is wired into the rest.
pub(crate) struct Wiring {
    /// Its number in the log.
    pub(crate) place: u16,
    /// By path: how many tokens all its prompts begin with.
    pub(crate) shared: Vec<u32>,
    /// The latency of hand-overs.
    pub(crate) link: Stream,
}

/// A request that is inside.
#[derive(Clone, Copy, Debug)]
struct Call {
    came: Instant,
    theirs: Token,
    timer: TimerId,
    generation: u32,
    from: NodeId,
    row: Row,
}

impl SlabRow for Call {
    #[inline]
    fn generation(&self) -> u32 {
        self.generation
    }
    #[inline]
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}

pub(crate) struct Unloaded {
    wiring: Wiring,
    /// By path.
    passes: Vec<u8>,
    replicas: IdleReplicas,
    calls: Slab<Call>,
    callers: CallerIndex,
    /// How long requests were in service, in nanoseconds.
    served_nanos: u128,
}

impl Unloaded {
    /// A fleet without requests.
    ///
    /// # Panics
    /// If the model was not checked.
    pub(crate) fn new(options: &Engines, wiring: Wiring) -> Self {
        Unloaded {
            wiring,
            passes: options.passes.clone(),
            replicas: IdleReplicas::new(options),
            calls: Slab::new(),
            callers: CallerIndex::default(),
            served_nanos: 0,
        }
    }

    fn record(&self, kind: Kind, row: Row, call: u32, value: u64, cx: &mut Cx<'_, Service>) {
        cx.record(Record { kind, row, place: self.wiring.place, call, value });
    }

    fn admit(&mut self, call: &protocol::Call, cx: &mut Cx<'_, Service>) {
        let (path, row) = (usize::from(call.path), Row::new(call.path, 0 < call.attempt));
        let ask = Ask {
            prompt: call.sizes.prompt(),
            output: call.sizes.output(),
            // The last token of the turn before was emitted and never cached.
            known: call.sizes.history().saturating_sub(1).max(self.wiring.shared[path]),
            passes: self.passes[path],
        };
        let Ok(alone) = self.replicas.time(ask, &mut self.wiring.link) else {
            self.record(Kind::refused(Status::BadRequest), row, call.token.index, 0, cx);
            return cx.send(call.from, Msg::reply(call.token, Status::BadRequest, cx.me().index() as u16));
        };
        let ours = self.calls.insert(Call {
            came: cx.now(),
            theirs: call.token,
            timer: TimerId::default(),
            generation: 0,
            from: call.from,
            row,
        });
        self.callers.remember(call.from, call.token, ours);
        self.record(Kind::StartedAtOnce, row, ours.index, 0, cx);
        if call.streams {
            // A caller that has left by then does not know the token any more.
            cx.send_after(alone.first, call.from, Msg::first(call.token));
        }
        self.calls.live(ours).timer = cx.wake_after(alone.last, Wake::new(DONE, ours));
    }

    fn cancelled(&mut self, from: NodeId, theirs: Token, cx: &mut Cx<'_, Service>) {
        let found = self.callers.place(from, theirs).and_then(|place| self.calls.at(place));
        let Some((ours, &call)) = found.filter(|(_, call)| call.from == from && call.theirs == theirs) else {
            return;
        };
        assert!(cx.cancel(call.timer), "a request in service has its timer");
        let inside = self.leaves(ours, cx);
        self.record(Kind::Aborted, call.row, ours.index, inside, cx);
        self.record(Kind::Cancelled, call.row, ours.index, inside, cx);
    }

    /// Takes a request out; how long it was inside.
    fn leaves(&mut self, ours: Token, cx: &Cx<'_, Service>) -> u64 {
        let inside = (cx.now() - self.calls.live(ours).came).nanos();
        self.served_nanos += u128::from(inside);
        self.calls.remove(ours);
        inside
    }
}

impl Node<Service> for Unloaded {
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Call(call) => self.admit(&call, cx),
            // Abandoned work disturbs no other request here.
            Say::Cancel { from, token, leave } if !leave.abandoned => self.cancelled(from, token, cx),
            Say::Reply { .. } | Say::First { .. } => unreachable!("a fleet makes no calls"),
            Say::Cancel { .. }
            | Say::Start
            | Say::Fault { .. }
            | Say::Ask { .. }
            | Say::Sample(_)
            | Say::Scale { .. } => {}
        }
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        let ours = wake.token();
        let Call { theirs, from, row, .. } = *self.calls.live(ours);
        let inside = self.leaves(ours, cx);
        self.record(Kind::Completed, row, ours.index, inside, cx);
        cx.send(from, Msg::reply(theirs, Status::Ok, cx.me().index() as u16));
    }

    fn sample(&mut self, cx: &mut Cx<'_, Service>) {
        self.record(Kind::Capacity, Row::default(), 0, u64::MAX, cx);
    }

    fn finish(&mut self, cx: &mut Cx<'_, Service>) {
        for ours in self.calls.tokens() {
            let Call { came, row, .. } = *self.calls.live(ours);
            let inside = (cx.now() - came).nanos();
            self.served_nanos += u128::from(inside);
            self.record(Kind::CallInside, row, ours.index, inside, cx);
        }
        record_increase(self.wiring.place, Kind::Served, std::mem::take(&mut self.served_nanos), cx);
    }
}
