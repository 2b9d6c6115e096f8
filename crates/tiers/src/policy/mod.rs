//! Policies: what a client, a caller or a tier does to keep a service up. One file a policy, one line of the table.
//!
//! A policy is a pure state machine over literal instants. It knows neither nodes nor messages, so it is tested without
//! them. An [`Outlet`] acts where calls go out, an [`Inlet`] where they come in. Each file has its row, the
//! [`PolicyKind`]: name, parameters and constructor. Reading it from a scenario, its errors, the schema and the
//! reference follow from the row.

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
mod retry_quota;
mod retry_share;
mod retry_throttle;
mod retry_window;
mod seen;
mod sessions_first;
mod shed;
#[cfg(test)]
mod testing;
mod throttle;
mod token_limit;
mod waiting_room;
mod window;

pub use brownout_model::{Args, Value};
pub use check::{check, kind_of};
pub(crate) use gate::{CallerKey, FULL, Gate, Inlets, Refusal};
pub use kind::{Make, Mistake, Need, Param, PolicyKind, Role, Side};

use brownout_kernel::{Instant, Stream};
use brownout_protocol::{Sizes, Status};
use brownout_units::Span;
use std::fmt::Debug;

/// All kinds, in the order of the reference: first those at clients and calls.
pub fn kinds() -> &'static [PolicyKind] {
    const KINDS: &[PolicyKind] = &[
        retry_budget::KIND,
        retry_window::KIND,
        retry_share::KIND,
        retry_throttle::KIND,
        retry_quota::KIND,
        breaker::KIND,
        throttle::KIND,
        bulkhead::KIND,
        rate_limit::KIND,
        token_limit::KIND,
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

/// Which try of a call or an intent goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryKind {
    /// A first try.
    First,
    /// A retry after a failure.
    Retry,
    /// A second try beside a late one.
    Hedge,
}

/// Decides at a caller which tries may go out, and is notified how each ended.
///
/// A policy is consulted first, and notified by [`Outlet::sent`] once every policy there accepts. Each of those tries
/// is reported to [`Outlet::ended`] once, unless the run ends before.
pub trait Outlet: Debug + Send {
    /// Whether a try may go out now. Another policy may still hold it back.
    fn allows(&mut self, kind: TryKind, now: Instant, stream: &mut Stream) -> bool;

    /// Whether waiting for a retry makes sense: if not, a failure is final at once.
    fn may_retry(&self, _now: Instant) -> bool {
        true
    }

    /// A try goes out.
    fn sent(&mut self, _kind: TryKind, _now: Instant) {}

    /// A try was answered, or its caller no longer waits.
    fn ended(&mut self, _outcome: &Outcome) {}

    /// Whether it is back in its initial state, so that a per-client instance can be evicted.
    fn is_fresh(&self, _now: Instant) -> bool {
        false
    }
}

/// How a try or a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Now.
    pub now: Instant,
    /// As the caller saw it; a timeout is [`Status::Timeout`].
    pub status: Status,
    /// How long it took.
    pub took: Span,
    /// Of a try: whether it was a retry or a second one beside a late one.
    pub again: bool,
}

/// Decides at the door of a tier which calls may come in.
///
/// A policy is consulted first, notified by [`Inlet::entered`] once every policy and the queue accept, and by
/// [`Inlet::left`] when the call is no longer inside.
pub trait Inlet: Debug + Send {
    /// Whether a call may come in. Another policy may still turn it away.
    fn admits(&mut self, admission: &Admission, stream: &mut Stream) -> bool;

    /// A call comes in.
    fn entered(&mut self, _knock: &Admission) {}

    /// Whether a call is served in a cheaper way, without its optional calls: the fraction of its service that it then
    /// takes.
    fn degrades(&mut self, _knock: &Admission, _stream: &mut Stream) -> Option<f64> {
        None
    }

    /// The turn of a call has come: whether it is still to be served. If not, it is dropped from the queue.
    fn serves(&mut self, _turn: &Turn) -> bool {
        true
    }

    /// Whether it may drop a call whose turn has come: this needs a queue of the tier, not of an engine.
    fn drops_waiting(&self) -> bool {
        false
    }

    /// A call has left; `inside` is how many remain.
    fn left(&mut self, _outcome: &Outcome, _inside: u32) {}

    /// Whether it is back in its initial state, so that a per-client instance can be evicted.
    fn is_fresh(&self, _now: Instant) -> bool {
        false
    }
}

/// A call at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Now.
    pub now: Instant,
    /// The client's key: the same for one client everywhere.
    pub key: u64,
    /// The priority of its class; 0 is the most important.
    pub priority: u8,
    /// How many calls that this policy applies to are inside already, waiting or in service.
    pub inside: u32,
    /// How many wait at the replica that would take it.
    pub waiting: u32,
    /// How long the first of those has waited.
    pub head_age: Span,
    /// Tokens of its prompt and its output.
    pub sizes: Sizes,
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
