//! What a sweep found: of each point what a table or a map of all of them shows, and no more, so that a million points
//! fit into memory.

mod spots;

use crate::findings::{Expectation, Findings, OperationVerdict};
use brownout_metrics::replicas::COST_PER_MONTH;
use brownout_metrics::{Badge, Metric, P99, Scope, Subject, Unit, clients};
use brownout_stats::Estimate;
pub use spots::Spots;
use std::collections::BTreeMap;

/// All points of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    /// What the scenario shows.
    pub title: String,
    /// The path of each axis.
    pub axes: Vec<String>,
    /// In what its numbers are; none where each is written with a unit of its own, or they are words.
    pub units: Vec<Option<Unit>>,
    /// What is shown of each point.
    pub columns: Vec<Shows>,
    /// Conditions, and how many points of the design each of them left out, so that they were not run.
    pub left_out: Vec<(String, u64)>,
    /// In the order of the sweep.
    pub points: Spots,
}

/// A number that is shown of every point.
#[derive(Clone, Debug, PartialEq)]
pub struct Shows {
    /// The expectation as it is written, or the metric's name.
    pub title: String,
    /// Of which time, as it is written; empty: of all after the warm-up.
    pub when: String,
    /// Which number.
    pub metric: &'static Metric,
    /// Of what.
    pub subject: Subject,
    /// Whether it is an expectation, which points keep or not.
    pub is_promise: bool,
    /// The number that an expectation compares with, where it is one.
    pub bound: Option<f64>,
}

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Its number, from 0.
    pub number: u64,
    /// The value of each axis.
    pub levels: Vec<Place>,
    /// What was found there, or why nothing can be there.
    pub found: Result<Seen, String>,
}

/// A value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// As it is written.
    pub shown: String,
    /// As a number; none of a word.
    pub number: Option<f64>,
}

/// What was found at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// How many replications left something.
    pub replications: u32,
    /// How many did not: they passed a limit, or broke.
    pub broken: u32,
    /// The first of those, and why.
    pub first_broken: Option<(u64, String)>,
    /// How it ended; none if no replication left anything.
    pub badge: Option<Badge>,
    /// In how many replications it came back by itself or was never gone.
    pub back: u32,
    /// Which operation fared worst, if any was hurt.
    pub worst: Option<OperationHarm>,
    /// The tier that left its normal range first.
    pub first: Option<String>,
    /// What it costs a month, where something has a price.
    pub cost: Option<Estimate>,
    /// The least hidden capacity of a tier, as a multiple of the load at the start of the run: below 1, a loop of
    /// retries can last. None where no tier has one.
    pub hidden: Option<f64>,
    /// One for each of [`Swept::columns`].
    pub cells: Vec<Cell>,
}

/// What the worst operation lost.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationHarm {
    /// Which.
    pub subject: Subject,
    /// Minutes in which most users got nothing.
    pub minutes_down: Estimate,
}

/// What the runs of a point left.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// Of those that left something, if any did.
    pub findings: Option<&'a Findings>,
    /// Those that left nothing, with the reason.
    pub broken: &'a [(u64, String)],
    /// The least hidden capacity of a tier, as a multiple of the load.
    pub hidden: Option<f64>,
}

/// A number at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its mean with an interval; none if there is no such number.
    pub value: Option<Estimate>,
    /// In how many replications the expectation held; none of a number that is none.
    pub passed: Option<u32>,
}

impl Swept {
    /// Of no point yet. The columns are the expectations of `findings`, or else what users of each operation got.
    pub fn new(title: String, axes: Vec<String>, findings: &Findings) -> Self {
        let promises = findings.expectations.iter().filter_map(|expectation| {
            let metric = brownout_metrics::find(expectation.subject.scope(), &expectation.key)?;
            let (title, when) = (expectation.that.clone(), expectation.when.clone());
            Some(Shows {
                title,
                when,
                metric,
                subject: expectation.subject.clone(),
                is_promise: true,
                bound: None,
            })
        });
        let mut columns: Vec<Shows> = promises.collect();
        if columns.is_empty() {
            let shown = [&clients::SUCCESS_RATE, &clients::LATENCY[P99]];
            for subject in findings.values.subjects.iter().map(|numbers| &numbers.subject) {
                if subject.scope() == Scope::Path {
                    columns.extend(shown.map(|metric| Shows {
                        title: format!("{subject}.{}", metric.key),
                        when: String::new(),
                        metric,
                        subject: subject.clone(),
                        is_promise: false,
                        bound: None,
                    }));
                }
            }
        }
        Swept {
            title,
            units: vec![None; axes.len()],
            axes,
            columns,
            left_out: Vec::new(),
            points: Spots::default(),
        }
    }

    /// Why points are no valid scenarios, and how many of them, the commonest reason first.
    pub fn invalid(&self) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for problem in self.points.iter().filter_map(|spot| spot.found.err()) {
            *counts.entry(problem).or_default() += 1;
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// Adds a point; `findings` is none if no replication left anything.
    pub fn add(&mut self, number: u64, levels: Vec<Place>, found: Result<Left<'_>, String>) {
        let seen = |Left { findings, broken, hidden }: Left<'_>| match findings {
            Some(findings) => Seen { hidden, ..self.seen(findings, broken) },
            None => Seen {
                replications: 0,
                broken: broken.len() as u32,
                first_broken: broken.first().cloned(),
                badge: None,
                back: 0,
                worst: None,
                first: None,
                cost: None,
                hidden,
                cells: vec![Cell { value: None, passed: None }; self.columns.len()],
            },
        };
        let found = found.map(seen);
        self.points.push(Spot { number, levels, found });
    }

    fn seen(&self, findings: &Findings, broken: &[(u64, String)]) -> Seen {
        let verdict = &findings.verdict;
        let harm = |worst: &OperationVerdict| OperationHarm {
            subject: worst.subject(),
            minutes_down: worst.minutes_down,
        };
        let cell = |column: &Shows| {
            let is_it = |held: &&Expectation| held.that == column.title && held.when == column.when;
            let held = findings.expectations.iter().find(is_it);
            if let Some(held) = held.filter(|_| column.is_promise) {
                return Cell { value: held.value, passed: Some(held.passed) };
            }
            Cell { value: findings.values.get(&column.subject, column.metric).copied(), passed: None }
        };
        let is_back = |key: &str| Badge::find(key).is_some_and(|badge| badge <= Badge::SlowDrain);
        Seen {
            replications: findings.stamp.replications,
            broken: broken.len() as u32,
            first_broken: broken.first().cloned(),
            badge: Some(verdict.badge),
            back: verdict.counts.iter().filter(|(key, _)| is_back(key)).map(|(_, count)| count).sum(),
            worst: verdict.worst().filter(|worst| worst.badge != Badge::Unharmed).map(harm),
            first: findings.symptoms.first().map(|symptom| symptom.tier.clone()),
            cost: findings.values.get(&Subject::Total, &COST_PER_MONTH).copied(),
            hidden: None,
            cells: self.columns.iter().map(cell).collect(),
        }
    }
}
