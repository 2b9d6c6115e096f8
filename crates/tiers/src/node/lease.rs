//! The lease agent of a tier: renews the lease of each replica by a call to the keeper, loses it, reacquires it.
//!
//! It stands for the agent on each host, which is independent of the service: a slow or crashed service renews as
//! before. A lost lease is a fault of single replicas, which take no calls while it is active.

use crate::control::lease::Lease;
use brownout_kernel::{Cx, Node, NodeId, Stream, TimerId};
use brownout_model::{self as model, OnTimeout};
use brownout_protocol::{
    Call, Deadline, Kind, Leave, Msg, Record, Row, Say, Service, Sizes, Status, Token, Wake,
};
use brownout_units::Span;

/// It is time to request a lease; tokens say for which replica.
const ASK: u32 = 0;
/// The request has not been answered in time.
const TIMEOUT: u32 = 1;
/// The lease is lost.
const EXPIRE: u32 = 2;

/// How the holder is wired into the rest.
pub(crate) struct Wiring {
    /// The tier whose replicas hold leases.
    pub(crate) tier: NodeId,
    /// The place of that tier in the log.
    pub(crate) place: u16,
    /// How many.
    pub(crate) replicas: u32,
    pub(crate) keeper: NodeId,
    /// The place among the changes of the lapse of a lease; none: leases do not lapse.
    pub(crate) fault: Option<u32>,
    pub(crate) stream: Stream,
}

/// The lease of one replica, and what it waits for.
struct Held {
    lease: Lease,
    /// The timer for an answer, or for the next request.
    timer: TimerId,
    expires: TimerId,
    /// The token of the call that the keeper may answer.
    calls: u32,
    out: bool,
}

pub(crate) struct Holder {
    options: model::Lease,
    wiring: Wiring,
    held: Vec<Held>,
}

impl Holder {
    /// All replicas have a lease.
    pub(crate) fn new(options: model::Lease, wiring: Wiring) -> Self {
        Holder { options, wiring, held: Vec::new() }
    }

    /// Renewals are spread evenly over the first period.
    fn begin(&mut self, cx: &mut Cx<'_, Service>) {
        for at in 0..self.wiring.replicas {
            let first = self.options.renew.as_secs_f64() * self.wiring.stream.uniform();
            let first = cx.now() + Span::from_secs_f64(first);
            let lease = Lease::new(&self.options, first);
            let timer = cx.wake_at(first, Wake::new(ASK, name(at)));
            let expires = cx.wake_at(lease.until(), Wake::new(EXPIRE, name(at)));
            self.held.push(Held { lease, timer, expires, calls: 0, out: false });
        }
    }

    fn ask(&mut self, at: u32, cx: &mut Cx<'_, Service>) {
        let Holder { options, wiring, held } = self;
        let held = &mut held[at as usize];
        let ask = held.lease.ask(options);
        held.lease.asked(cx.now());
        (held.calls, held.out) = (held.calls.wrapping_add(1), true);
        held.timer = cx.wake_after(ask.timeout, Wake::new(TIMEOUT, name(at)));
        let call = Call {
            path: ask.path.0,
            attempt: held.lease.tries(),
            stale: false,
            orphan: false,
            streams: false,
            zone: 0,
            crossed: false,
            from: cx.me(),
            token: Token { index: at, generation: held.calls },
            key: u64::from(wiring.place) << 32 | u64::from(at),
            sizes: Sizes::NONE,
            deadline: Deadline::NONE,
        };
        cx.send(wiring.keeper, Msg::call(&call));
    }

    fn answered(&mut self, token: Token, status: Status, cx: &mut Cx<'_, Service>) {
        let Holder { options, wiring, held } = self;
        let at = token.index;
        let held = &mut held[at as usize];
        if !held.out || held.calls != token.generation {
            return;
        }
        cx.cancel(held.timer);
        held.out = false;
        if status != Status::Ok {
            return self.again(at, cx);
        }
        let (lost, next) = held.lease.granted(options, cx.now());
        held.timer = cx.wake_at(next, Wake::new(ASK, name(at)));
        cx.cancel(held.expires);
        held.expires = cx.wake_at(held.lease.until(), Wake::new(EXPIRE, name(at)));
        if lost && let Some(fault) = wiring.fault {
            cx.send(wiring.tier, Msg::fault(fault, false, Some(at as u16)));
        }
    }

    fn again(&mut self, at: u32, cx: &mut Cx<'_, Service>) {
        let Holder { options, wiring, held } = self;
        let held = &mut held[at as usize];
        let wait = held.lease.refused(options, &mut wiring.stream);
        held.timer = cx.wake_after(wait, Wake::new(ASK, name(at)));
    }

    /// Tells the keeper that its answer is no longer awaited.
    fn call_off(&mut self, at: u32, cx: &mut Cx<'_, Service>) {
        let Holder { options, wiring, held } = self;
        let held = &mut held[at as usize];
        held.out = false;
        let token = Token { index: at, generation: held.calls };
        let abandoned = held.lease.ask(options).on_timeout == OnTimeout::Abandon;
        cx.send(wiring.keeper, Msg::cancel(cx.me(), token, Leave { abandoned, late: true }));
    }

    fn late(&mut self, at: u32, cx: &mut Cx<'_, Service>) {
        let held = &self.held[at as usize];
        let ask = held.lease.ask(&self.options);
        let (row, place) = (Row::new(ask.path.0, 0 < held.lease.tries()), self.wiring.place);
        let value = ask.timeout.nanos();
        cx.record(Record { kind: Kind::CallTimedOut, row, place, call: at, value });
        self.call_off(at, cx);
        self.again(at, cx);
    }

    /// A lease is lost: the replica takes no calls until it has a new one.
    fn expire(&mut self, at: u32, cx: &mut Cx<'_, Service>) {
        if self.held[at as usize].out {
            self.call_off(at, cx);
        }
        let held = &mut self.held[at as usize];
        cx.cancel(held.timer);
        held.lease.expired(cx.now());
        if let Some(fault) = self.wiring.fault {
            cx.send(self.wiring.tier, Msg::fault(fault, true, Some(at as u16)));
        }
        self.ask(at, cx);
    }
}

fn name(at: u32) -> Token {
    Token { index: at, generation: 0 }
}

impl Node<Service> for Holder {
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Start => self.begin(cx),
            Say::Reply { token, status, .. } => self.answered(token, status, cx),
            Say::First { .. } => {}
            other => unreachable!("a lease agent gets no {other:?}"),
        }
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        let at = wake.token().index;
        match wake.verb() {
            ASK => self.ask(at, cx),
            TIMEOUT => self.late(at, cx),
            _ => self.expire(at, cx),
        }
    }
}
