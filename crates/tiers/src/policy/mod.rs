//! Policies: what a client, a caller or a tier does to keep a service up. One file a policy, one line of the table.
//!
//! A policy is a pure state machine over literal instants. It knows neither nodes nor messages, so it is tested
//! without them. An [`Outlet`] stands where calls go out, an [`Inlet`] where they come in. Each file has its row, the
//! [`PolicyKind`]: its name, its parameters and how it is made of them; reading it from a scenario, its errors, the schema
//! and the reference follow from that.

mod aimd_limit;
mod breaker;
mod bulkhead;
mod check;
mod codel;
mod concurrency_limit;
mod controlled_delay;
mod dimmer;
mod gate;
mod gradient_limit;
mod kind;
mod lite_mode;
mod priority_limit;
mod queue_age;
mod quota;
mod rate_limit;
mod retry_budget;
mod retry_window;
mod seen;
mod sessions_first;
mod shed;
#[cfg(test)]
mod testing;
mod throttle;
mod waiting_room;
mod window;

pub use brownout_model::{Args, Value};
pub use check::{check, kind_of};
pub(crate) use gate::{FULL, Gate, Inlets, Refusal, Who};
pub use kind::{Make, Mistake, Need, Param, PolicyKind, Role, Side};

use brownout_kernel::{Instant, Stream};
use brownout_protocol::Status;
use brownout_units::Span;
use std::fmt::Debug;

/// All kinds, in the order in which a reference lists them: first what stands at clients and calls.
pub fn kinds() -> &'static [PolicyKind] {
    const KINDS: &[PolicyKind] = &[
        retry_budget::KIND,
        retry_window::KIND,
        breaker::KIND,
        throttle::KIND,
        bulkhead::KIND,
        rate_limit::KIND,
        quota::KIND,
        concurrency_limit::KIND,
        priority_limit::KIND,
        aimd_limit::KIND,
        gradient_limit::KIND,
        queue_age::KIND,
        codel::KIND,
        controlled_delay::KIND,
        shed::KIND,
        sessions_first::KIND,
        waiting_room::KIND,
        lite_mode::KIND,
        dimmer::KIND,
    ];
    KINDS
}

/// The kind of this name.
pub fn find(name: &str) -> Option<&'static PolicyKind> {
    kinds().iter().find(|kind| kind.name == name)
}

/// What would go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryKind {
    /// A first try.
    First,
    /// Another one after a failure.
    Retry,
    /// Another one beside one that is late.
    Hedge,
}

/// Where calls go out: may this one? Told of all that it let out, and of how each ended.
///
/// What is let out is told to [`Outlet::sent`], once every policy of the place has agreed; each of those is told to
/// [`Outlet::ended`] once, unless the run ends before.
pub trait Outlet: Debug + Send {
    /// Whether it may go out now. Something else may still hold it back.
    fn allows(&mut self, kind: TryKind, now: Instant, stream: &mut Stream) -> bool;

    /// Whether it makes sense to wait for a retry: if not, a failure is final at once.
    fn may_retry(&self, _now: Instant) -> bool {
        true
    }

    /// It goes out.
    fn sent(&mut self, _kind: TryKind, _now: Instant) {}

    /// It was answered, or nobody waits for it any more.
    fn ended(&mut self, _outcome: &Outcome) {}

    /// Whether it is as good as new, so that it may be forgotten where there is one for each client.
    fn is_fresh(&self, _now: Instant) -> bool {
        false
    }
}

/// How something that went out ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Now.
    pub now: Instant,
    /// As the caller saw it; a timeout is [`Status::Timeout`].
    pub status: Status,
    /// How long it took.
    pub took: Span,
}

/// At the door of a tier: may this call come in?
///
/// What comes in is told to [`Inlet::entered`], once every policy and the queue have agreed, and to [`Inlet::left`]
/// when it is no longer inside.
pub trait Inlet: Debug + Send {
    /// Whether it may come in. Something else may still turn it away.
    fn admits(&mut self, admission: &Admission, stream: &mut Stream) -> bool;

    /// It comes in.
    fn entered(&mut self, _knock: &Admission) {}

    /// Whether it is served in a cheaper way, without its optional calls: the part of its service that it takes then.
    fn degrades(&mut self, _knock: &Admission, _stream: &mut Stream) -> Option<f64> {
        None
    }

    /// Its turn has come: whether it is still to be served. If not, it is dropped from the queue.
    fn serves(&mut self, _turn: &Turn) -> bool {
        true
    }

    /// Whether it may drop a call whose turn has come: that asks for a queue that is ours, and not an engine's.
    fn drops_waiting(&self) -> bool {
        false
    }

    /// A call that came in is inside no more; `inside` are those that still are.
    fn left(&mut self, _outcome: &Outcome, _inside: u32) {}

    /// Whether it is as good as new, so that it may be forgotten where there is one for each client.
    fn is_fresh(&self, _now: Instant) -> bool {
        false
    }
}

/// A call at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Now.
    pub now: Instant,
    /// Whose it is: the same for one client everywhere.
    pub key: u64,
    /// That of its class; 0 is the most important.
    pub priority: u8,
    /// How many calls that this policy looks after are inside already, waiting or in service.
    pub inside: u32,
    /// How many wait at the replica that would take it.
    pub waiting: u32,
    /// How long the first of those has waited.
    pub head_age: Span,
}

/// A call whose turn for a worker has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Now.
    pub now: Instant,
    /// How long it has waited.
    pub waited: Span,
    /// How many still wait behind it.
    pub waiting: u32,
}
