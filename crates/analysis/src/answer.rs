//! Answers to the questions of a planner, as plain data: what was asked, what follows, and what was tried.

use brownout_metrics::{Subject, Unit};
use brownout_stats::Verdict;

/// Which end of a knob is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The least value that keeps the promises.
    Least,
    /// The greatest value that keeps them.
    Most,
}

/// What every question says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// What the scenario shows.
    pub title: String,
    /// The dotted path that is turned.
    pub knob: String,
    /// Its first and last value.
    pub range: (String, String),
    /// In what its numbers are; none where each is written with a unit of its own, or they are words.
    pub unit: Option<Unit>,
    /// In what share of runs a promise has to hold.
    pub share: f64,
    /// How sure the answer is.
    pub confidence: f64,
    /// How long a run is, in seconds: what is called a day.
    pub day_seconds: f64,
    /// Whether something happens in it: a surge, a fault.
    pub has_trigger: bool,
    /// What has to hold.
    pub promises: Vec<Promised>,
    /// The seed of all runs.
    pub seed: u64,
}

/// A promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Promised {
    /// As it is written.
    pub that: String,
    /// Whether it is about the mean over runs instead of a share of them.
    pub on_average: bool,
    /// Whether it compares a mean, whose spread over runs falls with their length.
    pub is_mean: bool,
}

/// A value of the knob that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// As it is written.
    pub value: String,
    /// As a number; none of a word.
    pub number: Option<f64>,
    /// Its runs.
    pub runs: usize,
    /// How many of them kept all promises about runs.
    pub kept: usize,
    /// Its runs are those of the first seeds, and at least eight: what part of them kept the promises says what part of
    /// all runs do. Otherwise the search chose which seeds it had to see there, and only their number means something.
    pub is_sample: bool,
    /// How many kept each promise; of one on average, how many were within its bound.
    pub each: Vec<usize>,
    /// What is known of it.
    pub verdict: Verdict,
    /// What it costs a month, where something has a price.
    pub dollars_a_month: Option<f64>,
    /// How many accelerators it has, where it has any.
    pub accelerators: u64,
}

/// The least or greatest value of a knob.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounded {
    /// What was asked.
    pub terms: Terms,
    /// Which end.
    pub wanted: Wanted,
    /// The value that is shown to keep the promises; none if none was.
    pub answer: Option<Tried>,
    /// The nearest value that is shown not to keep them; none if none was.
    pub not_enough: Option<String>,
    /// Values between, about which the runs do not suffice.
    pub undecided: Vec<String>,
    /// Not even the best end of the range keeps the promises.
    pub none_holds: bool,
    /// The knob works the other way.
    pub backwards: bool,
    /// The first run is the same at both ends: here the knob changes nothing.
    pub changes_nothing: bool,
    /// How the share of days that keep the promises changes at the answer; none if that is not known.
    pub shape: Option<Steep>,
    /// Which promise decides, by its place; none if all hold wherever it was tried.
    pub binding: Option<usize>,
    /// Every value that was run, ascending.
    pub tried: Vec<Tried>,
    /// What breaks where the promises do not hold.
    pub breaks: Option<Breaks>,
    /// How many runs the answer rests on.
    pub runs: usize,
}

/// How steep the share of days is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steep {
    /// Over half of the days change from one value to the next.
    pub is_cliff: bool,
    /// The share on the side that is not enough.
    pub share_before: f64,
    /// The share at the answer.
    pub share_at: f64,
}

/// What breaks first where the promises do not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaks {
    /// The value that was looked at.
    pub value: String,
    /// The tier that left its normal range first.
    pub tier: Option<String>,
    /// Who was hurt most.
    pub worst: Option<Subject>,
}

/// Where a knob tips the service over.
#[derive(Clone, Debug, PartialEq)]
pub struct Tipping {
    /// What was asked.
    pub terms: Terms,
    /// Half of all days have tipped over there.
    pub median: Tip,
    /// One in ten has.
    pub early: Tip,
    /// Nine in ten have.
    pub late: Tip,
    /// How many days were followed.
    pub days: usize,
    /// All days tip over between the same two values: what is left is the width of a step.
    pub is_sharp: bool,
    /// How many days have tipped over at each of these values.
    pub cumulative: Vec<Tipped>,
    /// How many runs the answer rests on.
    pub runs: usize,
}

/// How many days have tipped over at a value. One that has at a lower value has here, and one that has not at a higher
/// value has not here, either.
#[derive(Clone, Debug, PartialEq)]
pub struct Tipped {
    /// The value, as it is written.
    pub value: String,
    /// As a number; none of a word.
    pub number: Option<f64>,
    /// Days that have.
    pub tipped: usize,
    /// Days of which it is not known.
    pub open: usize,
}

/// A quantile of the values at which days tip over, with its interval; none where that is not within the range.
#[derive(Clone, Debug, PartialEq)]
pub struct Tip {
    /// The least value at which so many have.
    pub at: Option<String>,
    /// The value below it, at which they have not.
    pub above: Option<String>,
    /// The lower end of the interval: not yet at this value.
    pub low: Option<String>,
    /// The upper end of the interval.
    pub high: Option<String>,
}

/// The cheapest set of several knobs.
#[derive(Clone, Debug, PartialEq)]
pub struct Cheapest {
    /// What was asked; its knob is all of them.
    pub terms: Terms,
    /// The names of the knobs.
    pub knobs: Vec<String>,
    /// How many points there are.
    pub points: usize,
    /// The cheapest that is shown to keep the promises; none if none was.
    pub answer: Option<Set>,
    /// Cheaper ones about which the runs do not suffice.
    pub undecided: Vec<Set>,
    /// What these could still save a month.
    pub saving_max: f64,
    /// What was tried, in the order of trial.
    pub tried: Vec<Set>,
    /// The search stopped at its budget.
    pub out_of_budget: bool,
    /// How many runs the answer rests on.
    pub runs: usize,
}

/// One value for each knob.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// In the order of the knobs.
    pub values: Vec<String>,
    /// What it costs a month.
    pub dollars_a_month: f64,
    /// How many accelerators it has.
    pub accelerators: u64,
    /// Its runs, and how many of them kept all promises.
    pub runs: usize,
    /// See there.
    pub kept: usize,
    /// What is known of it.
    pub verdict: Verdict,
}

impl Cheapest {
    /// The Pareto front of what was run, cheapest first: of each, no other costs less and keeps the promises as often.
    pub fn front(&self) -> Vec<&Set> {
        let mut sets: Vec<&Set> = self.tried.iter().filter(|set| 0 < set.runs).collect();
        let share = |set: &Set| set.kept as f64 / set.runs as f64;
        sets.sort_by(|a, b| {
            let dearer = a.dollars_a_month.total_cmp(&b.dollars_a_month);
            dearer.then(share(b).total_cmp(&share(a)))
        });
        let mut best = f64::NEG_INFINITY;
        sets.retain(|set| {
            let is_better = best < share(set);
            best = best.max(share(set));
            is_better
        });
        sets
    }
}
