//! Narrowing the candidates of a fleet before balancing: subsets, zones, stale counts; and requests from other zones.

use super::row::Call;
use super::{ACROSS, Engines, REFRESH};
use crate::node::across::Across;
use crate::node::inference::replica::Health;
use crate::node::inference::route::Pool;
use crate::pure::fleet::Life;
use crate::pure::spread::{Caller, Spreader};
use brownout_kernel::{Cx, NodeId, Stream};
use brownout_model as model;
use brownout_protocol::{self as protocol, Kind, Leave, Msg, Reason, Row, Say, Service, Status, Token, Wake};
use brownout_units::Span;

/// A fleet's state for it.
#[derive(Debug)]
pub(super) struct Spreading {
    spreader: Spreader,
    across: Across,
    on: bool,
}

impl Spreading {
    /// No request has come yet.
    pub(super) fn new(engines: &model::Engines, zones: Vec<u8>, stream: Stream) -> Self {
        let spreader = Spreader::new(engines.fleet.spread.clone(), zones, stream);
        let (across, on) = (Across::new(), spreader.is_on());
        Spreading { spreader, across, on }
    }

    /// Whether any narrowing is configured.
    #[inline]
    pub(super) fn is_on(&self) -> bool {
        self.on
    }
}

impl Engines {
    /// The run has started: counts are refreshed from now on.
    pub(super) fn begin_spread(&mut self, cx: &mut Cx<'_, Service>) {
        if let Some(refresh) = self.spread.spreader.refreshes() {
            cx.wake_after(refresh, Wake::new(REFRESH, Token::default()));
        }
    }

    /// The router refreshes its counts of requests per replica.
    pub(super) fn refresh(&mut self, cx: &mut Cx<'_, Service>) {
        self.spread.spreader.refresh(&self.outstanding);
        self.begin_spread(cx);
    }

    /// A request goes to one of the replicas its caller may use, or sets out for another zone.
    pub(super) fn admit_spread(&mut self, call: &protocol::Call, row: Call, cx: &mut Cx<'_, Service>) {
        let serving = self.serving();
        let open = match self.entry() {
            Pool::Prefill => &self.open_prefill,
            Pool::Decode => &self.open,
        };
        let class = self.wiring.classes[call.path as usize];
        let caller = Caller { key: call.key, class, zone: call.zone };
        let mut among = self.spread.spreader.among(caller, &serving, open, cx.now());
        if self.health.is_ramping() {
            among = self.health.accepting(&among, cx.now());
        }
        if among.is_empty() {
            return self.refuse(call, None, (Status::Unavailable, Reason::NoReplica), cx);
        }
        let known = self.spread.spreader.known(&self.outstanding).to_vec();
        let at = self.route_known(&row, &among, &known);
        if !self.spread.spreader.crosses(call.zone, at) {
            return self.admit_at(at, call, row, cx);
        }
        let line = Row::new(call.path, 0 < call.attempt);
        self.record(Kind::Crossed, line, call.token.index, call.zone.into(), cx);
        let latency = self.spread.spreader.latency();
        if latency.is_zero() {
            return self.admit_at(at, call, row, cx);
        }
        let replica = self.use_of(at);
        self.spread.spreader.departs(at);
        self.spread.across.send(call, replica, latency, ACROSS, cx);
    }

    /// Places of replicas where requests come in, in order, whether they are well or not.
    fn serving(&self) -> Vec<u32> {
        match self.entry() {
            Pool::Prefill => (0..self.prefills as u32).collect(),
            Pool::Decode => {
                let serves = |at: &usize| self.fleet.life(*at) == Life::Serving;
                let places = (0..self.fleet.places()).filter(serves);
                places.map(|at| (self.prefills + at) as u32).collect()
            }
        }
    }

    /// Which use of its place a replica is.
    fn use_of(&self, at: usize) -> Token {
        let uses = at.checked_sub(self.prefills).map_or(0, |decoder| self.fleet.uses(decoder));
        Token { index: at as u32, generation: uses }
    }

    /// A request from another zone has arrived; its replica may be gone.
    pub(super) fn is_across(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let traveller = self.spread.across.arrived(token);
        let at = traveller.replica.index as usize;
        self.spread.spreader.arrives(at);
        let Say::Call(call) = traveller.msg.open() else { unreachable!("only requests are on their way") };
        let decoder = at.checked_sub(self.prefills);
        let lives = decoder.is_none_or(|decoder| self.fleet.life(decoder) == Life::Serving);
        let well = lives && self.replicas[at].health == Health::Well;
        if !well || self.use_of(at) != traveller.replica {
            return self.refuse(&call, Some(at), (Status::Unavailable, Reason::Down), cx);
        }
        let row = self.row(&call, cx);
        self.admit_at(at, &call, row, cx);
    }

    /// The caller of a request that is not inside has gone: the request may be in transit, and is cancelled before it
    /// arrives.
    pub(super) fn call_back(&mut self, from: NodeId, theirs: Token, leave: Leave, cx: &mut Cx<'_, Service>) {
        if let Some(at) = self.spread.across.call_back(from, theirs, leave.abandoned, cx) {
            self.spread.spreader.arrives(at);
            self.counts.ended += 1;
            self.counts.badly += 1;
        }
    }

    /// The extra latency to another zone.
    pub(super) fn across(&self) -> Span {
        self.spread.spreader.latency()
    }

    /// Sends a message to a caller, which may be in another zone.
    #[inline]
    pub(super) fn send_back(&self, crossed: bool, to: NodeId, msg: Msg, cx: &mut Cx<'_, Service>) {
        if crossed {
            cx.send_after(self.across(), to, msg);
        } else {
            cx.send(to, msg);
        }
    }
}
