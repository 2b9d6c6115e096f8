//! What goes wrong, where, and when.

use crate::{Body, Condition, Model, PathSet, TierId, Workers};
use brownout_dist::Law;
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// Something that goes wrong with a tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// When it begins, or may begin, since the start of the run.
    pub at: Span,
    /// For how long.
    pub lasts: Span,
    /// Where.
    pub tier: TierId,
    /// What the file named instead of the tier, such as `region eu`: what is said of it goes for all of them together.
    pub area: Option<String>,
    /// Only replicas in this one of the zones of the tier, by its place among them; none: wherever they stand.
    pub zone: Option<u8>,
    /// Which of those replicas.
    pub hits: Hits,
    /// What.
    pub kind: FaultKind,
    /// What decides when it happens.
    pub when: When,
    /// Faults of one group that are not scheduled happen together.
    pub group: u32,
}

/// Which replicas a fault hits, of those that are there when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hits {
    /// From this part of them to that, each rounded up: all of them from 0 to 1.
    Share {
        /// Those before are spared.
        from: Ratio,
        /// Those behind are spared.
        to: Ratio,
    },
}

impl Hits {
    /// Every replica.
    pub const ALL: Hits = Hits::Share { from: Ratio::ZERO, to: Ratio::ONE };

    /// Which of `count` replicas, by place.
    pub fn of(self, count: usize) -> std::ops::Range<usize> {
        let Hits::Share { from, to } = self;
        let [from, to] = [from, to].map(|part| (count as f64 * part.fraction().min(1.0)).ceil() as usize);
        from.min(to)..to
    }
}

/// What decides when a fault happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// The clock: at its instant, for its time.
    Scheduled,
    /// Chance: from its instant on, a time that all is well and a time that it is not, again and again.
    Random {
        /// Time to failure, in seconds.
        up: Law,
        /// Time to repair, in seconds.
        down: Law,
        /// Each replica by itself.
        each: bool,
    },
    /// The service: from its instant on, when a condition holds; for its time.
    Triggered {
        /// Which.
        condition: Condition,
        /// After it has ended the condition may set it off again.
        again: bool,
    },
    /// Chaos: from its instant on, again and again, what is drawn anew each time.
    Chaos {
        /// From one to the next, in seconds.
        every: Law,
        /// How long it lasts, in seconds.
        down: Law,
        /// Which draw it is, counted from 0: faults of the same number happen together.
        draw: u32,
    },
    /// The hand of an operator.
    ByHand,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
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
}

impl Fault {
    pub(crate) fn check(&self, model: &Model) {
        let tier = model.tiers.get(self.tier.0 as usize).expect("a fault of no tier");
        let name = &tier.name;
        match (&self.kind, &tier.body) {
            (FaultKind::Latency { .. }, body) => {
                assert!(matches!(body, Body::Link(_)), "{name} is no link");
            }
            (FaultKind::Flush, Body::Station(station)) => {
                assert!(station.cache.is_some(), "{name} has no cache to empty");
            }
            (FaultKind::Leak { every }, Body::Station(station)) => {
                assert!(station.workers != Workers::Unlimited, "{name} has no worker to lose");
                assert!(!every.is_zero(), "{name} loses all workers at once");
            }
            (FaultKind::Emergency { replicas, dollars_per_hour, .. }, body) => {
                let serves = matches!(body, Body::Station(_) | Body::Engines(_));
                assert!(serves && 0 < *replicas, "{name} has no use for other clouds");
                assert!(0.0 <= *dollars_per_hour, "{name} is paid for capacity");
            }
            (FaultKind::Memory { from, limit, factor, .. }, Body::Station(_)) => {
                assert!(from < limit && 1.0 <= *factor, "{name} has no memory");
            }
            (FaultKind::Divert { target, .. }, body) => {
                let Body::Balancer(balancer) = body else { panic!("{name} is no balancer") };
                assert!(usize::from(*target) < balancer.targets.len(), "{name} diverts from nobody");
            }
            // Where there are no replicas nothing can happen to them.
            _ => {}
        }
        if let Some(zone) = self.zone {
            let zones = tier.fleet().map_or(0, |fleet| fleet.spread.zone_count());
            assert!(usize::from(zone) < zones, "{name} has no zone {zone}");
        }
        if let When::Triggered { condition, .. } = &self.when {
            condition.check(model);
        }
    }

    /// Whether replica `at` stands where the fault happens, in a tier of so many zones.
    pub fn is_there(&self, at: usize, zones: usize) -> bool {
        self.zone.is_none_or(|zone| at % zones == usize::from(zone))
    }

    /// Whether its condition looks at a tier.
    pub fn watches(&self, tier: TierId) -> bool {
        matches!(&self.when, When::Triggered { condition, .. } if condition.of == tier)
    }
}
