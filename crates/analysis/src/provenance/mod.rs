//! Why intents were not served, over all replications: each reason with its place and what it was because of, and the
//! steps by which trouble went from tier to tier.
//!
//! Counts of reasons add up to the intents that were not served. A step is counted for each intent whose reason went
//! through it, so steps of one chain share intents.

mod chain;
mod steps;

pub(crate) use chain::chain;
pub use chain::{Chain, Linked, Starved, Step};
pub use steps::Mechanism;

use self::steps::Link;
use crate::harm::Harms;
use brownout_metrics::Subject;
use brownout_model::{Body, ChangeId, Model};
pub use brownout_observe::Outcome;
use brownout_observe::{Because as Seen, Layout, Legend, Replication, WORK, Why};
pub use brownout_protocol::Reason;
use brownout_stats::{Estimate, Moments};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why intents were not served, of those that ended after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Intents of one replication that failed, came too late or were open at the end.
    pub unserved: Estimate,
    /// Why, those with the most intents first.
    pub reasons: Vec<Decided>,
    /// Operations that were begun less often than they would have been.
    pub starved: Vec<Starved>,
    /// Steps from place to place that reasons went through, some of them candidates.
    pub links: Vec<Linked>,
}

/// Intents of one operation that ended in the same way, for the same reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Whose.
    pub class: String,
    /// Which operation.
    pub operation: String,
    /// How they ended.
    pub outcome: Outcome,
    /// What decided it.
    pub reason: Reason,
    /// The tier, or the load of a client that decided itself.
    pub place: String,
    /// Because of what.
    pub because: Because,
    /// How many in one replication.
    pub count: Estimate,
    /// When the first one ended, in seconds since the start of the run; the earliest of all replications.
    pub first: f64,
    /// What they waited for, where a wait decided.
    pub waited: Option<Waited>,
}

/// A wait in a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waited {
    /// The mean wait of an intent, in seconds.
    pub seconds: f64,
    /// The parts of it in which servers served first attempts, retries and abandoned calls, were held by calls of
    /// theirs, were so for callers that had left, and did nothing.
    pub parts: [f64; WORK],
}

/// What a tier decided as it did because of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// Itself: its own service, its own limit.
    Tier,
    /// A change.
    Change(ChangeId),
    /// Its policy of this kind.
    Policy(String),
    /// First attempts, which its workers served.
    FirstAttempts,
    /// Retries, which they served most of the time.
    Retries,
    /// Calls whose callers had left, which they served most of the time.
    Abandoned,
    /// Calls to this tier, which held them most of the time.
    Callee(String),
    /// They did nothing.
    Idle,
}

/// What one replication leaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reasons {
    ends: Vec<(Why, brownout_observe::Ended)>,
    links: BTreeMap<Link, u64>,
    /// By path that is asked for: how many would have begun and did not.
    never_begun: Vec<(Subject, f64)>,
}

impl Reasons {
    /// None where it was not asked for.
    pub(crate) fn of(model: &Model, legend: &Legend, of: &Replication, harms: &Harms) -> Option<Self> {
        let provenance = of.run.provenance.as_ref()?;
        let mut links = BTreeMap::new();
        for (why, ended) in &provenance.ends {
            for link in steps::of(model, &legend.layout, why, ended) {
                *links.entry(link).or_default() += ended.count;
            }
        }
        let never = harms.paths.iter().map(|(subject, found)| (subject.clone(), found.harm.never_begun));
        Some(Reasons { ends: provenance.ends.clone(), links, never_begun: never.collect() })
    }
}

/// All replications, taken one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllReasons {
    replications: u64,
    unserved: Moments,
    ends: BTreeMap<Key, Sum>,
    links: BTreeMap<Link, Moments>,
    never_begun: Vec<(Subject, Moments)>,
}

/// What makes one reason: path, how it ended, reason, place, because of what.
type Key = (u8, Outcome, Reason, u16, Seen);

#[derive(Clone, Debug)]
struct Sum {
    counts: Moments,
    count: u64,
    first: u64,
    waited: f64,
    parts: [f64; WORK],
}

impl AllReasons {
    pub(crate) fn add(&mut self, reasons: Reasons) {
        let mut counts: BTreeMap<Key, u64> = BTreeMap::new();
        for (why, ended) in &reasons.ends {
            let key = (why.path, why.outcome, why.reason, why.place, why.because);
            *counts.entry(key).or_default() += ended.count;
            let sum = self.ends.entry(key).or_insert_with(|| Sum {
                counts: none(self.replications),
                count: 0,
                first: u64::MAX,
                waited: 0.0,
                parts: [0.0; WORK],
            });
            sum.count += ended.count;
            sum.first = sum.first.min(ended.first);
            sum.waited += ended.waited as f64;
            for (all, part) in sum.parts.iter_mut().zip(ended.split) {
                *all += part as f64;
            }
        }
        for (key, sum) in &mut self.ends {
            sum.counts.add(counts.get(key).copied().unwrap_or(0) as f64);
        }
        for link in reasons.links.keys() {
            self.links.entry(*link).or_insert_with(|| none(self.replications));
        }
        for (link, moments) in &mut self.links {
            moments.add(reasons.links.get(link).copied().unwrap_or(0) as f64);
        }
        self.unserved.add(counts.values().sum::<u64>() as f64);
        self.never_begun.resize_with(reasons.never_begun.len(), || (Subject::Run, Moments::default()));
        for (all, (subject, count)) in self.never_begun.iter_mut().zip(reasons.never_begun) {
            all.0 = subject;
            all.1.add(count);
        }
        self.replications += 1;
    }

    /// None where no replication was asked for it.
    ///
    /// # Panics
    /// If the counts of reasons do not add up to the intents that were not served.
    pub(crate) fn found(self, model: &Model, legend: &Legend) -> Option<Provenance> {
        if self.replications == 0 {
            return None;
        }
        let layout = &legend.layout;
        let name = |place: u16| layout.places[usize::from(place)].name.clone();
        let estimate = |moments: &Moments| Estimate::of_moments(moments, 0.95);
        let unserved = estimate(&self.unserved);
        let mut reasons: Vec<Decided> = self
            .ends
            .iter()
            .map(|((path, outcome, reason, place, because), sum)| {
                let (class, operation) = layout.paths[usize::from(*path)].clone();
                let count = sum.count as f64;
                let waited = (0.0 < sum.waited).then(|| Waited {
                    seconds: sum.waited / count / 1e9,
                    parts: sum.parts.map(|part| part / sum.waited),
                });
                Decided {
                    class,
                    operation,
                    outcome: *outcome,
                    reason: *reason,
                    place: name(*place),
                    because: named(*because, *place, model, layout),
                    count: estimate(&sum.counts),
                    first: sum.first as f64 / 1e9,
                    waited,
                }
            })
            .collect();
        let told: u64 = self.ends.values().map(|sum| sum.count).sum();
        let all = self.unserved.mean().unwrap_or(0.0) * self.replications as f64;
        assert!((told as f64 - all).abs() < 0.5 + 1e-9 * all, "{told} reasons of {all} intents");
        reasons.sort_by(|a, b| b.count.mean.total_cmp(&a.count.mean));
        let starved = chain::starved(model, &self.never_begun, &reasons);
        let link = |((from, to, mechanism), moments): (&Link, &Moments)| Linked {
            from: name(*from),
            to: name(*to),
            mechanism: *mechanism,
            count: estimate(moments),
        };
        let links = self.links.iter().map(link).collect();
        Some(Provenance { unserved, reasons, starved, links })
    }
}

/// Of so many replications without any.
fn none(replications: u64) -> Moments {
    (0..replications).map(|_| 0.0).collect()
}

fn named(because: Seen, place: u16, model: &Model, layout: &Layout) -> Because {
    match because {
        Seen::Tier => Because::Tier,
        Seen::Change(id) => Because::Change(ChangeId(id)),
        Seen::Policy(at) => Because::Policy(policy(model, usize::from(place).checked_sub(layout.loads), at)),
        Seen::FirstAttempts => Because::FirstAttempts,
        Seen::Retries => Because::Retries,
        Seen::Abandoned => Because::Abandoned,
        Seen::Callee(place) => Because::Callee(layout.places[usize::from(place)].name.clone()),
        Seen::Idle => Because::Idle,
    }
}

/// The kind of a policy of a tier.
fn policy(model: &Model, tier: Option<usize>, at: u32) -> String {
    let policies = match tier.and_then(|tier| model.tiers.get(tier)).map(|tier| &tier.body) {
        Some(Body::Station(station)) => &station.policies[..],
        Some(Body::Engines(engines)) => &engines.policies[..],
        _ => &[],
    };
    policies.get(at as usize).map_or_else(String::new, |policy| policy.kind.to_string())
}
