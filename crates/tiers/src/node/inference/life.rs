//! The life cycle of replicas: they boot, load weights, warm up, drain and go; they crash and restart, slow down, hang.

use super::events::EventSink;
use super::replica::{Health, Replica};
use super::{BOOTED, CUT_OFF, Engines, RESTARTED, WARM};
use crate::node::door::Door;
use crate::node::draw_span;
use crate::node::explained;
use crate::node::partial::Partial;
use crate::pure::fleet::{Life, Step};
use brownout_kernel::{Cx, Instant, NodeId};
use brownout_model::{Boot, Cause, Change, Effect, PathSet};
use brownout_protocol::{Kind, Msg, Record, Row, Service, Token, Wake};
use brownout_units::Span;

/// The combined effect of all active faults on a replica.
struct Sum {
    hangs: bool,
    down: bool,
    slow: f64,
    errors: f64,
    /// Faults of some paths only.
    partial: Option<Box<Partial>>,
}

impl Engines {
    /// Sets the desired number of replicas that decode.
    pub(super) fn scale(&mut self, replicas: u32, cx: &mut Cx<'_, Service>) {
        let steps = self.fleet.scale(replicas as usize, cx.now());
        self.follow(&steps, cx);
    }

    /// Capacity of another cloud comes or goes.
    fn lease(&mut self, lease: u32, on: bool, cx: &mut Cx<'_, Service>) {
        let Effect::Emergency { replicas, .. } = self.wiring.faults[lease as usize].effect else { return };
        let steps = if on {
            self.fleet.lease(lease, replicas as usize, cx.now())
        } else {
            self.fleet.give_back(lease, cx.now())
        };
        self.follow(&steps, cx);
    }

    /// How much later a leased replica that decodes answers.
    fn distance(&self, at: usize) -> Span {
        match self.fleet.lease_of(at).map(|lease| self.wiring.faults[lease as usize].effect) {
            Some(Effect::Emergency { round_trip, .. }) => round_trip,
            _ => Span::ZERO,
        }
    }

    /// Sends a message of replica `place`.
    #[inline]
    pub(super) fn send_from(
        &self,
        place: usize,
        crossed: bool,
        to: NodeId,
        msg: Msg,
        cx: &mut Cx<'_, Service>,
    ) {
        if self.far {
            let across = if crossed { self.across() } else { Span::ZERO };
            cx.send_after(self.replicas[place].away + across, to, msg);
        } else {
            self.send_back(crossed, to, msg, cx);
        }
    }

    fn follow(&mut self, steps: &[Step], cx: &mut Cx<'_, Service>) {
        for &step in steps {
            match step {
                Step::Order(at) => {
                    while self.replicas.len() < self.prefills + self.fleet.places() {
                        self.replicas.push(Replica::new(&self.options.engine));
                        self.outstanding.push(0);
                        self.kv_free.push(self.options.engine.blocks);
                    }
                    let away = self.distance(at);
                    self.replicas[self.prefills + at].away = away;
                    self.far |= !away.is_zero();
                    self.note(Kind::ReplicaOrdered, at, self.fleet.wanted() as u64, cx);
                }
                Step::Boot(at) => {
                    // The lead time of a lease replaces that of its machines.
                    let lag = self.lag(self.fleet.lease_of(at).is_none());
                    cx.wake_after(lag, Wake::new(BOOTED, self.name(at)));
                }
                Step::Forget(at) => {
                    self.note(Kind::ReplicaGone, at, self.fleet.age(at, cx.now()).nanos(), cx);
                }
                Step::Drain(at) => self.drain(at, cx),
            }
        }
        self.choose_again(cx.now());
    }

    /// A line about a replica.
    pub(super) fn note(&self, kind: Kind, at: usize, value: u64, cx: &mut Cx<'_, Service>) {
        let place = self.wiring.place;
        cx.record(Record { kind, row: Row::default(), place, call: at as u32, value });
    }

    /// The time until a replica serves: with a new machine, or on its current one.
    pub(super) fn lag(&mut self, anew: bool) -> Span {
        let Boot { node, image, weights, .. } = &self.options.fleet.boot;
        let node = node.as_ref().filter(|_| anew);
        let lags = [node, image.as_ref(), weights.as_ref()];
        let stream = &mut self.wiring.streams.boot;
        lags.into_iter().flatten().map(|law| draw_span(law, stream)).fold(Span::ZERO, |sum, lag| sum + lag)
    }

    /// The name of a replica that decodes, for a timer: which use of its place it is.
    fn name(&self, at: usize) -> Token {
        Token { index: at as u32, generation: self.fleet.uses(at) }
    }

    fn is(&self, name: Token, life: Life) -> bool {
        let at = name.index as usize;
        self.fleet.life(at) == life && self.fleet.uses(at) == name.generation
    }

    /// A new replica has its weights, unless it was cancelled.
    pub(super) fn booted(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        if !self.is(name, Life::Booting) {
            return;
        }
        let at = name.index as usize;
        let steps = self.fleet.booted(at, cx.now());
        self.note(Kind::ReplicaReady, at, self.fleet.age(at, cx.now()).nanos(), cx);
        self.make_cold(self.prefills + at, cx);
        self.ramp(self.prefills + at, cx);
        self.follow(&steps, cx);
    }

    /// A replica begins cold.
    fn make_cold(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let Boot { warm_up, cold, .. } = self.options.fleet.boot;
        if warm_up.is_zero() || cold <= 1.0 {
            return;
        }
        let replica = &mut self.replicas[at];
        replica.starts = replica.starts.wrapping_add(1);
        replica.cold = cold;
        let name = Token { index: at as u32, generation: replica.starts };
        cx.wake_after(warm_up, Wake::new(WARM, name));
        self.apply_faults(at, cx);
    }

    /// A replica is warm, unless it has started again meanwhile.
    pub(super) fn warm(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        let at = name.index as usize;
        if self.replicas[at].starts == name.generation {
            self.replicas[at].cold = 1.0;
            self.apply_faults(at, cx);
        }
    }

    fn drain(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let place = self.prefills + at;
        self.note(Kind::ReplicaDraining, at, u64::from(self.outstanding[place]), cx);
        self.replicas[place].engine.set_draining(true);
        if self.outstanding[place] == 0 {
            return self.left(at, cx);
        }
        if let Some(drain) = self.options.fleet.drain {
            cx.wake_after(drain, Wake::new(CUT_OFF, self.name(at)));
        }
    }

    /// Requests that a draining replica has not finished by now are lost.
    pub(super) fn cut_off(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        if self.is(name, Life::Draining) {
            let place = self.prefills + name.index as usize;
            self.lose_all(place, cx);
            self.settle(place, cx);
            assert!(!self.is(name, Life::Draining), "a draining replica without requests has gone");
        }
    }

    /// A request has left replica `place`, which may have been its last.
    pub(super) fn may_leave(&mut self, place: usize, cx: &mut Cx<'_, Service>) {
        let Some(at) = place.checked_sub(self.prefills).filter(|_| 0 < self.fleet.draining()) else { return };
        if self.outstanding[place] == 0 && self.fleet.life(at) == Life::Draining {
            self.left(at, cx);
        }
    }

    /// A replica is gone, with its cache and its faults; the next one in its place is new.
    fn left(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        self.note(Kind::ReplicaGone, at, self.fleet.age(at, cx.now()).nanos(), cx);
        self.fleet.gone(at, cx.now());
        let place = self.prefills + at;
        let replica = &mut self.replicas[place];
        (replica.cold, replica.errors, replica.health) = (1.0, 0.0, Health::Well);
        replica.partial = None;
        replica.starts = replica.starts.wrapping_add(1);
        replica.on.clear();
        replica.engine.set_draining(false);
        self.health.forget(place);
        self.lose_all(place, cx);
        self.apply_faults(place, cx);
        self.choose_again(cx.now());
    }

    /// A fault of the model begins or ends here.
    #[cold]
    pub(super) fn fault(&mut self, fault: u32, on: bool, only: Option<u16>, cx: &mut Cx<'_, Service>) {
        let options = &self.wiring.faults[fault as usize];
        let (kind, id, zones) = (options.effect, options.id, self.wiring.zones.len().max(1));
        if only.is_some_and(|at| !options.target.is_there(at.into(), zones)) {
            return;
        }
        if self.wiring.explains {
            explained::change(self.wiring.place, options, on, cx);
        }
        let there: Vec<usize> =
            (0..self.replicas.len()).filter(|&at| options.target.is_there(at, zones)).collect();
        let hits = there[options.target.hits.of(there.len())].to_vec();
        if options.cause != Cause::Schedule {
            let kind = if on { Kind::FaultBegan } else { Kind::FaultEnded };
            self.note(kind, id.0 as usize, only.map_or(0, |at| u64::from(at) + 1), cx);
        }
        if Door::is_at_door(kind) {
            return self.door.set(fault, on);
        }
        if let Effect::Emergency { .. } = kind {
            return self.lease(fault, on, cx);
        }
        // A fault ends for all replicas that it has hit, whatever their number is by now.
        let hits = if on { hits } else { (0..self.replicas.len()).collect() };
        for at in only.map_or(hits, |at| vec![at.into()]) {
            let Some(replica) = self.replicas.get_mut(at) else { continue };
            let before = replica.on.len();
            replica.on.retain(|&other| other != fault);
            if on {
                replica.on.push(fault);
            }
            if replica.on.len() != before {
                self.apply_faults(at, cx);
            }
        }
    }

    /// Applies the active faults and the age of a replica to its state.
    fn apply_faults(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let sum = self.sum(at);
        let now = cx.now();
        let Engines { replicas, heard, .. } = self;
        let replica = &mut replicas[at];
        replica.advance(at, now, heard);
        (replica.errors, replica.partial) = (sum.errors, sum.partial);
        replica.hang(sum.hangs, now);
        let (clock, speed) = (replica.clock(now), 1.0 / (sum.slow * replica.cold));
        replica.engine.set_speed(speed, clock, &mut EventSink { heard, replica: at as u16 });
        match (replica.health, sum.down) {
            (Health::Down, false) => self.restart(at, cx),
            (Health::Down, true) | (_, false) => {}
            (_, true) => {
                self.replicas[at].health = Health::Down;
                self.lose_all(at, cx);
                self.choose_again(cx.now());
            }
        }
        self.settle(at, cx);
    }

    fn sum(&self, at: usize) -> Sum {
        let mut sum = Sum { hangs: false, down: false, slow: 1.0, errors: 0.0, partial: None };
        for &fault in &self.replicas[at].on {
            let Change { effect, target, .. } = &self.wiring.faults[fault as usize];
            if target.paths != PathSet::ALL {
                sum.partial.get_or_insert_default().add(*effect, target.paths);
                continue;
            }
            match *effect {
                Effect::Hang => sum.hangs = true,
                Effect::Crash => sum.down = true,
                Effect::Slow { factor } => sum.slow *= factor,
                Effect::Errors { ratio } => {
                    sum.errors = 1.0 - (1.0 - sum.errors) * (1.0 - ratio.fraction().min(1.0));
                }
                _ => {}
            }
        }
        sum
    }

    /// The requests of a replica are lost, and its cache.
    pub(super) fn lose_all(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let Engines { replicas, heard, .. } = self;
        let replica = &mut replicas[at];
        let clock = replica.clock(cx.now());
        replica.engine.clear(clock, &mut EventSink { heard, replica: at as u16 });
    }

    /// A crashed replica starts again on the machine that it has.
    fn restart(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let lag = self.lag(false);
        let replica = &mut self.replicas[at];
        replica.health = Health::Restarting;
        replica.starts = replica.starts.wrapping_add(1);
        let name = Token { index: at as u32, generation: replica.starts };
        cx.wake_after(lag, Wake::new(RESTARTED, name));
    }

    /// A crashed replica is back, unless it crashed again or went away meanwhile.
    pub(super) fn restarted(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        let at = name.index as usize;
        let replica = &mut self.replicas[at];
        if replica.health == Health::Restarting && replica.starts == name.generation {
            replica.health = Health::Well;
            self.make_cold(at, cx);
            self.ramp(at, cx);
            self.choose_again(cx.now());
        }
    }

    /// The set of replicas that take requests has changed.
    pub(super) fn choose_again(&mut self, now: Instant) {
        let well = |at: &usize| self.replicas[*at].health == Health::Well;
        let place = |at: usize| at as u32;
        self.open_prefill = (0..self.prefills).filter(well).map(place).collect();
        let decoders = (0..self.fleet.places()).filter(|&at| self.fleet.life(at) == Life::Serving);
        self.open = decoders.map(|at| self.prefills + at).filter(well).map(place).collect();
        if self.watched.health {
            self.apply_health();
        }
        let open = self.open.len() + self.open_prefill.len();
        self.ready.set(open as u64, now);
        self.whole = open == self.replicas.len() && !self.health.is_ramping();
    }
}
