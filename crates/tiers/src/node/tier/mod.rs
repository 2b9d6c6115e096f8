//! A tier: replicas behind a balancer, each a queue and workers; then calls to other tiers, if any.
//!
//! A call goes through three stages: it waits (`inlet`), it is served (`serve`), and the calls it makes are out
//! (`outlet`). It may leave from any of them (`leave`). Replicas are part of the tier: as separate nodes they would
//! cost 11 to 19 % of a run.

mod answer;
mod backlog;
mod direct;
mod error_path;
mod explained;
mod fast_path;
mod fault;
mod fleet;
mod gauge;
mod health;
mod hedge;
mod held;
mod inlet;
mod leave;
mod outlet;
mod row;
mod serve;
mod set;
mod spread;

use self::row::{Branch, Call};
use super::bill::Bill;
use super::caller_index::CallerIndex;
use super::door::Door;
use super::health::Health;
use super::hedge::Hedge;
use super::overrides::Overrides;
use crate::policy::{Gate, Inlets};
use crate::pure::cache::Store;
use crate::pure::choose::Chooser;
use crate::pure::fleet::Fleet;
use crate::pure::meter::Meter;
use crate::pure::pace::Pace;
use crate::pure::sharing::Sharing;
use crate::pure::slab::Slab;
use crate::pure::waiting::Waiting;
use brownout_dist::Law;
use brownout_kernel::{Cx, LaneId, Node, NodeId, Stream, TimerId};
use brownout_model::{self as model, Change, Order, PathSet, Station};
use brownout_protocol::{Kind, Msg, Record, Row, Say, Service, Status, Token, Wake};
use brownout_units::Span;
use std::sync::Arc;

/// The service of a call is over.
const SERVED: u32 = 0;
/// The head of a replica that shares its processors is finished.
const SHARED: u32 = 1;
/// A call to another tier was not answered in time.
const CALL_TIMEOUT: u32 = 2;
/// The wait before another try is over.
const CALL_RETRY: u32 = 3;
/// A caller hangs up while its call waits.
const HANG_UP: u32 = 4;
/// A replica has booted.
const BOOTED: u32 = 5;
/// A replica has warmed up.
const WARM: u32 = 6;
/// A replica has drained for long enough.
const CUT_OFF: u32 = 7;
/// A replica's turn to be restarted has come.
const STAND_ASIDE: u32 = 8;
/// It has drained, and goes down.
const GO_DOWN: u32 = 9;
/// It is back.
const COME_BACK: u32 = 10;
/// Memory is checked.
const SWELL: u32 = 11;
/// A replica that was killed is back.
const REVIVE: u32 = 12;
/// A worker is lost.
const DRIP: u32 = 13;
/// The replicas are probed.
const PROBE: u32 = 14;
/// Ejections may end.
const SWEEP: u32 = 15;
/// A slow start is over.
const RAMPED: u32 = 16;
/// The counts that balancers see are refreshed.
const REFRESH: u32 = 17;
/// A call from another zone has arrived.
const ACROSS: u32 = 18;
/// A dropped call is retransmitted.
const RECONNECT: u32 = 19;
/// A try of a call to another tier is late.
const CALL_LATE: u32 = 31;
/// A first try of a call to another tier was held back: this and the number of the status.
const HELD_BACK: u32 = 32;

/// How a tier is wired into the rest.
#[expect(clippy::struct_excessive_bools, reason = "what is so in the whole model is worked out once")]
pub(crate) struct Wiring {
    /// Its number in the log.
    pub(crate) place: u16,
    /// For each call it makes: the callee, and the lane of its timeout.
    pub(crate) calls: Vec<(NodeId, Option<LaneId>)>,
    /// For each call it makes: the fallback.
    pub(crate) fallbacks: Vec<Option<NodeId>>,
    /// Calls of the model may carry deadlines.
    pub(crate) deadlines: bool,
    /// Whether calls are cancelled often enough to index them by caller.
    pub(crate) remembers: bool,
    /// No call takes the fast path: for tests that compare the two paths.
    pub(crate) general_path: bool,
    /// Its log explains who makes calls and why they are not admitted.
    pub(crate) explains: bool,
    /// For each call it makes: policies that hold tries back.
    pub(crate) gates: Vec<Gate>,
    /// By path: the priority of the class, 0 the most important.
    pub(crate) priorities: Vec<u8>,
    /// By path: the class.
    pub(crate) classes: Arc<[u8]>,
    /// By zone of the tier: its number in the model.
    pub(crate) zones: Vec<u8>,
    /// All faults of the model; messages name them by place.
    pub(crate) faults: Arc<[Change]>,
    /// By node: the place whose calls it sends.
    pub(crate) speakers: Arc<[u16]>,
    /// Its overrides in mid-run.
    pub(crate) overrides: Overrides,
    /// Whether a controller watches it or changes its number of replicas.
    pub(crate) watched: bool,
    /// Its random numbers.
    pub(crate) streams: Streams,
}

/// A tier's random numbers, one stream for each purpose.
pub(crate) struct Streams {
    pub(crate) balance: Stream,
    pub(crate) calls: Stream,
    pub(crate) queue: Stream,
    pub(crate) errors: Stream,
    pub(crate) keys: Stream,
    pub(crate) boot: Stream,
    pub(crate) policies: Stream,
}

/// Streams that a tier passes to its parts, each for one purpose.
pub(crate) struct PartStreams {
    pub(crate) service: Stream,
    pub(crate) way: Stream,
    pub(crate) probes: Stream,
    pub(crate) shards: Stream,
}

/// Where there are policies: a tier without any pays one branch.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a branch of its own on a hot path")]
struct Policed {
    /// At the door.
    door: bool,
    /// At a call to another tier.
    calls: bool,
    /// Calls may carry deadlines.
    deadlines: bool,
    /// Calls carry deadlines, or the zone where they are made.
    marks: bool,
    /// A call to another tier may be hedged.
    hedges: bool,
}

impl Policed {
    fn of(station: &Station, wiring: &Wiring) -> Self {
        Policed {
            door: !station.policies.is_empty() || wiring.deadlines,
            calls: wiring.gates.iter().any(|gate| !gate.is_open()),
            deadlines: wiring.deadlines,
            marks: wiring.deadlines || !wiring.zones.is_empty(),
            hedges: station.calls.iter().any(|call| call.hedge.is_some()),
        }
    }
}

/// One server of the tier.
struct Replica {
    waiting: Waiting,
    /// Workers in use.
    busy: u32,
    /// Calls that were sent here since the last sample.
    sent: u32,
    /// Where calls share the processors.
    sharing: Option<Sharing>,
    timer: TimerId,
    /// The calls in service, if calls may be preempted.
    serving: Vec<Token>,
    trouble: fault::Trouble,
    /// Workers that it has; fewer than it should where they leak.
    workers: u32,
    /// It takes no calls because it is about to be restarted.
    aside: bool,
    /// It was killed because it ran out of memory.
    killed: bool,
    /// Policies of each replica.
    inlets: Inlets,
    /// It is in another cloud: its answers come this much later.
    away: Span,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "what a station never does is worked out once, not at every call"
)]
pub(crate) struct Tier {
    place: u16,
    station: Station,
    workers: u32,
    wiring: Wiring,
    pace: Pace,
    calls: Slab<Call>,
    branches: Slab<Branch>,
    replicas: Vec<Replica>,
    fleet: Fleet,
    guard: fleet::Guard,
    door: Door,
    health: Health,
    spread: Box<spread::Spreading>,
    /// The current limit of its queues, which an operator may have changed.
    usual_limit: Option<u32>,
    /// Limits for calls of some paths only, each with the change that it is.
    limits: Vec<(u32, PathSet, u32)>,
    /// The number of priorities that queues distinguish.
    levels: usize,
    /// Calls inside, by replica: what balancers look at.
    outstanding: Vec<u32>,
    callers: CallerIndex,
    chooser: Chooser,
    cache: Option<(Store, Law)>,
    full: Status,
    preempts: bool,
    /// Whether each call has a processor and a worker of its own as long as it is served.
    usual: bool,
    /// … and the end of a service leads straight to what follows.
    plain: bool,
    /// … except for replicas in another cloud.
    plain_at_home: bool,
    /// Whether some replicas are in another cloud.
    far: bool,
    /// What has been recorded of their cost.
    bill: Bill,
    /// After this step no other follows; a last call that may be made again is followed by itself.
    last_step: usize,
    /// Whether no call that it makes needs a branch.
    direct: bool,
    /// … and whether that was so until an override set otherwise.
    was_direct: bool,
    /// The station without any override.
    unset: Option<Box<Station>>,
    /// No call looks into the cache.
    bypass: bool,
    fast_path: fast_path::FastPath,
    /// Calls that its full accept queue has dropped.
    backlog: backlog::Backlog,
    /// Policies of the whole tier.
    inlets: Inlets,
    policed: Policed,
    /// By call to another tier: when a try is late.
    hedges: Vec<Option<Hedge>>,
    /// The `Retry-After` of the answer that is being handled.
    hint: Span,
    /// By call inside, if there are policies at the door: its state at admission.
    admitted_as: Vec<held::AdmittedAs>,
    /// How long workers were in service, in nanoseconds.
    served_nanos: u128,
    /// Replicas that serve, except those whose lease has lapsed.
    ready: Meter,
    told: gauge::Sampled,
}

impl Tier {
    /// A tier without calls.
    ///
    /// # Panics
    /// If the model was not checked.
    pub(crate) fn new(station: Station, wiring: Wiring, apart: PartStreams) -> Self {
        let PartStreams { service, way, probes, shards } = apart;
        let health = Health::new(&station.fleet.care, probes);
        let spread = Box::new(spread::Spreading::new(&station, wiring.zones.clone(), shards));
        let looked_at = wiring.watched || health.judges();
        let door = Door::new(wiring.faults.clone(), wiring.speakers.clone(), way);
        let levels = wiring.priorities.iter().max().map_or(1, |&p| usize::from(p) + 1);
        let new = || Replica::new(&station, levels, &wiring.classes);
        let replicas: Vec<_> = (0..station.replicas).map(|_| new()).collect();
        let (quota, at_once) = (station.fleet.quota, station.fleet.boot.at_once);
        let direct = direct::is_direct(&station);
        let preempts = station.queue.order == Order::Priority { preemptive: true };
        let usual = !preempts && station.contention == model::Contention::None;
        let policed = Policed::of(&station, &wiring);
        let plain = usual && wiring.overrides.is_empty() && station.cache.is_none();
        let plain = plain && !station.verifies && !policed.door;
        let plain = plain && !spread.takes_time() && station.error_path.is_none();
        let may_be_fast = plain && direct && !wiring.general_path;
        let keys = |c: &model::Cache| {
            brownout_dist::Zipf::new(c.keys as f64, c.skew).expect("the scenario checked the keys")
        };
        let mut tier = Tier {
            place: wiring.place,
            workers: fleet::workers(&station),
            pace: Pace::new(station.service.clone(), service),
            calls: Slab::new(),
            branches: set::branches(&wiring.overrides),
            was_direct: false,
            unset: None,
            bypass: false,
            outstanding: vec![0; replicas.len()],
            replicas,
            fleet: Fleet::new(station.replicas, quota, at_once),
            guard: fleet::Guard::new(station.replicas, wiring.watched || spread.is_on(), looked_at),
            door,
            health,
            usual_limit: station.queue.limit,
            limits: Vec::new(),
            levels,
            callers: CallerIndex::default(),
            chooser: Chooser::new(station.balance.clone()),
            cache: station.cache.as_ref().map(|c| (Store::new(*c), Law::Zipf(keys(c)))),
            full: Status::from_code(station.full).unwrap_or(Status::Unavailable),
            last_step: outlet::last_step(&station),
            direct,
            fast_path: fast_path::FastPath::new(&station, may_be_fast, policed),
            inlets: Inlets::new(&station.policies, false, &wiring.classes),
            hint: Span::ZERO,
            hedges: station.calls.iter().map(|call| call.hedge.map(Hedge::new)).collect(),
            policed,
            admitted_as: Vec::new(),
            preempts,
            usual,
            plain,
            spread,
            plain_at_home: plain,
            far: false,
            backlog: backlog::Backlog::default(),
            bill: Bill::default(),
            served_nanos: 0,
            ready: Meter::new(station.replicas.into()),
            told: gauge::Sampled::default(),
            station,
            wiring,
        };
        tier.refresh_fast_path();
        tier
    }

    #[inline]
    fn record(&self, kind: Kind, row: Row, call: u32, value: u64, cx: &mut Cx<'_, Service>) {
        cx.record(Record { kind, row, place: self.place, call, value });
    }

    fn priority(&self, path: u8) -> usize {
        usize::from(self.wiring.priorities[path as usize])
    }
}

/// The row of the log for a call.
#[inline]
fn row_of(call: &Call) -> Row {
    call.row
}

impl Node<Service> for Tier {
    #[inline(always)]
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        if self.fast_path.on {
            if msg.is_call() {
                return self.admit_fast(msg, cx);
            }
            if let Some(token) = msg.success() {
                return self.replied_fast(token, cx);
            }
        }
        self.on_general(msg, cx);
    }

    #[inline(always)]
    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        if self.fast_path.on && wake.verb() == SERVED {
            return self.served_fast(wake.token(), cx);
        }
        self.wake_general(wake, cx);
    }

    #[inline(always)]
    fn prefetch(&self, wake: Wake) {
        self.calls.prefetch(wake.token());
    }

    #[inline(always)]
    fn leads_to(&self, wake: Wake) -> Option<(NodeId, Wake)> {
        let (_, call) = self.calls.at(wake.token().index).filter(|_| wake.verb() == SERVED)?;
        Some((call.from, Wake::new(SERVED, call.theirs)))
    }

    fn sample(&mut self, cx: &mut Cx<'_, Service>) {
        self.gauges(cx);
    }

    fn finish(&mut self, cx: &mut Cx<'_, Service>) {
        self.close(cx);
    }
}

impl Tier {
    /// A message to a tier without the fast path, or a message that has none.
    #[inline(never)]
    fn on_general(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Call(call) => self.admit(&call, msg, cx),
            Say::Reply { token, status, origin } => {
                let after = msg.retry_after();
                if after.is_zero() {
                    return self.replied(token, status, origin, cx);
                }
                self.hint = after;
                self.replied(token, status, origin, cx);
                self.hint = Span::ZERO;
            }
            Say::Cancel { from, token, leave } => self.cancelled(from, token, leave, cx),
            Say::First { token } => self.first_token(token, cx),
            Say::Fault { fault, on, replica } => {
                self.fault(fault, on, replica, cx);
                self.refresh_fast_path();
            }
            Say::Ask { from, about, signal } => self.answer(from, about, signal, cx),
            Say::Scale { replicas } => {
                self.scale(replicas, cx);
                self.refresh_fast_path();
            }
            Say::Start => {
                self.begin_care(cx);
                self.begin_spread(cx);
                self.refresh_fast_path();
            }
            Say::Sample(_) => {}
        }
    }

    /// A timer of such a tier.
    #[inline(never)]
    fn wake_general(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match wake.verb() {
            SERVED => self.service_over(wake.token(), cx),
            SHARED => self.shared_over(wake.token().index as usize, cx),
            CALL_TIMEOUT => self.call_timed_out(wake.token(), cx),
            CALL_RETRY => self.try_again(wake.token(), cx),
            HANG_UP => self.hung_up(wake.token(), cx),
            CALL_LATE => self.is_late_out(wake.token(), cx),
            RECONNECT => self.reconnect(wake.token(), cx),
            held if HELD_BACK <= held => self.was_held_back(wake.token(), held - HELD_BACK, cx),
            of_replicas => self.awake_for_replicas(of_replicas, wake.token(), cx),
        }
    }

    /// A timer of replicas.
    fn awake_for_replicas(&mut self, verb: u32, token: Token, cx: &mut Cx<'_, Service>) {
        match verb {
            BOOTED => self.booted(token, cx),
            WARM => self.warm(token, cx),
            CUT_OFF => self.cut_off(token, cx),
            STAND_ASIDE => self.begin_restart(token, cx),
            GO_DOWN => self.go_down(token, cx),
            COME_BACK => self.come_back(token, cx),
            SWELL => self.check_memory(token.index, cx),
            REVIVE => self.revive(token, cx),
            DRIP => self.leak_worker(token.index, cx),
            PROBE => self.probe(cx),
            SWEEP => self.sweep(cx),
            RAMPED => self.ramped(cx),
            REFRESH => return self.refresh(cx),
            ACROSS => return self.is_across(token, cx),
            other => unreachable!("a tier has no timer {other}"),
        }
        self.refresh_fast_path();
    }
}
