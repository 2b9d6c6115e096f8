//! Routing beyond plain balance: health, priorities, shares set by an operator, cached names.

use super::Relay;
use crate::pure::checks::Checks;
use crate::pure::outlier::Outliers;
use crate::pure::resolver::Resolver;
use crate::pure::routes::{Member, Routes, Rules};
use brownout_kernel::{Cx, Instant, Stream};
use brownout_model::{Balance, Balancer, Effect};
use brownout_protocol::{Call, Reason, Service};
use brownout_units::{Ratio, Span};

/// How often another target is tried before one with a reduced share takes the call anyway.
const TRIES: u32 = 8;

/// A balancer's view of its targets.
#[expect(clippy::struct_excessive_bools, reason = "each is worked out once, not at every call")]
pub(super) struct Router {
    pub(super) routes: Routes,
    pub(super) outliers: Option<Outliers>,
    pub(super) checks: Option<Checks>,
    /// Whether panic was recorded last.
    pub(super) panics: bool,
    resolver: Option<Resolver>,
    /// Whether a user keeps to one target.
    sticks: bool,
    /// Whether more than one priority level may get calls.
    levels: bool,
    /// Active changes by an operator or a fault, the latest last.
    diverted: Vec<u32>,
    /// Whether some target has a reduced share, or had one and is in slow start.
    parts: bool,
}

impl Router {
    /// All targets are healthy; a link has one target and nothing to decide.
    pub(super) fn new(balancer: Option<&Balancer>, stream: &mut Stream) -> Self {
        let targets = balancer.map_or(&[][..], |balancer| &balancer.targets[..]);
        let member = |target: &brownout_model::Target| Member::new(target.priority.into(), target.weight);
        let care = balancer.map(|balancer| &balancer.care);
        let ttl = balancer.and_then(|balancer| balancer.ttl.clone());
        let rules = Rules {
            overprovisioning: balancer.map_or(1.0, |balancer| balancer.overprovisioning),
            panic: care.map_or(Ratio::ZERO, |care| care.panic),
            slow_start: care.map_or(Span::ZERO, |care| care.slow_start),
            remembers: ttl.is_some(),
        };
        let check = care.and_then(|care| care.check.as_ref());
        Router {
            routes: Routes::new(targets.iter().map(member).collect(), rules),
            outliers: care.and_then(|care| care.ejection).map(Outliers::new),
            checks: check.map(|check| Checks::new(check.unhealthy, check.healthy)),
            panics: false,
            resolver: ttl.map(|ttl| Resolver::new(ttl, stream.word())),
            sticks: balancer.is_some_and(|balancer| balancer.balance == Balance::Affinity),
            levels: balancer.is_some_and(|balancer| 1 < balancer.levels()),
            diverted: Vec::new(),
            parts: care.is_some_and(|care| !care.slow_start.is_zero()),
        }
    }
}

impl Relay {
    /// The target of a call; none if it was refused because no target may take it.
    #[inline(never)]
    pub(super) fn route(&mut self, call: &Call, cx: &mut Cx<'_, Service>) -> Option<usize> {
        let now = cx.now();
        let at = match &self.router.resolver {
            Some(resolver) => {
                let asked = resolver.asked(call.key, now, self.router.sticks);
                let open = self.router.routes.open(asked.at, asked.draws[0]);
                (!open.is_empty()).then(|| self.router.routes.by_share(open, asked.at, asked.draws[1]))
            }
            None => self.choose(call.key, now),
        };
        if at.is_none() {
            self.refuse(call, Span::ZERO, Reason::NoReplica, cx);
        }
        at
    }

    /// A target among those that may be chosen now, by the balance; one with a reduced share takes that fraction.
    fn choose(&mut self, key: u64, now: Instant) -> Option<usize> {
        let (options, router) = (&mut self.options, &self.router);
        let draw = if router.levels { options.routes.uniform() } else { 0.0 };
        let open = router.routes.open(now, draw);
        if open.is_empty() {
            return None;
        }
        let mut pick = || options.chooser.choose_among(&self.outstanding, open, key, &mut options.choice);
        if router.parts {
            // The largest share counts as a whole one.
            let part = |at: usize| router.routes.part(at, now);
            let most = open.iter().map(|&at| part(at as usize)).fold(0.0, f64::max);
            for _ in 0..TRIES {
                let at = pick();
                let part = part(at) / most;
                if 1.0 <= part || options.routes.chance(part) {
                    return Some(at);
                }
            }
        }
        Some(pick())
    }

    /// An operator or a fault changes the fraction of its usual share that a target gets, or undoes that.
    pub(super) fn divert(&mut self, fault: u32, on: bool, cx: &mut Cx<'_, Service>) {
        let diverted = &mut self.router.diverted;
        diverted.retain(|&other| other != fault);
        if on {
            diverted.push(fault);
        }
        (self.routed, self.router.parts) = (true, true);
        for at in 0..self.options.targets.len() {
            // The latest change of a target counts.
            let said = |&fault: &u32| match self.options.faults[fault as usize].effect {
                Effect::Divert { target, others, keep } => {
                    ((usize::from(target) == at) != others).then_some(keep.fraction())
                }
                _ => None,
            };
            let keep = self.router.diverted.iter().rev().find_map(said).unwrap_or(1.0);
            self.router.routes.keep(at, keep.min(1.0), cx.now());
        }
        self.note_panic(cx);
    }
}
