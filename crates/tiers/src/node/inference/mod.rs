//! A fleet: language model replicas behind a router, each of which batches its requests token by token.
//!
//! A request goes in at the door (`door`), to a replica (`route`, `replica`), whose engine reports its events
//! (`events`). With replicas that only prefill it moves to another one half way (`hand_over`). Replicas boot and fail
//! (`life`).

mod answer;
mod door;
mod events;
mod gauge;
mod hand_over;
mod health;
mod life;
mod lines;
mod policing;
mod replica;
mod route;
mod row;
mod spread;

use self::events::EngineEvent;
use self::replica::Replica;
use self::row::{CANCELLED, Call, ORPHAN, Stage};
use super::bill::Bill;
use super::caller_index::CallerIndex;
use super::door::Door;
use super::health::Health;
use crate::pure::choose::Chooser;
use crate::pure::fleet;
use crate::pure::meter::Meter;
use crate::pure::slab::Slab;
use brownout_inference::Shared;
use brownout_kernel::{Cx, Instant, Node, NodeId, Stream};
use brownout_model::{self as model, Change};
use brownout_protocol::{Kind, Leave, Msg, Record, Row, Say, Service, Token, Wake};
use brownout_units::Span;
use std::sync::Arc;

/// A replica can make a decision.
const STEP: u32 = 0;
/// A KV cache has arrived.
const ARRIVES: u32 = 1;
/// A new replica has booted.
const BOOTED: u32 = 2;
/// A crashed replica has started again.
const RESTARTED: u32 = 3;
/// A replica is warm.
const WARM: u32 = 4;
/// The time of a draining replica is over.
const CUT_OFF: u32 = 5;
/// The counts that the router sees are refreshed.
const REFRESH: u32 = 6;
/// A request from another zone has arrived.
const ACROSS: u32 = 7;
/// The replicas are probed.
const PROBE: u32 = 16;
/// Ejections may end.
const SWEEP: u32 = 17;
/// A slow start is over.
const RAMPED: u32 = 18;

/// How a fleet is wired into the rest.
pub(crate) struct Wiring {
    /// Its number in the log.
    pub(crate) place: u16,
    /// Its log explains who makes requests and why they are not admitted.
    pub(crate) explains: bool,
    /// By path: the priority of the class, 0 the most important.
    pub(crate) priorities: Vec<u8>,
    /// By path: what is promised of its tokens.
    pub(crate) promises: Vec<Promise>,
    /// By path: what all its prompts begin with.
    pub(crate) shared: Vec<Option<Shared>>,
    /// By path: the class.
    pub(crate) classes: Arc<[u8]>,
    /// By zone of the fleet: its number in the model.
    pub(crate) zones: Vec<u8>,
    /// All faults of the model; messages name them by place.
    pub(crate) faults: Arc<[Change]>,
    /// By node: the place whose calls it sends.
    pub(crate) speakers: Arc<[u16]>,
    pub(crate) streams: Streams,
}

/// What is promised of the tokens of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Promise {
    /// The longest time to the first.
    pub(crate) ttft: Option<Span>,
    /// The longest mean time from one to the next.
    pub(crate) tpot: Option<Span>,
}

/// A fleet's random numbers, one stream for each purpose.
pub(crate) struct Streams {
    pub(crate) route: Stream,
    pub(crate) errors: Stream,
    pub(crate) boot: Stream,
    pub(crate) link: Stream,
}

/// Streams that the parts of a fleet keep for themselves.
pub(crate) struct PartStreams {
    pub(crate) way: Stream,
    pub(crate) shards: Stream,
    pub(crate) policies: Stream,
    pub(crate) probes: Stream,
}

/// Optional features: computed once, so that a fleet without them pays one branch.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a branch of its own on a hot path")]
struct Watched {
    /// There are policies at the door.
    policies: bool,
    /// A policy or probe asks how long the head of a queue has waited.
    ages: bool,
    /// Outcomes of requests matter.
    ends: bool,
    /// Health matters.
    health: bool,
}

impl Watched {
    fn new(options: &model::Engines) -> Self {
        let (care, policies) = (&options.fleet.care, !options.policies.is_empty());
        Watched {
            policies,
            ages: policies || care.check.is_some(),
            ends: policies || care.ejection.is_some(),
            health: care.ejection.is_some() || care.check.is_some(),
        }
    }
}

pub(crate) struct Engines {
    options: model::Engines,
    wiring: Wiring,
    calls: Slab<Call>,
    /// Replicas that only prefill, then those that decode or do everything, whose number may change.
    replicas: Vec<Replica>,
    prefills: usize,
    /// The life cycle of the replicas that decode.
    fleet: fleet::Fleet,
    /// Places of replicas that take requests.
    open: Vec<u32>,
    open_prefill: Vec<u32>,
    /// Whether all of them do.
    whole: bool,
    /// Requests inside, by replica.
    outstanding: Vec<u32>,
    callers: CallerIndex,
    door: Door,
    spread: Box<spread::Spreading>,
    chooser: Chooser,
    /// Free blocks by replica, if the router uses them.
    kv_free: Vec<u32>,
    /// Events of engines that have not been handled yet.
    heard: Vec<EngineEvent>,
    heard_next: usize,
    /// How long requests were in batches, in nanoseconds.
    served_nanos: u128,
    /// Replicas that take requests.
    ready: Meter,
    told: gauge::Sampled,
    counts: answer::Counts,
    /// Whether some replicas are in another cloud.
    far: bool,
    /// What has been recorded of their cost.
    bill: Bill,
    watched: Watched,
    policing: Box<policing::Policing>,
    lines: lines::Lines,
    health: Box<Health>,
    /// A change of panic that is still to be recorded.
    panic_news: Vec<(usize, bool)>,
}

impl Engines {
    /// A fleet without requests; all its replicas are up, with empty caches.
    ///
    /// # Panics
    /// If the model was not checked.
    pub(crate) fn new(options: model::Engines, wiring: Wiring, apart: PartStreams) -> Self {
        let PartStreams { way, shards, policies, probes } = apart;
        let watched = Watched::new(&options);
        let mut replicas = Vec::new();
        if let Some(prefill) = &options.prefill {
            replicas.extend((0..prefill.replicas).map(|_| Replica::new(&prefill.engine)));
        }
        let prefills = replicas.len();
        replicas.extend((0..options.replicas).map(|_| Replica::new(&options.engine)));
        let kv_free = replicas.iter().map(|r| r.engine.blocks_free(Span::ZERO)).collect();
        let balance = match &options.routing {
            model::Routing::Plain(balance) => balance.clone(),
            model::Routing::LeastKv | model::Routing::Prefix { .. } => model::Balance::LeastOutstanding,
        };
        Engines {
            calls: Slab::new(),
            outstanding: vec![0; replicas.len()],
            fleet: fleet::Fleet::new(options.replicas, options.fleet.quota, options.fleet.boot.at_once),
            open: (prefills as u32..replicas.len() as u32).collect(),
            open_prefill: (0..prefills as u32).collect(),
            whole: true,
            ready: Meter::new(replicas.len() as u64),
            prefills,
            replicas,
            callers: CallerIndex::default(),
            door: Door::new(wiring.faults.clone(), wiring.speakers.clone(), way),
            spread: Box::new(spread::Spreading::new(&options, wiring.zones.clone(), shards)),
            chooser: Chooser::new(balance),
            kv_free,
            heard: Vec::new(),
            heard_next: 0,
            served_nanos: 0,
            told: gauge::Sampled::default(),
            counts: answer::Counts::default(),
            far: false,
            bill: Bill::default(),
            watched,
            policing: policing::Policing::new(&options.policies, &wiring.classes, policies).into(),
            lines: lines::Lines::default(),
            health: Health::new(&options.fleet.care, probes).into(),
            panic_news: Vec::new(),
            options,
            wiring,
        }
    }

    #[inline]
    fn record(&self, kind: Kind, row: Row, call: u32, value: u64, cx: &mut Cx<'_, Service>) {
        cx.record(Record { kind, row, place: self.wiring.place, call, value });
    }

    /// A replica can make a decision.
    #[inline]
    fn step(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let Engines { replicas, heard, .. } = self;
        replicas[at].armed = None;
        replicas[at].advance(at, cx.now(), heard);
        self.settle(at, cx);
    }

    /// Sets the timer of a replica to its next wake.
    #[inline]
    fn arm(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let replica = &mut self.replicas[at];
        replica.note_computing(cx.now());
        let wake = replica.wake();
        if wake != replica.armed {
            cx.cancel(replica.timer);
            replica.armed = wake;
            let token = Token { index: at as u32, generation: 0 };
            replica.timer =
                wake.map_or_else(Default::default, |wake| cx.wake_at(wake, Wake::new(STEP, token)));
        }
        if self.options.routing == model::Routing::LeastKv {
            let clock = replica.clock(cx.now());
            self.kv_free[at] = replica.engine.blocks_free(clock);
        }
    }

    /// The caller has gone: the answer is either generated anyway and counted as wasted, or aborted at the next step.
    fn cancelled(&mut self, from: NodeId, theirs: Token, leave: Leave, cx: &mut Cx<'_, Service>) {
        let found = self.callers.place(from, theirs).and_then(|place| self.calls.at(place));
        // The place may hold another call by now.
        let found = found.filter(|(_, call)| call.from == from && call.theirs == theirs);
        let Some((ours, &call)) = found else { return self.call_back(from, theirs, leave, cx) };
        self.calls.live(ours).flags |= if leave.abandoned { ORPHAN } else { ORPHAN | CANCELLED };
        // A replica that has begun to answer is slow, but does not hang.
        if leave.late && self.watched.health && !call.has(ORPHAN) && call.first == Instant::END {
            self.judge(usize::from(call.replica), false, cx);
        }
        if leave.abandoned {
            return;
        }
        if call.stage == Stage::Moving {
            return self.drop_moving(ours, cx);
        }
        let at = usize::from(call.replica);
        let ticket = call.ticket.expect("a request at a replica has its ticket");
        let Engines { replicas, heard, .. } = self;
        let clock = replicas[at].clock(cx.now());
        replicas[at].engine.cancel(ticket, clock, &mut events::EventSink { heard, replica: at as u16 });
        self.settle(at, cx);
    }
}

impl Node<Service> for Engines {
    #[inline]
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Call(call) => self.admit(&call, cx),
            Say::Cancel { from, token, leave } => self.cancelled(from, token, leave, cx),
            Say::Fault { fault, on, replica } => self.fault(fault, on, replica, cx),
            Say::Ask { from, about, signal } => self.answer_watcher(from, about, signal, cx),
            Say::Scale { replicas } => self.scale(replicas, cx),
            Say::Start => {
                self.begin_spread(cx);
                self.begin_care(cx);
            }
            Say::Sample(_) => {}
            Say::Reply { .. } | Say::First { .. } => unreachable!("a fleet makes no calls"),
        }
    }

    #[inline]
    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match wake.verb() {
            STEP => self.step(wake.token().index as usize, cx),
            ARRIVES => self.arrives(wake.token(), cx),
            BOOTED => self.booted(wake.token(), cx),
            RESTARTED => self.restarted(wake.token(), cx),
            WARM => self.warm(wake.token(), cx),
            CUT_OFF => self.cut_off(wake.token(), cx),
            REFRESH => self.refresh(cx),
            ACROSS => self.is_across(wake.token(), cx),
            PROBE => self.probe(cx),
            SWEEP => self.sweep(cx),
            RAMPED => self.ramped(cx),
            other => unreachable!("a fleet has no timer {other}"),
        }
    }

    fn sample(&mut self, cx: &mut Cx<'_, Service>) {
        self.gauges(cx);
    }

    fn finish(&mut self, cx: &mut Cx<'_, Service>) {
        self.close(cx);
    }
}
