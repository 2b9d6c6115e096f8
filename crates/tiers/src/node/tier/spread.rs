//! Narrowing the candidates of a tier before balancing: subsets, zones, stale counts; and calls from other zones.

use super::row::CROSSED;
use super::{ACROSS, REFRESH, Tier};
use crate::node::across::Across;
use crate::pure::fleet::Life;
use crate::pure::spread::{Caller, Spreader};
use brownout_kernel::{Cx, NodeId, Stream};
use brownout_model::Station;
use brownout_protocol::{
    self as protocol, Deadline, Kind, Leave, Msg, Reason, Row, Say, Service, Status, Token, Wake,
};
use brownout_units::Span;

/// A tier's state for it.
#[derive(Debug)]
pub(super) struct Spreading {
    spreader: Spreader,
    across: Across,
    /// Replicas that serve, in order: subsets are made of them, healthy or not.
    serving: Vec<u32>,
    on: bool,
}

impl Spreading {
    /// No call has come yet.
    pub(super) fn new(station: &Station, zones: Vec<u8>, stream: Stream) -> Self {
        let spreader = Spreader::new(station.fleet.spread.clone(), zones, stream);
        let (across, on) = (Across::new(), spreader.is_on());
        Spreading { spreader, across, serving: (0..station.replicas).collect(), on }
    }

    /// Whether any narrowing is configured.
    pub(super) fn is_on(&self) -> bool {
        self.on
    }

    /// Whether calls may be in transit.
    pub(super) fn takes_time(&self) -> bool {
        !self.latency().is_zero()
    }

    /// What a call to another zone takes longer, each way.
    pub(super) fn latency(&self) -> Span {
        self.spreader.latency()
    }

    /// Sets the replicas that serve.
    pub(super) fn serves(&mut self, serving: &[u32]) {
        if self.on {
            serving.clone_into(&mut self.serving);
        }
    }
}

impl Tier {
    /// The run has started: counts are refreshed from now on.
    pub(super) fn begin_spread(&mut self, cx: &mut Cx<'_, Service>) {
        if let Some(refresh) = self.spread.spreader.refreshes() {
            cx.wake_after(refresh, Wake::new(REFRESH, Token::default()));
        }
    }

    /// Balancers refresh their counts of calls per replica.
    pub(super) fn refresh(&mut self, cx: &mut Cx<'_, Service>) {
        self.spread.spreader.refresh(&self.outstanding);
        self.begin_spread(cx);
    }

    /// Which replica takes a call; none if it was refused, or is in transit to another zone.
    pub(super) fn pick_spread(&mut self, call: &protocol::Call, cx: &mut Cx<'_, Service>) -> Option<usize> {
        let class = self.wiring.classes[call.path as usize];
        let caller = Caller { key: call.key, class, zone: call.zone };
        let Spreading { spreader, serving, .. } = &mut *self.spread;
        let among = spreader.among(caller, serving, &self.guard.open, cx.now());
        if among.is_empty() {
            self.no_replica_serves(call, cx);
            return None;
        }
        let at = if self.health.is_ramping() {
            self.choose_in_slow_start(call.key, Some(&among), cx)
        } else {
            self.choose_spread(call.key, &among)
        };
        if !self.spread.spreader.crosses(call.zone, at) {
            return Some(at);
        }
        let row = Row::new(call.path, 0 < call.attempt);
        self.record(Kind::Crossed, row, call.token.index, call.zone.into(), cx);
        let latency = self.spread.latency();
        if latency.is_zero() {
            return Some(at);
        }
        let replica = self.name(at);
        self.spread.spreader.departs(at);
        self.spread.across.send(call, replica, latency, ACROSS, cx);
        None
    }

    /// A replica of `among`, by the known load.
    pub(super) fn choose_spread(&mut self, key: u64, among: &[u32]) -> usize {
        let known = self.spread.spreader.known(&self.outstanding);
        self.chooser.choose_among(known, among, key, &mut self.wiring.streams.balance)
    }

    /// A call from another zone has arrived; its replica may be gone.
    pub(super) fn is_across(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let traveller = self.spread.across.arrived(token);
        let at = traveller.replica.index as usize;
        self.spread.spreader.arrives(at);
        let Say::Call(call) = traveller.msg.open() else { unreachable!("only calls are on their way") };
        let there = matches!(self.fleet.life(at), Life::Serving | Life::Draining);
        if !there || self.name(at) != traveller.replica {
            self.explain_refusal(&call, Reason::Down, cx);
            return self.refuse_until(&call, at, Status::Unavailable, Span::ZERO, cx);
        }
        self.admit_at(at, &call, &traveller.msg, cx);
        let found = self.callers.place(call.from, call.token).and_then(|place| self.calls.at(place));
        let found = found.filter(|(_, row)| row.from == call.from && row.theirs == call.token);
        if let Some((ours, _)) = found {
            self.calls.live(ours).flags |= CROSSED;
        }
    }

    /// The caller of a call that is not inside has gone: the call may be in transit, and is cancelled before it
    /// arrives.
    pub(super) fn call_back(&mut self, from: NodeId, theirs: Token, leave: Leave, cx: &mut Cx<'_, Service>) {
        if let Some(at) = self.spread.across.call_back(from, theirs, leave.abandoned, cx) {
            self.spread.spreader.arrives(at);
            self.guard.tally.ended += 1;
            self.guard.tally.badly += 1;
        }
    }

    /// Sends a message to a caller, which may be in another zone.
    #[inline(always)]
    pub(super) fn send_back(&self, crossed: bool, to: NodeId, msg: Msg, cx: &mut Cx<'_, Service>) {
        if crossed {
            cx.send_after(self.spread.latency(), to, msg);
        } else {
            cx.send(to, msg);
        }
    }

    /// Adds deadline and zone to a call that this tier makes.
    #[cold]
    #[inline(never)]
    pub(super) fn mark(
        &mut self,
        ours: Token,
        step: Option<usize>,
        message: &mut protocol::Call,
        cx: &Cx<'_, Service>,
    ) {
        message.zone = self.spread.spreader.zone_of(self.calls.live(ours).replica.into());
        message.deadline = match step {
            _ if !self.policed.deadlines => Deadline::NONE,
            None => self.deadline(ours),
            Some(step) => self.deadline_of_try(ours, step, cx),
        };
    }

    /// The number of zones of the replicas; 1 if none are named.
    pub(super) fn zone_count(&self) -> usize {
        self.wiring.zones.len().max(1)
    }
}
