//! The places of policies: a gate through which calls go out, a door through which they come in.
//!
//! Both have a list of policies, in the order of the file. Each applies to some paths and has one instance for all, per
//! class or per client. All are consulted first, and each is notified once all accept.

use super::{Admission, Inlet, Make, Outcome, Outlet, TryKind, Turn, kind_of};
use brownout_kernel::{Instant, Stream};
use brownout_model::{PathId, Per, Policy};
use brownout_protocol::Status;
use brownout_units::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// With more per-client instances than this, those that are back in their initial state are evicted.
const SEATS_MIN: usize = 256;

/// What [`Inlets::entered`] says of a call that is served as usual.
pub(crate) const FULL: f64 = f64::INFINITY;

/// Why a call does not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The place of the policy among all of the tier.
    pub(crate) policy: u32,
    /// The status of the refusal.
    pub(crate) status: Status,
    /// Its `Retry-After`; zero: none.
    pub(crate) after: Span,
}

/// The class and client of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallerKey {
    pub(crate) path: u8,
    /// The same for one user everywhere.
    pub(crate) key: u64,
}

/// One instance, and how many calls that it let through have not ended.
struct Seat<P: ?Sized> {
    policy: Box<P>,
    inside: u32,
}

/// One policy of the file, with all its instances.
struct Guard<P: ?Sized> {
    /// Its place in the file.
    number: u32,
    options: Policy,
    status: Status,
    /// By path: its class.
    classes: Arc<[u8]>,
    make: Box<dyn Fn() -> Box<P> + Send>,
    seats: BTreeMap<u64, Seat<P>>,
    /// Whether it decides; otherwise it only watches.
    on: bool,
    sweep_at: usize,
}

impl<P: ?Sized> Guard<P> {
    fn new(
        number: usize,
        options: &Policy,
        classes: &Arc<[u8]>,
        make: impl Fn() -> Box<P> + Send + 'static,
    ) -> Self {
        Guard {
            number: number as u32,
            status: Status::from_code(options.status).expect("the model was checked"),
            options: options.clone(),
            classes: classes.clone(),
            make: Box::new(make),
            seats: BTreeMap::new(),
            on: options.on,
            sweep_at: SEATS_MIN,
        }
    }

    /// The instance for a caller, if the policy applies to it.
    fn seat(&mut self, who: CallerKey) -> Option<&mut Seat<P>> {
        if !self.options.paths.contains(PathId(who.path)) {
            return None;
        }
        let number = match self.options.per {
            Per::All => 0,
            Per::Class => u64::from(self.classes[who.path as usize]),
            Per::Client => who.key,
        };
        Some(self.seats.entry(number).or_insert_with(|| Seat { policy: (self.make)(), inside: 0 }))
    }

    /// Decides from now on, or only watches, as its policy or else a later word says.
    fn enforce(&mut self, policies: &[Policy], enforced: &[(u16, bool)]) {
        let said = enforced.iter().rev().find(|(at, _)| u32::from(*at) == self.number);
        self.on = said.map_or(policies[self.number as usize].on, |(_, on)| *on);
    }

    fn refusal(&self) -> Refusal {
        let after = self.options.retry_after.unwrap_or(Span::ZERO);
        Refusal { policy: self.number, status: self.status, after }
    }

    /// Evicts instances that are back in their initial state, now and then.
    fn sweep(&mut self, is_fresh: impl Fn(&P) -> bool) {
        if self.sweep_at <= self.seats.len() {
            self.seats.retain(|_, seat| 0 < seat.inside || !is_fresh(&seat.policy));
            self.sweep_at = SEATS_MIN.max(2 * self.seats.len());
        }
    }
}

/// The policies of one client or of one call to another tier.
pub(crate) struct Gate {
    guards: Vec<Guard<dyn Outlet>>,
}

impl Gate {
    /// Which of its policies decide from now on; the others only watch.
    pub(crate) fn enforce(&mut self, policies: &[Policy], enforced: &[(u16, bool)]) {
        self.guards.iter_mut().for_each(|guard| guard.enforce(policies, enforced));
    }

    /// The gate of some policies; inlets among them are left out.
    pub(crate) fn new(policies: &[Policy], classes: &Arc<[u8]>) -> Self {
        let guard = |(number, policy): (usize, &Policy)| {
            let Make::Outlet { make, .. } = kind_of(policy).make else { return None };
            let args = policy.args.clone();
            Some(Guard::new(number, policy, classes, move || make(&args).expect("the model was checked")))
        };
        Gate { guards: policies.iter().enumerate().filter_map(guard).collect() }
    }

    /// Whether there are no policies.
    pub(crate) fn is_open(&self) -> bool {
        self.guards.is_empty()
    }

    /// Lets a try out, or returns the status of the refusal.
    pub(crate) fn let_out(
        &mut self,
        kind: TryKind,
        who: CallerKey,
        now: Instant,
        stream: &mut Stream,
    ) -> Result<(), Status> {
        let mut told = None;
        for guard in &mut self.guards {
            let status = guard.status;
            // The other policies are consulted as well: one that counts requests counts this one.
            let decides = guard.on;
            let asked = guard.seat(who).filter(|_| decides);
            if asked.is_some_and(|seat| !seat.policy.allows(kind, now, stream)) && told.is_none() {
                told = Some(status);
            }
        }
        if let Some(status) = told {
            return Err(status);
        }
        for guard in &mut self.guards {
            if let Some(seat) = guard.seat(who) {
                seat.inside += 1;
                seat.policy.sent(kind, now);
            }
            guard.sweep(|policy| policy.is_fresh(now));
        }
        Ok(())
    }

    /// Whether it makes sense to wait for a retry.
    pub(crate) fn may_retry(&mut self, who: CallerKey, now: Instant) -> bool {
        self.guards
            .iter_mut()
            .filter(|guard| guard.on)
            .filter_map(|guard| guard.seat(who))
            .all(|seat| seat.policy.may_retry(now))
    }

    /// A try that was let out has ended.
    ///
    /// # Panics
    /// If it was not let out.
    pub(crate) fn ended(&mut self, who: CallerKey, outcome: &Outcome) {
        for seat in self.guards.iter_mut().filter_map(|guard| guard.seat(who)) {
            assert!(0 < seat.inside, "a try ended that no policy let out");
            seat.inside -= 1;
            seat.policy.ended(outcome);
        }
    }
}

/// The policies at the door of a tier or of one of its replicas.
pub(crate) struct Inlets {
    guards: Vec<Guard<dyn Inlet>>,
}

impl Inlets {
    /// Which of its policies decide from now on; the others only watch.
    pub(crate) fn enforce(&mut self, policies: &[Policy], enforced: &[(u16, bool)]) {
        self.guards.iter_mut().for_each(|guard| guard.enforce(policies, enforced));
    }

    /// The door with the policies of each replica, or with those of the whole tier.
    pub(crate) fn new(policies: &[Policy], each_replica: bool, classes: &Arc<[u8]>) -> Self {
        let guard = |(number, policy): (usize, &Policy)| {
            let Make::Inlet { make, .. } = kind_of(policy).make else { return None };
            let args = policy.args.clone();
            Some(Guard::new(number, policy, classes, move || make(&args).expect("the model was checked")))
        };
        let here = policies.iter().enumerate().filter(|(_, policy)| policy.each_replica == each_replica);
        Inlets { guards: here.filter_map(guard).collect() }
    }

    /// Whether a call may come in; if not, why. Each policy keeps its own count of calls inside.
    pub(crate) fn admit(
        &mut self,
        path: u8,
        admission: &Admission,
        stream: &mut Stream,
    ) -> Result<(), Refusal> {
        for guard in self.guards.iter_mut().filter(|guard| guard.on) {
            let refusal = guard.refusal();
            let Some(seat) = guard.seat(CallerKey { path, key: admission.key }) else { continue };
            if !seat.policy.admits(&Admission { inside: seat.inside, ..*admission }, stream) {
                return Err(refusal);
            }
        }
        Ok(())
    }

    /// A call comes in; if it is served in a cheaper way, the fraction of its service that it takes.
    pub(crate) fn entered(&mut self, path: u8, admission: &Admission, stream: &mut Stream) -> f64 {
        let mut part = 1.0_f64;
        let mut lite = false;
        for guard in &mut self.guards {
            let decides = guard.on;
            if let Some(seat) = guard.seat(CallerKey { path, key: admission.key }) {
                let admission = Admission { inside: seat.inside, ..*admission };
                if decides && let Some(less) = seat.policy.degrades(&admission, stream) {
                    (part, lite) = (part.min(less), true);
                }
                seat.policy.entered(&admission);
                seat.inside += 1;
            }
            guard.sweep(|policy| policy.is_fresh(admission.now));
        }
        if lite { part } else { FULL }
    }

    /// Whether a call whose turn has come is still to be served; if not, why.
    pub(crate) fn serves(&mut self, who: CallerKey, turn: &Turn) -> Result<(), Refusal> {
        let mut dropped = None;
        for guard in &mut self.guards {
            let (refusal, decides) = (guard.refusal(), guard.on);
            // Every policy sees the wait.
            if guard.seat(who).filter(|_| decides).is_some_and(|seat| !seat.policy.serves(turn)) {
                dropped = dropped.or(Some(refusal));
            }
        }
        dropped.map_or(Ok(()), Err)
    }

    /// A call is no longer inside.
    ///
    /// # Panics
    /// If it has not come in.
    pub(crate) fn left(&mut self, who: CallerKey, outcome: &Outcome) {
        for seat in self.guards.iter_mut().filter_map(|guard| guard.seat(who)) {
            assert!(0 < seat.inside, "a call left that no policy let in");
            seat.inside -= 1;
            seat.policy.left(outcome, seat.inside);
        }
    }

    /// How many calls that came in have not left; for the books, since each policy counts the same calls.
    pub(crate) fn inside(&self) -> impl Iterator<Item = (u64, brownout_model::PathSet)> + '_ {
        self.guards.iter().map(|guard| {
            let inside = guard.seats.values().map(|seat| u64::from(seat.inside)).sum();
            (inside, guard.options.paths)
        })
    }
}
