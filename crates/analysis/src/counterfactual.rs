//! The night run again: without what began it, without what may have kept it down, and with what might have helped.
//!
//! A run can be repeated under the same seed with one thing changed. So a cause is not inferred from what came before
//! what: it is what the outage does not happen without. Triggers and cures are two lists, because a night without its
//! only trigger saves everything and tells an operator nothing.

use crate::compare::Versus;
use crate::findings::{Findings, Mark};
use brownout_metrics::Subject;
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};

/// What began an outage, if this much of the harm is there with nothing else.
pub const SUFFICIENT: f64 = 0.5;
/// Cures that save as much as the best one within this share are as good.
const AS_GOOD: f64 = 0.03;
/// An operation that loses this much more of what it is asked for is worse off.
const WORSE: f64 = 0.01;

/// What other runs of the same night say about the operation that fared worst.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterfactuals {
    /// The operation.
    pub operation: Subject,
    /// What the outage began with; none where nothing was there to be left out.
    pub trigger: Option<Trigger>,
    /// What would have helped, the best first; none that saves nothing.
    pub cures: Vec<Cure>,
    /// What was tried beside those and saves nothing worth telling.
    pub vain: Vec<Remedy>,
    /// What brings the service back when it is changed as the trigger ends; none where it came back by itself.
    pub held: Option<Held>,
    /// How many runs this took.
    pub runs: usize,
}

/// What an outage began with, found by leaving things out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// Minimal sets of marks, by their places: each is enough to begin it. Several: any of them. Empty: it begins
    /// without any of them.
    pub sets: Vec<Vec<usize>>,
    /// Marks that had begun by then and are not needed.
    pub innocent: Vec<usize>,
    /// How many seeds each answer has.
    pub seeds: u64,
}

/// Something that might have helped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cure {
    /// What.
    pub remedy: Remedy,
    /// The same as settings, for a command.
    pub set: Vec<(String, String)>,
    /// How many runs it had.
    pub seeds: u32,
    /// What it does to each operation that was asked for, in the order of the file.
    pub operations: Vec<Saved>,
    /// What it costs a month more, in US dollars, where prices are known.
    pub dollars_a_month: Option<f64>,
}

/// What a change does to an operation, in paired differences with their intervals: less is better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Of which class, doing what.
    pub subject: Subject,
    /// Minutes down, more than before.
    pub minutes_down: Estimate,
    /// Unserved intents, more than before.
    pub unserved: Estimate,
    /// Unserved intents before, in the same runs.
    pub unserved_before: f64,
    /// Intents that were begun before, in the same runs.
    pub asked: f64,
}

impl Saved {
    /// The share of its unserved intents that are served now, with the interval of that; none where there were none.
    pub fn share(&self) -> Option<Estimate> {
        let of = |value: f64| -value / self.unserved_before;
        let ci95 = self.unserved.ci95.map(|(low, high)| (of(high), of(low)));
        let known = 1.0 <= self.unserved_before;
        known.then(|| Estimate { mean: of(self.unserved.mean), ci95, n: self.unserved.n })
    }

    /// Whether it is worse off: surely, and by more than one intent in a hundred.
    pub fn is_worse(&self) -> bool {
        let surely = self.unserved.ci95.is_some_and(|(low, _)| 0.0 < low);
        surely && WORSE * self.asked < self.unserved.mean
    }
}

impl Cure {
    /// What it does to an operation.
    pub fn of(&self, subject: &Subject) -> Option<&Saved> {
        self.operations.iter().find(|saved| saved.subject == *subject)
    }

    /// What it saves of an operation; 0 where nothing was lost.
    pub fn share(&self, subject: &Subject) -> f64 {
        self.of(subject).and_then(Saved::share).map_or(0.0, |share| share.mean)
    }
}

/// Something that is changed in a scenario, to see what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// More replicas of a tier.
    Replicas {
        /// Its name.
        tier: String,
        /// As the scenario has it.
        from: u32,
        /// Then.
        to: u32,
    },
    /// Calls that have waited longer in its queue are refused.
    QueueAge {
        /// Its name.
        tier: String,
        /// The age, as it is written.
        age: String,
    },
    /// No more calls wait at each of its replicas.
    QueueLimit {
        /// Its name.
        tier: String,
        /// How many.
        calls: u32,
    },
    /// The newest call is served first.
    NewestFirst {
        /// Its name.
        tier: String,
    },
    /// Clients of a load do not try again.
    NoRetries {
        /// Its name.
        load: String,
    },
    /// Clients of a load do not come back after a failure.
    NoComeBack {
        /// Its name.
        load: String,
    },
    /// A tier does not call another one again.
    NoCallRetries {
        /// Which.
        tier: String,
        /// What it calls.
        to: String,
    },
    /// A part of the scenario is left out: a controller, a policy.
    Without {
        /// Its path.
        path: String,
    },
    /// A part of the file that is switched off is switched on.
    With {
        /// Its path.
        path: String,
    },
}

/// What kept a service down when its trigger was over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// When the trigger was over, in seconds since the start of the run.
    pub at: f64,
    /// How long it took from then on if nothing is changed, in seconds; none: until the run ended.
    pub unchanged: Option<f64>,
    /// Runs under other seeds, of each change.
    pub seeds: u64,
    /// What was changed at that moment: what brought it back in most runs first, of that what cuts a loop before what
    /// outruns it, and then the quickest.
    pub tried: Vec<Loosened>,
}

/// A change at the end of the trigger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loosened {
    /// What.
    pub remedy: Remedy,
    /// The same as settings, for a command.
    pub set: Vec<(String, String)>,
    /// How long it took to come back, in seconds, in the median of the runs that did.
    pub back: Option<f64>,
    /// In how many runs it was back before the run ended.
    pub came: u64,
}

impl Held {
    /// Whether a change brings the service back: in all runs, and in half of the time at most.
    pub fn loosens(&self, one: &Loosened) -> bool {
        let sooner = |back: f64| self.unchanged.is_none_or(|unchanged| 2.0 * back <= unchanged);
        one.came == self.seeds && one.back.is_some_and(sooner)
    }
}

impl Counterfactuals {
    /// The cures that are as good as the best one: any of them.
    pub fn best(&self) -> impl Iterator<Item = &Cure> {
        let share = |cure: &Cure| cure.share(&self.operation);
        let most = self.cures.first().map_or(0.0, share);
        self.cures.iter().filter(move |cure| most - AS_GOOD <= share(cure))
    }
}

impl Trigger {
    /// The marks of it.
    pub fn marks<'a>(&'a self, all: &'a [Mark]) -> impl Iterator<Item = &'a Mark> {
        self.sets.iter().flatten().filter_map(|at| all.get(*at))
    }
}

/// What a change does to each operation, of runs without it and with it under the same seeds.
pub fn saved(before: &Findings, versus: &Versus) -> Vec<Saved> {
    let asked = |subject: &Subject| {
        let begun = before.values.get(subject, &brownout_metrics::clients::OFFERED);
        begun.map_or(0.0, |begun| begun.mean)
    };
    let one = |effect: &crate::compare::Effect| Saved {
        subject: effect.subject.clone(),
        minutes_down: effect.minutes_down.by,
        unserved: effect.unserved.by,
        unserved_before: effect.unserved.before.mean,
        asked: asked(&effect.subject),
    };
    versus.operations.iter().map(one).collect()
}
