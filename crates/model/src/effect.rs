//! What a change does to a tier or a load.

use crate::{Body, ChangeId, Contention, PathSet, Shape};
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Work in service stops and resumes afterwards; calls still queue.
    Hang,
    /// Everything takes `factor` times as long (a gray failure).
    Slow {
        /// At least 1.
        factor: f64,
    },
    /// Calls inside are lost (503) and new ones refused until it is over; queues come back empty.
    Crash,
    /// A share of calls fail with 500 when their service ends.
    Errors {
        /// How many.
        ratio: Ratio,
    },
    /// Replicas go down for the time of the fault and come back cold, batch after batch; caches come back empty.
    Restart {
        /// How many at once; none: all of them.
        batch: Option<u32>,
        /// From one batch to the next.
        every: Span,
        /// How long a replica drains before it goes down; none: it goes down at once.
        drain: Option<Span>,
        /// How long it is cold afterwards.
        warm_up: Span,
        /// The factor on service times while it is cold; at least 1.
        cold: f64,
    },
    /// Memory runs out: a replica gets slower as calls inside increase, and is killed above a limit.
    Memory {
        /// Up to this number of calls inside there is no slowdown.
        from: u32,
        /// At this number of calls it is killed.
        limit: u32,
        /// The factor on service times just below the limit; at least 1.
        factor: f64,
        /// Memory per replica of the tier, in calls' worth: a thread for each peer.
        per_peer: f64,
        /// How long it is down after it was killed.
        down: Span,
    },
    /// Calls to the tier get lost on the way; the caller waits until its timeout.
    Loss {
        /// Only calls from this place of the log; none: of all callers.
        from: Option<u16>,
        /// How many.
        ratio: Ratio,
    },
    /// The name of the tier is not resolved: calls to it are refused (503).
    Unresolved {
        /// Only for this place of the log; none: for all callers.
        from: Option<u16>,
        /// How long the resolver takes to report the failure.
        after: Span,
    },
    /// A link takes longer, each way.
    Latency {
        /// By this time.
        add: Span,
    },
    /// The cache is emptied, once.
    Flush,
    /// Workers (connections) get lost one by one, at every replica; all come back when it is over.
    Leak {
        /// From one loss to the next.
        every: Span,
    },
    /// A part of the calls is refused at the door (503).
    Shed {
        /// Of these paths.
        paths: PathSet,
        /// The fraction that is let in.
        keep: Ratio,
    },
    /// A balancer sends a different fraction of the usual share to some of its targets: drains them, or fails over.
    Divert {
        /// Which target, by its place.
        target: u16,
        /// Not that one, but all the others.
        others: bool,
        /// The fraction of the usual share they get; 0: they are drained.
        keep: Ratio,
    },
    /// The queue at each replica has another limit.
    QueueLimit {
        /// How many may wait.
        limit: u32,
    },
    /// A replica has no lease, and takes no calls.
    Lapsed,
    /// Replicas of another cloud, which begin to boot when the change begins and go when it ends.
    Emergency {
        /// How many.
        replicas: u32,
        /// How much later their answers come.
        round_trip: Span,
        /// What one of them costs, in US dollars.
        dollars_per_hour: f64,
    },
    /// Sets the number of replicas of a tier.
    Scale {
        /// How many.
        replicas: u32,
    },
    /// Sets what an override sets, as long as it lasts.
    Set {
        /// Its place in [`Model::settings`](crate::Model::settings).
        setting: u16,
    },
    /// Undoes another change.
    Undo(ChangeId),
    /// Extra users of a load: exactly `users` of them arrive within the time of the change, independently of each
    /// other.
    Surge {
        /// How many.
        users: u64,
        /// How they spread over it.
        shape: Shape,
    },
}

impl Effect {
    /// Whether it applies to calls one by one at such a tier, so that it may be limited to some paths.
    pub const fn is_of_single_calls(&self, body: &Body) -> bool {
        match self {
            Effect::Errors { .. }
            | Effect::Loss { .. }
            | Effect::Unresolved { .. }
            | Effect::Latency { .. }
            | Effect::Shed { .. }
            | Effect::QueueLimit { .. }
            | Effect::Undo(_) => true,
            Effect::Slow { .. } => matches!(body, Body::Station(_)),
            Effect::Hang => {
                matches!(body, Body::Station(at) if !matches!(at.contention, Contention::Sharing { .. }))
            }
            _ => false,
        }
    }
}
