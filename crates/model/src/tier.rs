//! What serves: stations with queues and workers, links, balancers.

use crate::{
    Backoff, Balancer, Engines, Fleet, Hedge, Lease, Model, OnTimeout, PathSet, Policy, StatusSet, TierId,
};
use brownout_dist::Law;
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// A named part of the service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    /// As in the file.
    pub name: String,
    /// Its kind in the file.
    pub kind: TierKind,
    /// Its region, if the file gives one.
    pub region: Option<String>,
    /// What it does.
    pub body: Body,
}

/// What a tier is called in the file. A kind is a set of defaults; all that serve are stations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TierKind {
    /// Edge or API gateway.
    Gateway,
    /// Issues and checks tokens.
    Auth,
    /// Keeps sessions.
    SessionStore,
    /// Anything else that serves.
    Service,
    /// A connection pool before a store.
    Database,
    /// Keys, hits, fills.
    Cache,
    /// Workers behind a queue.
    Queue,
    /// Spreads calls over tiers.
    Balancer,
    /// Carries calls with a delay.
    Link,
    /// Language model replicas.
    Inference,
}

/// What a tier does with a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// Serves it, and calls others.
    Station(Station),
    /// Hands it to one of several tiers.
    Balancer(Balancer),
    /// Carries it.
    Link(Link),
    /// Generates tokens for it.
    Engines(Engines),
}

/// Replicas with a queue and workers each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the file, and any of them may be on")]
pub struct Station {
    /// How many.
    pub replicas: u32,
    /// How many calls a replica serves at once.
    pub workers: Workers,
    /// How long one takes, by path: as long as `Model::paths`.
    pub service: Vec<Service>,
    /// How calls in service slow each other down.
    pub contention: Contention,
    /// Whether a worker is held while the calls it makes are out (thread per request).
    pub hold: bool,
    /// Where calls wait.
    pub queue: Queue,
    /// Which replica takes a call.
    pub balance: Balance,
    /// The calls made after the service, in this order.
    pub calls: Vec<Call>,
    /// Whether all calls go out at once; then the slowest decides.
    pub together: bool,
    /// Answers that need no further calls.
    pub cache: Option<Cache>,
    /// Whether it refuses an expired token with 401.
    pub verifies: bool,
    /// The status of a call that finds the queue full: 503, 429 or 529.
    pub full: u16,
    /// How its replicas come and go.
    pub fleet: Box<Fleet>,
    /// What each of its replicas must hold to take calls.
    pub lease: Option<Box<Lease>>,
    /// What one replica costs, in US dollars; 0 if the file gives no price.
    pub dollars_per_hour: f64,
    /// What a million calls to it cost, in US dollars; 0 if the file gives no price.
    pub dollars_per_million: f64,
    /// Whether it refuses to work for callers whose deadline has passed (504).
    pub obeys_deadlines: bool,
    /// Policies that turn calls away at the door.
    pub policies: Vec<Policy>,
    /// The cost of errors; none: refusals and failures cost no time.
    pub error_path: Option<Box<ErrorPath>>,
}

/// The cost of errors, in seconds of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorPath {
    /// Time to turn a call away, at the door or when its turn in the queue comes. The refusal waits for a worker like a
    /// call, even beyond the limit of the queue, and its caller is told when a worker has written it; none: at once.
    pub refusal: Option<Law>,
    /// Extra time of a service that ends in an error, before its caller is told.
    pub failure: Option<Law>,
}

/// How many calls a replica serves at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Workers {
    /// This number.
    Limited(u32),
    /// No limit.
    Unlimited,
}

/// How long the service of a call takes on an idle worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// No time.
    Instant,
    /// Drawn, in seconds.
    Drawn(Law),
    /// By the tokens of the request: `base + prompt/prefill + output/decode` seconds. The seam of the exact engine.
    Tokens {
        /// Overhead, in seconds.
        base: Law,
        /// Prompt tokens per second.
        prefill: f64,
        /// Output tokens per second.
        decode: f64,
    },
}

/// How the calls in service at one replica slow each other down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contention {
    /// Not at all: each worker has its own processor.
    None,
    /// Processor sharing: n calls share `processors`; each runs at `min(1, processors/n)`.
    Sharing {
        /// The number of calls that run at full speed.
        processors: u32,
    },
    /// Universal scalability law: each runs at `1/(1 + σ(n−1) + κn(n−1))`.
    Usl {
        /// Contention.
        sigma: f64,
        /// Coherency.
        kappa: f64,
    },
    /// The same law, but fixed when service begins: with n in service then, it takes 1 + σ(n−1) + κn(n−1) times as
    /// long, whatever comes or goes meanwhile.
    Fixed {
        /// Contention.
        sigma: f64,
        /// Coherency.
        kappa: f64,
    },
}

/// Where calls wait for a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// How many may wait at a replica; none: no limit.
    pub limit: Option<u32>,
    /// The order of the queue.
    pub order: Order,
    /// A call that has waited longer than this when its turn comes is dropped (504).
    pub expire: Option<Span>,
    /// How long a caller waits in the queue before it hangs up (499, Erlang-A), in seconds; none: indefinitely.
    pub patience: Option<Law>,
    /// A call that finds it full is dropped and hears nothing, as at a full accept queue; it is not refused.
    pub drops: bool,
    /// The first retransmission timeout of a dropped call, doubled each time, while its caller waits; none: it is not
    /// sent again.
    pub retransmit: Option<Span>,
}

/// The order of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// First in, first out.
    Fifo,
    /// Last in, first out.
    Lifo,
    /// First in, first out; last in, first out while more than `above` wait.
    AdaptiveLifo {
        /// How many.
        above: u32,
    },
    /// By the priority of the class, first in first out within it.
    Priority {
        /// A more important call takes the worker of a less important one, which resumes later.
        preemptive: bool,
    },
}

/// The most targets that a balancer draws for one call.
pub const CHOICES_MAX: u32 = 16;

/// Which of several takes a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balance {
    /// Any.
    Random,
    /// Each in turn.
    RoundRobin,
    /// The one with the fewest calls inside; of equals the next in turn.
    LeastOutstanding,
    /// The one with the fewest calls inside of this many different ones drawn at random, 1 to [`CHOICES_MAX`]; of
    /// equals the one drawn first.
    Choices(u32),
    /// The one with the fewest waiting and in service, equals drawn at random.
    JoinShortest,
    /// At random, by weight.
    Weighted(Vec<f64>),
    /// Always the same for one user.
    Affinity,
}

/// A call to another tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Which tier.
    pub to: TierId,
    /// For which paths.
    pub paths: PathSet,
    /// How likely.
    pub chance: Ratio,
    /// How many calls, from this one on, belong to one choice: exactly one of them is made, and their chances add up to
    /// 1. 0: none.
    pub choice: u8,
    /// The probability that, once answered, it is made again; below 1.
    pub again: Ratio,
    /// The number of copies sent at once, all of which must be answered.
    pub copies: u32,
    /// The timeout of one try.
    pub timeout: Option<Span>,
    /// What happens to a try that timed out.
    pub on_timeout: OnTimeout,
    /// How many further tries.
    pub retries: u8,
    /// Which answers are tried again; a timeout always is.
    pub retry_on: StatusSet,
    /// The wait before a further try.
    pub backoff: Backoff,
    /// Whether a failure is ignored.
    pub optional: bool,
    /// Whether a try carries a deadline.
    pub tells_deadline: bool,
    /// Whether `Retry-After` of a refusal is obeyed.
    pub obeys_retry_after: bool,
    /// When a second (hedged) try goes out beside a late one.
    pub hedge: Option<Hedge>,
    /// The fallback tier, called once it has finally failed.
    pub fallback: Option<TierId>,
    /// Policies that hold tries back.
    pub policies: Vec<Policy>,
}

impl Call {
    /// How often it is made for one call that comes, on average.
    pub fn mean_times(&self) -> f64 {
        self.chance.fraction() / (1.0 - self.again.fraction())
    }
}

/// A cache: keys drawn by Zipf's law, kept by least recent use.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cache {
    /// How many keys there are.
    pub keys: u64,
    /// Zipf exponent; 0 is uniform.
    pub skew: f64,
    /// How many it holds.
    pub entries: u64,
    /// The time to live of an entry; none: no limit.
    pub ttl: Option<Span>,
    /// Whether misses on one key wait for one fill.
    pub single_flight: bool,
    /// Whether it starts full of the most popular keys.
    pub warm: bool,
    /// How long an expired entry may still be served if the fetch fails (stale-if-error); none: not at all.
    pub stale: Option<Span>,
}

/// Carries calls to another tier and answers back, each with a delay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Where to.
    pub to: TierId,
    /// One way, in seconds.
    pub latency: Law,
}

/// How many replicas one tier may have: a row of the log of calls has 16 bits for them.
pub const REPLICAS_MAX: u32 = 1 << 16;

impl Balance {
    pub(crate) fn check(&self, over: usize, name: &str) {
        if let Balance::Weighted(weights) = self {
            assert!(weights.len() == over, "{name} has {} weights for {over}", weights.len());
        }
    }
}

impl Tier {
    /// Its replicas, if it has any.
    pub fn fleet(&self) -> Option<&Fleet> {
        match &self.body {
            Body::Station(station) => Some(&station.fleet),
            Body::Engines(engines) => Some(&engines.fleet),
            Body::Balancer(_) | Body::Link(_) => None,
        }
    }

    /// How many replicas it begins with; 0 of what has none.
    pub fn replicas(&self) -> u32 {
        match &self.body {
            Body::Station(station) => station.replicas,
            Body::Engines(engines) => engines.replicas,
            Body::Balancer(_) | Body::Link(_) => 0,
        }
    }

    /// The lease its replicas must hold, if any.
    pub fn lease(&self) -> Option<&Lease> {
        match &self.body {
            Body::Station(station) => station.lease.as_deref(),
            _ => None,
        }
    }

    /// The tiers that this tier calls.
    pub fn callees(&self) -> Vec<TierId> {
        match &self.body {
            Body::Station(station) => {
                let calls = station.calls.iter().flat_map(|c| std::iter::once(c.to).chain(c.fallback));
                calls.chain(station.lease.iter().map(|lease| lease.keeper)).collect()
            }
            Body::Balancer(balancer) => balancer.targets.iter().map(|t| t.to).collect(),
            Body::Link(link) => vec![link.to],
            Body::Engines(_) => vec![],
        }
    }

    pub(crate) fn check(&self, model: &Model) {
        assert!(
            self.callees().iter().all(|t| (t.0 as usize) < model.tiers.len()),
            "{} calls a tier that does not exist",
            self.name
        );
        if let Body::Station(station) = &self.body {
            assert!(
                station.service.len() == model.paths.len(),
                "{} has a service time for each path",
                self.name
            );
            assert!(0 < station.replicas, "{} has no replica", self.name);
            assert!(station.replicas <= REPLICAS_MAX, "{} has over {REPLICAS_MAX} replicas", self.name);
            assert!(station.workers != Workers::Limited(0), "{} has no worker", self.name);
            assert!(station.calls.len() < usize::from(u8::MAX), "{} makes too many calls", self.name);
            assert!(station.calls.iter().all(|c| 0 < c.copies), "{} makes a call with 0 copies", self.name);
            station.fleet.check(station.replicas, &self.name);
            station.lease.iter().for_each(|lease| lease.check(model, &self.name));
            station.policies.iter().for_each(Policy::check);
            let held_back = station.calls.iter().flat_map(|call| &call.policies);
            held_back.for_each(Policy::check);
            station.balance.check(station.replicas as usize, &self.name);
        }
        if let Body::Engines(engines) = &self.body {
            engines.check(model, &self.name);
        }
        if let Body::Balancer(balancer) = &self.body {
            balancer.check(model, &self.name);
        }
    }
}
