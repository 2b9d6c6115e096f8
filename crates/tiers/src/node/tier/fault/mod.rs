//! Faults of replicas: they slow down, hang, fail calls or die, each for a while.

mod leak;
mod memory;
mod restart;

use super::row::{Left, Stage};
use super::{DRIP, SERVED, Tier};
use crate::node::door::Door;
use crate::node::partial::Partial;
use crate::pure::fleet::Life;
use brownout_kernel::Cx;
use brownout_model::{Cause, Change, Effect, PathSet};
use brownout_protocol::{Kind, Service, Token, Wake};
use brownout_units::Span;

/// The state of a replica under faults: the combination of the active ones.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trouble of its own, and any of them may be on")]
pub(super) struct Trouble {
    /// It hangs.
    pub(super) hung: bool,
    /// It refuses everything.
    pub(super) down: bool,
    /// It has no lease.
    pub(super) lapsed: bool,
    /// The factor on service times.
    pub(super) slow: f64,
    /// Part of the calls fail.
    pub(super) errors: f64,
    /// The factor on service times because it is cold.
    cold: f64,
    /// Whether service times differ from normal.
    speed_differs: bool,
    /// … because its memory is full.
    check_memory: f64,
    /// Whether any call fails.
    fails: bool,
    /// Faults of some paths only, if any are active.
    partial: Option<Box<Partial>>,
    /// The active faults, by their place in the model.
    on: Vec<u32>,
}

impl Default for Trouble {
    fn default() -> Self {
        let (hung, down, lapsed, speed_differs, fails) = (false, false, false, false, false);
        let (slow, errors, cold, check_memory) = (1.0, 0.0, 1.0, 1.0);
        let (partial, on) = (None, Vec::new());
        Trouble { hung, down, lapsed, slow, errors, cold, speed_differs, check_memory, fails, partial, on }
    }
}

impl Trouble {
    /// Whether service times differ from normal.
    #[inline]
    pub(super) fn any(&self) -> bool {
        self.speed_differs
    }

    /// Whether it is unaffected.
    pub(super) fn is_none(&self) -> bool {
        !self.down && !self.any() && !self.fails_calls()
    }

    #[inline]
    pub(super) fn fails_calls(&self) -> bool {
        self.fails
    }

    /// How long work on a call takes.
    #[inline]
    pub(super) fn stretch(&self, work: Span, path: u8) -> Span {
        scale(work, self.slow_of(path))
    }

    /// The share of calls of a path that fail.
    pub(super) fn errors_of(&self, path: u8) -> f64 {
        self.partial.as_ref().map_or(self.errors, |partial| partial.errors(path, self.errors))
    }

    /// Whether calls of a path stand still.
    pub(super) fn hangs(&self, path: u8) -> bool {
        self.hung || self.partial.as_ref().is_some_and(|partial| partial.hangs(path))
    }

    /// The work of a call where calls share processors: those run slower only as a whole.
    pub(super) fn stretch_shared(&self, work: Span, path: u8) -> Span {
        self.partial.as_ref().map_or(work, |partial| scale(work, partial.slow(path)))
    }

    fn slow_of(&self, path: u8) -> f64 {
        self.partial.as_ref().map_or(self.slow, |partial| self.slow * partial.slow(path))
    }

    /// How fast work is done: 1 as usual, 0 not at all.
    fn speed(&self) -> f64 {
        if self.hung { 0.0 } else { 1.0 / self.slow }
    }
}

/// At most a thousand years, so that no sum overflows.
fn scale(span: Span, factor: f64) -> Span {
    Span::from_secs_f64((span.as_secs_f64() * factor).min(3e9))
}

impl Tier {
    /// A fault of the model begins or ends here.
    #[cold]
    pub(super) fn fault(&mut self, fault: u32, on: bool, only: Option<u16>, cx: &mut Cx<'_, Service>) {
        self.explain_change(fault, on, cx);
        if self.set(fault, on, cx) {
            return;
        }
        let options = &self.wiring.faults[fault as usize];
        let (kind, id) = (options.effect, options.id);
        if only.is_some_and(|at| !options.target.is_there(at.into(), self.zone_count())) {
            return;
        }
        if options.cause != Cause::Schedule {
            let kind = if on { Kind::FaultBegan } else { Kind::FaultEnded };
            self.note(kind, id.0 as usize, only.map_or(0, |at| u64::from(at) + 1), cx);
        }
        if Door::is_at_door(kind) {
            self.door.set(fault, on);
            return self.choose_again(cx);
        }
        if let Effect::Emergency { .. } = kind {
            return self.lease(fault, on, cx);
        }
        let hit = match only {
            None => self.hit(fault, on),
            Some(at) => self.hit_only(usize::from(at), fault, on),
        };
        match kind {
            Effect::Restart { .. } if on => self.restart(fault, &hit, cx),
            // Each replica comes back on its own.
            Effect::Restart { .. } => {}
            Effect::Flush => self.flush(),
            Effect::QueueLimit { limit } if options.target.paths != PathSet::ALL => {
                let paths = options.target.paths;
                self.limits.retain(|(other, ..)| *other != fault);
                if on {
                    self.limits.push((fault, paths, limit));
                }
            }
            Effect::QueueLimit { limit } => {
                self.station.queue.limit = if on { Some(limit) } else { self.usual_limit };
            }
            _ => self.strike(fault, on, &hit, cx),
        }
    }

    fn strike(&mut self, fault: u32, on: bool, hit: &[usize], cx: &mut Cx<'_, Service>) {
        let kind = self.wiring.faults[fault as usize].effect;
        for &at in hit {
            let before = self.replicas[at].trouble.clone();
            let trouble = &mut self.replicas[at].trouble;
            if on {
                trouble.on.push(fault);
            } else {
                trouble.on.retain(|&other| other != fault);
            }
            self.sum_up(at);
            match kind {
                Effect::Crash if on => self.crash(at, cx),
                Effect::Leak { .. } if !on => self.refill(at, cx),
                Effect::Memory { .. } if !on => self.alter(at, |trouble| trouble.check_memory = 1.0, cx),
                _ => {}
            }
            self.change_speed(at, &before, cx);
        }
        let name = Token { index: fault, generation: 0 };
        match kind {
            Effect::Leak { every } if on && !hit.is_empty() => {
                cx.wake_after(every, Wake::new(DRIP, name));
            }
            Effect::Memory { .. } if on && !hit.is_empty() => self.check_memory(fault, cx),
            Effect::Lapsed => self.choose_again(cx),
            _ => {}
        }
    }

    fn flush(&mut self) {
        if let Some((store, _)) = &mut self.cache {
            store.flush();
        }
    }

    /// One replica, if a fault hits each independently; none if it is not there, or already hit.
    fn hit_only(&self, at: usize, fault: u32, on: bool) -> Vec<usize> {
        let there = at < self.replicas.len() && self.is_up(at);
        let has = at < self.replicas.len() && self.replicas[at].trouble.on.contains(&fault);
        if on && there && !has || !on && has { vec![at] } else { Vec::new() }
    }

    fn is_up(&self, at: usize) -> bool {
        matches!(self.fleet.life(at), Life::Serving | Life::Draining)
    }

    /// The replicas of a fault: when it begins, some of those that are there; when it ends, those that it hit.
    fn hit(&self, fault: u32, on: bool) -> Vec<usize> {
        let all = 0..self.replicas.len();
        let has = |at: &usize| self.replicas[*at].trouble.on.contains(&fault);
        if !on {
            return all.filter(has).collect();
        }
        let options = &self.wiring.faults[fault as usize];
        let zones = self.zone_count();
        let there: Vec<usize> =
            all.filter(|&at| self.is_up(at) && options.target.is_there(at, zones)).collect();
        let hits = options.target.hits.of(there.len());
        // A fault set off by chance or a condition may already be active from another cause.
        there[hits].iter().copied().filter(|at| !has(at)).collect()
    }

    /// A replica is gone: the next one in its place is a new one.
    pub(super) fn heal(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let before = std::mem::take(&mut self.replicas[at].trouble);
        let replica = &mut self.replicas[at];
        (replica.workers, replica.aside, replica.killed) = (self.workers, false, false);
        self.change_speed(at, &before, cx);
    }

    /// A replica gets cold, or warm.
    pub(super) fn set_cold_factor(&mut self, at: usize, cold: f64, cx: &mut Cx<'_, Service>) {
        self.alter(at, |trouble| trouble.cold = cold, cx);
    }

    /// The state of a replica changes, and with it its speed.
    fn alter(&mut self, at: usize, change: impl FnOnce(&mut Trouble), cx: &mut Cx<'_, Service>) {
        let before = self.replicas[at].trouble.clone();
        change(&mut self.replicas[at].trouble);
        self.sum_up(at);
        self.change_speed(at, &before, cx);
    }

    /// The combined effect of all active faults.
    fn sum_up(&mut self, at: usize) {
        let last = std::mem::take(&mut self.replicas[at].trouble);
        let mut sum = Trouble {
            hung: false,
            lapsed: false,
            errors: 0.0,
            down: self.replicas[at].killed,
            slow: last.cold * last.check_memory,
            ..last
        };
        sum.partial = None;
        for &fault in &sum.on {
            let Change { effect, target, .. } = &self.wiring.faults[fault as usize];
            if target.paths != PathSet::ALL {
                sum.partial.get_or_insert_default().add(*effect, target.paths);
                continue;
            }
            match *effect {
                Effect::Hang => sum.hung = true,
                Effect::Lapsed => sum.lapsed = true,
                Effect::Crash | Effect::Restart { .. } => sum.down = true,
                Effect::Slow { factor } => sum.slow *= factor,
                Effect::Errors { ratio } => {
                    sum.errors = 1.0 - (1.0 - sum.errors) * (1.0 - ratio.fraction().min(1.0));
                }
                _ => {}
            }
        }
        let partial = sum.partial.as_deref();
        sum.speed_differs = sum.hung || sum.slow > 1.0 || partial.is_some_and(Partial::changes_speed);
        sum.fails = 0.0 < sum.errors || partial.is_some_and(Partial::fails_calls);
        self.replicas[at].trouble = sum;
    }

    /// Work in service goes on at the speed the replica has now.
    fn change_speed(&mut self, at: usize, before: &Trouble, cx: &mut Cx<'_, Service>) {
        let now = self.replicas[at].trouble.clone();
        let alike = before.hung == now.hung && before.slow.total_cmp(&now.slow).is_eq();
        if alike && before.partial == now.partial {
            return;
        }
        // Where calls share processors, one that is slow on its own is more work from its beginning on.
        if let Some(sharing) = &mut self.replicas[at].sharing {
            sharing.set_speed(now.speed(), cx.now());
            return self.rearm(at, cx);
        }
        for ours in self.calls.tokens() {
            let call = *self.calls.live(ours);
            let stretch = now.slow_of(call.path) / before.slow_of(call.path);
            let hangs = now.hangs(call.path);
            let differs = !alike || stretch.total_cmp(&1.0).is_ne() || hangs != before.hangs(call.path);
            if usize::from(call.replica) == at && differs {
                let stage = move_on(call.stage, stretch, hangs, ours, cx);
                self.calls.live(ours).stage = stage;
            }
        }
    }
}

/// The stage of a call whose remaining work takes `stretch` times as long, or is suspended.
fn move_on(stage: Stage, stretch: f64, hung: bool, ours: Token, cx: &mut Cx<'_, Service>) -> Stage {
    let left: Span = match stage {
        Stage::Serving(timer) => {
            let due = cx.due(timer).expect("a call in service has its timer");
            assert!(cx.cancel(timer));
            due - cx.now()
        }
        Stage::Frozen(left) => left.into(),
        Stage::Preempted(left) => return Stage::Preempted(scale(left.into(), stretch).into()),
        other => return other,
    };
    let left = scale(left, stretch);
    if hung {
        Stage::Frozen(Left::from(left))
    } else {
        Stage::Serving(cx.wake_after(left, Wake::new(SERVED, ours)))
    }
}
