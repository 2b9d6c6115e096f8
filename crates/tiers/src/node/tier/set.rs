//! Overrides in mid-run: from an instant on, a station has other limits, workers, policies, calls, or no cache.
//!
//! State stays where it means the same: calls that wait keep their places, tries that are out their timeouts, a cache
//! what it holds, and a policy what it has seen, because one that does not decide goes on watching.

use super::row::Branch;
use super::{Tier, fleet};
use crate::node::overrides::Overrides;
use crate::pure::cache::Store;
use crate::pure::choose::Chooser;
use crate::pure::slab::Slab;
use brownout_dist::Law;
use brownout_kernel::Cx;
use brownout_model::{Enforced, Setting, Station};
use brownout_protocol::{Service, Status, Token};

impl Tier {
    /// An override begins or ends; false if the change is none.
    #[cold]
    pub(super) fn set(&mut self, change: u32, on: bool, cx: &mut Cx<'_, Service>) -> bool {
        if !self.wiring.overrides.switch(change, on) {
            return false;
        }
        let unset = self.unset.get_or_insert_with(|| {
            let mut station = Box::new(self.station.clone());
            station.queue.limit = self.usual_limit;
            station
        });
        let mut next = Station::clone(unset);
        let mut door: Enforced = Vec::new();
        let mut calls: Vec<Enforced> = vec![Vec::new(); next.calls.len()];
        for setting in self.wiring.overrides.in_force() {
            let Setting::Station(patch) = setting else { continue };
            patch.queue.apply(&mut next.queue);
            for (at, (call, policies)) in patch.calls.iter().enumerate() {
                call.apply(&mut next.calls[at]);
                calls[at].extend(policies);
            }
            next.replicas = patch.replicas.unwrap_or(next.replicas);
            next.workers = patch.workers.unwrap_or(next.workers);
            next.balance = patch.balance.clone().unwrap_or(next.balance);
            next.full = patch.full.unwrap_or(next.full);
            next.cache = patch.cache.map_or(next.cache, |cache| cache.to);
            door.extend(&patch.policies);
        }
        self.enforce(&mut next, &door, &calls);
        self.set_queue(&next);
        self.set_calls(&next);
        self.set_cache(&next);
        self.full = Status::from_code(next.full).unwrap_or(Status::Unavailable);
        if self.station.balance != next.balance {
            self.chooser = Chooser::new(next.balance.clone());
        }
        let (workers, replicas) = (fleet::workers(&next), next.replicas);
        let scaled = self.station.replicas != replicas;
        let limit = self.station.queue.limit;
        self.station = next;
        self.station.queue.limit = limit;
        self.set_workers(workers, cx);
        if scaled {
            self.scale(replicas, cx);
        }
        true
    }

    /// Which policies decide, at the door of the tier, at its replicas and at its calls.
    fn enforce(&mut self, next: &mut Station, door: &Enforced, calls: &[Enforced]) {
        for &(at, on) in door {
            next.policies[usize::from(at)].on = on;
        }
        self.inlets.enforce(&next.policies, &[]);
        for replica in &mut self.replicas {
            replica.inlets.enforce(&next.policies, &[]);
        }
        for ((call, gate), enforced) in next.calls.iter().zip(&mut self.wiring.gates).zip(calls) {
            gate.enforce(&call.policies, enforced);
        }
    }

    /// Another limit and another order of the queues; a limit that an operator has set stands.
    fn set_queue(&mut self, next: &Station) {
        if self.station.queue.limit == self.usual_limit {
            self.station.queue.limit = next.queue.limit;
        }
        self.usual_limit = next.queue.limit;
        if self.station.queue.order != next.queue.order {
            for at in 0..self.replicas.len() {
                let Tier { replicas, calls, wiring, levels, .. } = self;
                let waiting = &mut replicas[at].waiting;
                waiting.reorder(next.queue.order, *levels, |token| {
                    let call = calls.get(token).filter(|call| call.waits())?;
                    Some((call.since, usize::from(wiring.priorities[call.path as usize])))
                });
            }
        }
    }

    /// Other timeouts of calls; once a call may be tried again, each has a branch of its own.
    fn set_calls(&mut self, next: &Station) {
        for (at, call) in next.calls.iter().enumerate() {
            if self.station.calls[at].timeout != call.timeout {
                self.wiring.calls[at].1 = call.timeout.map(|timeout| {
                    self.wiring.overrides.lane(timeout).expect("each timeout that may hold has its lane")
                });
            }
        }
        self.policed.calls = self.wiring.gates.iter().any(|gate| !gate.is_open());
        if self.direct && self.station.calls != next.calls {
            (self.direct, self.was_direct) = (false, true);
        }
    }

    /// A cache that is off keeps what it holds; one that there was none of begins as its options say.
    fn set_cache(&mut self, next: &Station) {
        self.bypass = next.cache.is_none();
        let Some(options) = next.cache else { return };
        if let Some((store, _)) = &mut self.cache {
            return store.set_options(options);
        }
        let keys = brownout_dist::Zipf::new(options.keys as f64, options.skew);
        let keys = Law::Zipf(keys.expect("the scenario checked the keys"));
        self.cache = Some((Store::new(options), keys));
    }

    /// Another number of workers at each replica, less those that have leaked.
    fn set_workers(&mut self, workers: u32, cx: &mut Cx<'_, Service>) {
        let before = std::mem::replace(&mut self.workers, workers);
        for at in 0..self.replicas.len() {
            let replica = &mut self.replicas[at];
            let leaked = before.saturating_sub(replica.workers);
            replica.workers = workers.saturating_sub(leaked);
            while self.replicas[at].busy < self.replicas[at].workers && 0 < self.replicas[at].waiting.len() {
                self.replicas[at].busy += 1;
                self.release(at, cx);
            }
        }
    }

    /// Whether a call is out without a branch: the tier makes none, or made none when it went out.
    #[inline]
    pub(super) fn answers_directly(&self, token: Token) -> bool {
        self.direct || self.was_direct && token.generation < FIRST_BRANCH
    }
}

/// The generation of the first branches of a tier that may come to need them: names of calls and of branches differ.
const FIRST_BRANCH: u32 = 1 << 31;

/// An empty table of branches.
pub(super) fn branches(overrides: &Overrides) -> Slab<Branch> {
    if overrides.is_empty() { Slab::new() } else { Slab::from_generation(FIRST_BRANCH) }
}
