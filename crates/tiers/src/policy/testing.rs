//! Policies under test: with their defaults, literal instants, and drivers that act like a gate and a door.

use super::{Admission, Args, Inlet, Make, Outcome, Outlet, PolicyKind, TryKind};
use brownout_kernel::{Instant, Stream};
use brownout_protocol::{Sizes, Status};
use brownout_units::Span;
use std::ops::{Deref, DerefMut};

pub(super) fn at(millis: u64) -> Instant {
    Instant::ZERO + Span::from_millis(millis)
}

/// A call that ended at `millis`, after `took` milliseconds.
pub(super) fn ended(millis: u64, status: Status, took: u64) -> Outcome {
    Outcome { now: at(millis), status, took: Span::from_millis(took), again: false }
}

pub(super) struct Out {
    policy: Box<dyn Outlet>,
    stream: Stream,
}

pub(super) fn outlet(kind: &PolicyKind, args: Args) -> Out {
    let Make::Outlet { make, .. } = kind.make else { panic!("{} is no outlet", kind.name) };
    let policy = make(&args.or_defaults(kind.defaults())).expect("fine parameters");
    Out { policy, stream: Stream::named(7, 0, "policy") }
}

impl Out {
    pub(super) fn allows_and_sends(&mut self, kind: TryKind, now: Instant) -> bool {
        let out = self.policy.allows(kind, now, &mut self.stream);
        if out {
            self.policy.sent(kind, now);
        }
        out
    }
}

impl Deref for Out {
    type Target = dyn Outlet;
    fn deref(&self) -> &Self::Target {
        &*self.policy
    }
}

impl DerefMut for Out {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.policy
    }
}

pub(super) struct In {
    policy: Box<dyn Inlet>,
    stream: Stream,
    inside: u32,
}

pub(super) fn inlet(kind: &PolicyKind, args: Args) -> In {
    let Make::Inlet { make, .. } = kind.make else { panic!("{} is no inlet", kind.name) };
    let policy = make(&args.or_defaults(kind.defaults())).expect("fine parameters");
    In { policy, stream: Stream::named(7, 0, "policy"), inside: 0 }
}

impl In {
    pub(super) fn lets_in(&mut self, millis: u64) -> bool {
        self.lets_client_in(0, millis)
    }

    pub(super) fn lets_client_in(&mut self, key: u64, millis: u64) -> bool {
        let admission = Admission { key, ..self.admission(millis) };
        let admitted = self.policy.admits(&admission, &mut self.stream);
        if admitted {
            self.policy.entered(&admission);
            self.inside += 1;
        }
        admitted
    }

    pub(super) fn leaves(&mut self, millis: u64, status: Status, took: u64) {
        self.inside -= 1;
        self.policy.left(&ended(millis, status, took), self.inside);
    }

    /// A call of class 0 that finds an empty queue.
    pub(super) fn admission(&self, millis: u64) -> Admission {
        let now = at(millis);
        let (inside, sizes) = (self.inside, Sizes::NONE);
        Admission { now, key: 0, priority: 0, inside, waiting: 0, head_age: Span::ZERO, sizes }
    }

    /// How many come in until one is turned away.
    pub(super) fn fill(&mut self, millis: u64) -> u32 {
        let mut came = 0;
        while self.lets_in(millis) {
            came += 1;
        }
        came
    }

    pub(super) fn inside(&self) -> u32 {
        self.inside
    }

    /// Whether one is served in full.
    pub(super) fn is_full(&mut self, millis: u64) -> bool {
        let admission = self.admission(millis);
        self.policy.degrades(&admission, &mut self.stream).is_none()
    }
}

impl Deref for In {
    type Target = dyn Inlet;
    fn deref(&self) -> &Self::Target {
        &*self.policy
    }
}

impl DerefMut for In {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.policy
    }
}

impl In {
    /// Consults the policy only; nothing comes in.
    pub(super) fn admits(&mut self, admission: &Admission) -> bool {
        self.policy.admits(admission, &mut self.stream)
    }

    pub(super) fn degrades(&mut self, admission: &Admission) -> Option<f64> {
        self.policy.degrades(admission, &mut self.stream)
    }
}
