//! What a change does to a tier or a load.

use crate::{ChangeId, PathSet, Shape};
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing moves: work in service stands still and resumes afterwards; calls still queue.
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
        /// How many at once; none: all of them, the herd.
        batch: Option<u32>,
        /// From one batch to the next.
        every: Span,
        /// A replica stops taking calls so long before it goes down; none: it goes down at once.
        drain: Option<Span>,
        /// How long it is cold afterwards.
        warm_up: Span,
        /// How many times as long services take then; at least 1.
        cold: f64,
    },
    /// Memory runs out: a replica gets slower the more calls it has inside, and is killed when they are too many.
    Memory {
        /// So many calls inside do no harm yet.
        from: u32,
        /// At so many it is killed.
        limit: u32,
        /// How many times as long services take just before; at least 1.
        factor: f64,
        /// As many calls' worth of memory for every replica of the tier: a thread for each peer.
        per_peer: f64,
        /// How long it is down after it was killed.
        down: Span,
    },
    /// Calls to the tier get lost on the way; whoever called waits until the own timeout.
    Loss {
        /// Of this place in the log only; none: of everybody.
        from: Option<u16>,
        /// How many.
        ratio: Ratio,
    },
    /// The name of the tier is not resolved: calls to it are refused (503).
    Unresolved {
        /// To this place in the log only; none: to everybody.
        from: Option<u16>,
        /// So long it takes the resolver to say so.
        after: Span,
    },
    /// A link takes longer, each way.
    Latency {
        /// By so much.
        add: Span,
    },
    /// The cache is emptied, once.
    Flush,
    /// Workers (connections) get lost one by one, at every replica; all come back when it is over.
    Leak {
        /// From one to the next.
        every: Span,
    },
    /// A part of the calls is refused at the door (503).
    Shed {
        /// Of these paths.
        paths: PathSet,
        /// Which part gets in.
        keep: Ratio,
    },
    /// A balancer sends another part of its usual share to some of its targets: drains them, or fails over.
    Divert {
        /// Which target, by its place.
        target: u16,
        /// Not that one, but all the others.
        others: bool,
        /// Which part of the usual share they get; 0: they are drained.
        keep: Ratio,
    },
    /// The queue at each replica has another limit.
    QueueLimit {
        /// How many may wait.
        limit: u32,
    },
    /// A replica has no lease, and takes no calls.
    Lapsed,
    /// Replicas of another cloud, which begin to boot when it is on and go when it is off.
    Emergency {
        /// How many.
        replicas: u32,
        /// Their answers come so much later.
        round_trip: Span,
        /// What one of them costs, in US dollars.
        dollars_per_hour: f64,
    },
    /// A tier has so many replicas.
    Scale {
        /// How many.
        replicas: u32,
    },
    /// What another change has done is taken back.
    Undo(ChangeId),
    /// Extra users of a load: exactly `users` of them arrive within the time of the change, each by itself.
    Surge {
        /// How many.
        users: u64,
        /// How they spread over it.
        shape: Shape,
    },
}
