//! Answers to the questions of a planner, as plain data: what was asked, what follows, and what was tried.

use brownout_metrics::{Subject, Unit};
use brownout_stats::{Estimate, Verdict};

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
    /// The same as numbers; none of words.
    pub ends: Option<(f64, f64)>,
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
    /// The number that it is about, as it is written.
    pub of: String,
    /// What that number is in.
    pub unit: Unit,
    /// Whether a lower number keeps it more easily.
    pub wants_low: bool,
}

/// What runs say of a promise on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Averaged {
    /// The mean of its number over the runs.
    pub mean: f64,
    /// The means that the runs leave possible, however often they were looked at; none of fewer than 8 runs. The
    /// promise is decided as soon as the bound is outside.
    pub ends: Option<(f64, f64)>,
    /// What it is held against: of a number of each run the mean.
    pub bound: f64,
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
    /// They are all the same, whatever their seed.
    pub is_fixed: bool,
    /// How many kept each promise; of one on average, how many were within its bound.
    pub each: Vec<usize>,
    /// What they say of each promise on average; none of one about runs.
    pub averages: Vec<Option<Averaged>>,
    /// What is known of it.
    pub verdict: Verdict,
    /// What it costs a month, where something has a price; none where only runs know it, and these are no sample.
    pub cost: Option<Cost>,
    /// How many accelerators it has, where it has any.
    pub accelerators: u64,
}

/// What a value costs a month, in US dollars, as if every hour of it were like those of the runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Replicas and calls. Its mean is of no run where the scenario says it; otherwise controllers change how many
    /// replicas there are, or calls have a price, and it is that of the runs.
    pub paid: Estimate,
    /// Penalties for what was not served as promised; none where no operation has one.
    pub penalty: Option<Estimate>,
    /// Both together, run by run.
    pub all: Estimate,
}

impl Cost {
    /// Of what the scenario says that it costs, and what each run paid and lost by penalties, where either is known
    /// from runs alone; none if nothing has a price.
    pub fn of(still: Option<f64>, runs: &[(Option<f64>, Option<f64>)]) -> Option<Self> {
        let known = Estimate { mean: still.unwrap_or(0.0), ci95: None, n: 0 };
        let of = |values: &[f64]| Estimate::of(values, 0.95).within(0.0, f64::INFINITY);
        let paid: Vec<f64> = runs.iter().filter_map(|(paid, _)| *paid).collect();
        let penalties: Vec<f64> = runs.iter().filter_map(|(_, penalty)| *penalty).collect();
        if still.is_none() && paid.is_empty() && penalties.is_empty() {
            return None;
        }
        let paid = if paid.is_empty() { known } else { of(&paid) };
        let both =
            |(paid, penalty): &(Option<f64>, Option<f64>)| Some(paid.unwrap_or(known.mean) + (*penalty)?);
        let all: Vec<f64> = runs.iter().filter_map(both).collect();
        Some(Cost {
            paid,
            penalty: (!penalties.is_empty()).then(|| of(&penalties)),
            all: if all.is_empty() { paid } else { of(&all) },
        })
    }

    /// Whether its mean is that of runs.
    pub fn is_measured(&self) -> bool {
        0 < self.all.n
    }
}

/// Whether a knob does what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Works {
    /// It does, as far as was seen.
    AsAsked,
    /// The promises hold at the other end of the range.
    Backwards,
    /// The first run is the same at both ends: here the knob changes nothing.
    NotAtAll,
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
    /// Whether the knob does what it was asked for.
    pub works: Works,
    /// How the share of days that keep the promises changes at the answer; none if that is not known.
    pub shape: Option<Steep>,
    /// Which promise decides, by its place; none if all hold wherever it was tried.
    pub binding: Option<usize>,
    /// Every value that was run, ascending.
    pub tried: Vec<Tried>,
    /// What breaks where the promises do not hold.
    pub breaks: Option<Breaks>,
    /// Nothing is drawn by chance: runs of one value are all the same.
    pub is_fixed: bool,
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
    /// The first run is the same at both ends of the range: here the knob changes nothing.
    pub is_idle: bool,
    /// How many days have tipped over at each of these values.
    pub cumulative: Vec<Tipped>,
    /// Nothing is drawn by chance: runs of one value are all the same.
    pub is_fixed: bool,
    /// How many runs the answer rests on.
    pub runs: usize,
}

impl Tipping {
    /// Whether the median lies between two values of the range.
    pub fn is_answered(&self) -> bool {
        self.median.at.is_some() && self.median.above.is_some()
    }

    /// How many days have surely tipped over at the first value that was run.
    pub fn first_tipped(&self) -> usize {
        self.cumulative.first().map_or(0, |first| first.tipped)
    }

    /// The same at the last.
    pub fn last_tipped(&self) -> usize {
        self.cumulative.last().map_or(0, |last| last.tipped)
    }
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
    /// Nothing is drawn by chance: runs of one value are all the same.
    pub is_fixed: bool,
    /// Over how many of the first runs of each set costs were measured before the search put them in order; 0: the
    /// scenario says what each set costs.
    pub priced_by: usize,
    /// How many runs the answer rests on.
    pub runs: usize,
}

/// One value for each knob.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// In the order of the knobs.
    pub values: Vec<String>,
    /// What it costs a month.
    pub cost: Cost,
    /// How many accelerators it has.
    pub accelerators: u64,
    /// Its runs, and how many of them kept all promises.
    pub runs: usize,
    /// See there.
    pub kept: usize,
    /// What they say of each promise on average; none of one about runs.
    pub averages: Vec<Option<Averaged>>,
    /// What is known of it.
    pub verdict: Verdict,
}

impl Averaged {
    /// How far its mean is on the good side of its bound, as a part of that.
    pub fn margin(&self, wants_low: bool) -> f64 {
        let margin = if wants_low { self.bound - self.mean } else { self.mean - self.bound };
        if self.bound == 0.0 { margin } else { margin / self.bound.abs() }
    }
}

impl Terms {
    /// Whether every promise is on average, so that no share of runs means anything.
    pub fn is_on_average(&self) -> bool {
        self.promises.iter().all(|promise| promise.on_average)
    }
}

impl Cheapest {
    /// Where every promise is on average: the one that is nearest to its bound at the answer.
    pub fn nearest(&self) -> Option<usize> {
        let promises = &self.terms.promises;
        let margin = |at: &usize| {
            let averaged = self.answer.as_ref().and_then(|answer| answer.averages[*at]);
            averaged.map_or(f64::INFINITY, |averaged| averaged.margin(promises[*at].wants_low))
        };
        (0..promises.len())
            .filter(|_| self.terms.is_on_average())
            .min_by(|a, b| margin(a).total_cmp(&margin(b)))
    }

    /// The Pareto front of what was run, cheapest first: of each, no other costs less and keeps the promises as often,
    /// or by as much on average.
    pub fn front(&self) -> Vec<&Set> {
        let nearest = self.nearest();
        let mut sets: Vec<&Set> = self.tried.iter().filter(|set| 0 < set.runs).collect();
        let share = |set: &Set| match nearest {
            None => set.kept as f64 / set.runs as f64,
            Some(at) => set.averages[at]
                .map_or(f64::NEG_INFINITY, |averaged| averaged.margin(self.terms.promises[at].wants_low)),
        };
        sets.sort_by(|a, b| {
            let dearer = a.cost.all.mean.total_cmp(&b.cost.all.mean);
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
