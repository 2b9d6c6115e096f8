//! The life cycle of replicas: they boot, warm up, take calls, drain and go.

use super::{BOOTED, CUT_OFF, Replica, Tier};
use crate::node::door::DoorOutcome;
use crate::node::draw_span;
use crate::policy::Inlets;
use crate::pure::fleet::{Life, Step};
use crate::pure::sharing::Sharing;
use crate::pure::waiting::Waiting;
use brownout_kernel::{Cx, NodeId, TimerId};
use brownout_model::{self as model, Contention, Effect, Workers};
use brownout_protocol::{self as protocol, Kind, Msg, Reason, Record, Row, Service, Token, Wake};
use brownout_units::Span;
use std::sync::Arc;

/// The replicas that may be chosen, and whether the outcomes of calls matter.
#[derive(Debug)]
pub(super) struct Guard {
    /// The replicas that may be chosen, in order.
    pub(super) open: Vec<u32>,
    /// Whether calls at the door need a check: not all replicas may be chosen, or calls are counted.
    pub(super) door: bool,
    /// Whether ends of calls need a check: a replica drains, or calls are counted.
    pub(super) exit: bool,
    pub(super) tally: super::answer::Counts,
}

impl Guard {
    /// All replicas may be chosen.
    pub(super) fn new(replicas: u32, watched: bool, looked_at: bool) -> Self {
        let tally = super::answer::Counts::default();
        Guard { open: (0..replicas).collect(), door: watched, exit: looked_at, tally }
    }
}

/// How many calls a replica serves at once.
pub(super) fn workers(station: &model::Station) -> u32 {
    match station.workers {
        Workers::Limited(workers) => workers,
        Workers::Unlimited => u32::MAX,
    }
}

impl Replica {
    /// An idle replica.
    pub(super) fn new(station: &model::Station, levels: usize, classes: &Arc<[u8]>) -> Self {
        Replica {
            waiting: Waiting::new(station.queue.order, levels),
            busy: 0,
            sent: 0,
            sharing: matches!(station.contention, Contention::Sharing { .. } | Contention::Usl { .. })
                .then(|| Sharing::new(station.contention)),
            timer: TimerId::default(),
            serving: Vec::new(),
            trouble: super::fault::Trouble::default(),
            workers: workers(station),
            aside: false,
            killed: false,
            inlets: Inlets::new(&station.policies, true, classes),
            away: Span::ZERO,
        }
    }
}

/// What the end of a call means for the health of its replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Well,
    Badly,
    /// Nothing: its caller had left before, and that has counted.
    Blameless,
}

impl Ending {
    /// From a call's success, and whether its caller had left before.
    #[inline]
    pub(super) fn of(well: bool, orphan: bool) -> Self {
        match (well, orphan) {
            (_, true) => Ending::Blameless,
            (true, false) => Ending::Well,
            (false, false) => Ending::Badly,
        }
    }
}

impl Tier {
    /// Sets the desired number of replicas.
    pub(super) fn scale(&mut self, replicas: u32, cx: &mut Cx<'_, Service>) {
        let steps = self.fleet.scale(replicas as usize, cx.now());
        self.follow(&steps, cx);
    }

    /// Capacity of another cloud comes or goes.
    pub(super) fn lease(&mut self, lease: u32, on: bool, cx: &mut Cx<'_, Service>) {
        let Effect::Emergency { replicas, .. } = self.wiring.faults[lease as usize].effect else { return };
        let steps = if on {
            self.fleet.lease(lease, replicas as usize, cx.now())
        } else {
            self.fleet.give_back(lease, cx.now())
        };
        self.follow(&steps, cx);
    }

    /// How much later a leased replica answers.
    fn distance(&self, at: usize) -> Span {
        match self.fleet.lease_of(at).map(|lease| self.wiring.faults[lease as usize].effect) {
            Some(Effect::Emergency { round_trip, .. }) => round_trip,
            _ => Span::ZERO,
        }
    }

    /// An answer of replica `at` goes out.
    #[inline]
    pub(super) fn send_from(&self, at: usize, crossed: bool, to: NodeId, msg: Msg, cx: &mut Cx<'_, Service>) {
        if self.far {
            let across = if crossed { self.spread.latency() } else { Span::ZERO };
            cx.send_after(self.replicas[at].away + across, to, msg);
        } else {
            self.send_back(crossed, to, msg, cx);
        }
    }

    fn follow(&mut self, steps: &[Step], cx: &mut Cx<'_, Service>) {
        for &step in steps {
            match step {
                Step::Order(at) => {
                    self.make_room();
                    self.replicas[at].away = self.distance(at);
                    self.far |= !self.replicas[at].away.is_zero();
                    self.plain = self.plain_at_home && !self.far;
                    self.note(Kind::ReplicaOrdered, at, self.fleet.wanted() as u64, cx);
                }
                Step::Boot(at) => self.boot(at, cx),
                Step::Forget(at) => {
                    self.note(Kind::ReplicaGone, at, self.fleet.age(at, cx.now()).nanos(), cx);
                }
                Step::Drain(at) => self.drain(at, cx),
            }
        }
    }

    /// A line about a replica.
    pub(super) fn note(&self, kind: Kind, at: usize, value: u64, cx: &mut Cx<'_, Service>) {
        cx.record(Record { kind, row: Row::default(), place: self.place, call: at as u32, value });
    }

    /// Every place of the fleet has its replica.
    fn make_room(&mut self) {
        while self.replicas.len() < self.fleet.places() {
            self.replicas.push(Replica::new(&self.station, self.levels, &self.wiring.classes));
            self.outstanding.push(0);
        }
    }

    /// The name of a replica for a timer: which use of its place it is.
    pub(super) fn name(&self, at: usize) -> Token {
        Token { index: at as u32, generation: self.fleet.uses(at) }
    }

    fn is(&self, name: Token, life: Life) -> bool {
        let at = name.index as usize;
        self.fleet.life(at) == life && self.fleet.uses(at) == name.generation
    }

    fn boot(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let Tier { station, wiring, .. } = self;
        let model::Boot { node, image, weights, .. } = &station.fleet.boot;
        // The lead time of a lease replaces that of its machines.
        let node = node.as_ref().filter(|_| self.fleet.lease_of(at).is_none());
        let lags = [node, image.as_ref(), weights.as_ref()];
        let lag = lags.into_iter().flatten().map(|law| draw_span(law, &mut wiring.streams.boot));
        let lag = lag.fold(Span::ZERO, |sum, lag| sum + lag);
        cx.wake_after(lag, Wake::new(BOOTED, self.name(at)));
    }

    /// A replica has booted, unless it was cancelled.
    pub(super) fn booted(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        if !self.is(name, Life::Booting) {
            return;
        }
        let at = name.index as usize;
        let steps = self.fleet.booted(at, cx.now());
        self.note(Kind::ReplicaReady, at, self.fleet.age(at, cx.now()).nanos(), cx);
        let (warm_up, cold) = (self.station.fleet.boot.warm_up, self.station.fleet.boot.cold);
        self.make_cold(at, warm_up, cold, cx);
        self.ramp(at, cx);
        self.choose_again(cx);
        self.follow(&steps, cx);
    }

    /// A replica is warm, unless it has gone away meanwhile.
    pub(super) fn warm(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        let at = name.index as usize;
        if self.fleet.uses(at) == name.generation && self.fleet.life(at) != Life::Gone {
            self.set_cold_factor(at, 1.0, cx);
        }
    }

    fn drain(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        self.note(Kind::ReplicaDraining, at, u64::from(self.outstanding[at]), cx);
        self.choose_again(cx);
        if self.outstanding[at] == 0 {
            return self.gone(at, cx);
        }
        if let Some(drain) = self.station.fleet.drain {
            cx.wake_after(drain, Wake::new(CUT_OFF, self.name(at)));
        }
    }

    /// Calls that a draining replica has not finished by now are lost.
    pub(super) fn cut_off(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        if self.is(name, Life::Draining) {
            self.crash(name.index as usize, cx);
            assert!(!self.is(name, Life::Draining), "a draining replica without calls has gone");
        }
    }

    fn gone(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        self.note(Kind::ReplicaGone, at, self.fleet.age(at, cx.now()).nanos(), cx);
        self.fleet.gone(at, cx.now());
        self.heal(at, cx);
        self.health.forget(at);
        self.choose_again(cx);
    }

    /// The set of replicas that take calls has changed.
    pub(super) fn choose_again(&mut self, cx: &mut Cx<'_, Service>) {
        let ready = |replica: &Replica| !replica.aside && !replica.trouble.lapsed;
        let may = |at: &usize| self.fleet.life(*at) == Life::Serving && ready(&self.replicas[*at]);
        let serving: Vec<u32> = (0..self.fleet.places()).filter(may).map(|at| at as u32).collect();
        let lapsed = |at: &usize| self.replicas[*at].trouble.lapsed;
        let there = (0..self.fleet.places()).filter(|&at| self.fleet.life(at) == Life::Serving);
        self.ready.set(there.filter(|at| !lapsed(at)).count() as u64, cx.now());
        self.spread.serves(&serving);
        self.guard.open = self.healthy(serving, cx);
        let all = self.guard.open.len() == self.fleet.places();
        let asks = self.wiring.watched || self.spread.is_on();
        self.guard.door = asks || self.door.is_shut() || self.health.is_ramping() || !all;
        self.guard.exit = self.wiring.watched || self.health.judges() || 0 < self.fleet.draining();
    }

    /// Which replica takes a call, if not all of them do; none if it was refused.
    #[cold]
    #[inline(never)]
    pub(super) fn pick(&mut self, call: &protocol::Call, cx: &mut Cx<'_, Service>) -> Option<usize> {
        match self.door.way(call) {
            DoorOutcome::Through => {}
            DoorOutcome::Lost => {
                self.explain_refusal(call, Reason::Lost, cx);
                return None;
            }
            DoorOutcome::Refused(after, reason) => {
                self.refuse_later(call, after, reason, cx);
                return None;
            }
        }
        self.guard.tally.came += 1;
        if self.guard.open.is_empty() {
            self.no_replica_serves(call, cx);
            return None;
        }
        if self.spread.is_on() {
            return self.pick_spread(call, cx);
        }
        if self.health.is_ramping() {
            return Some(self.choose_in_slow_start(call.key, None, cx));
        }
        Some(self.choose_open(call.key))
    }

    /// No replica that a call may go to takes calls.
    pub(super) fn no_replica_serves(&mut self, call: &protocol::Call, cx: &mut Cx<'_, Service>) {
        self.guard.tally.ended += 1;
        self.guard.tally.badly += 1;
        let reason = self.why_no_replica();
        self.refuse_later(call, Span::ZERO, reason, cx);
    }

    /// A call of replica `at` has ended, and its outcome matters.
    #[cold]
    #[inline(never)]
    pub(super) fn notice(&mut self, at: usize, ending: Ending, cx: &mut Cx<'_, Service>) {
        self.guard.tally.ended += 1;
        self.guard.tally.badly += u64::from(ending != Ending::Well);
        if self.health.judges() && ending != Ending::Blameless {
            self.judge_health(at, ending == Ending::Well, cx);
        }
        if self.outstanding[at] == 0 && self.fleet.life(at) == Life::Draining {
            self.gone(at, cx);
        }
    }
}
