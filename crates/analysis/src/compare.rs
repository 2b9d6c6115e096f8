//! Variants against each other, seed by seed: what each number gains or loses, with an interval, and whom it helps.

use crate::findings::{Findings, Number};
use crate::ranking::{Ranked, ranked};
use brownout_metrics::harm::{MINUTES_DOWN, UNSERVED, USER_MINUTES_LOST};
use brownout_metrics::replicas::COST_PER_MONTH;
use brownout_metrics::{Better, Metric, Sample, Scope, Subject};
use brownout_stats::{Estimate, paired};

/// Some variants beside a first one.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The name of the first.
    pub base: String,
    /// The others, in the order given.
    pub others: Vec<Versus>,
    /// All by what their users lost, the least first; the first one is 0.
    pub order: Vec<Ranked>,
    /// Whether replications with the same number had the same seed, so that chance cancels in differences.
    pub is_paired: bool,
}

/// A variant beside the first one.
#[derive(Clone, Debug, PartialEq)]
pub struct Versus {
    /// Its name.
    pub name: String,
    /// Runs of the first one, and its own. Paired, only those are compared that both have: as many as the fewer.
    pub runs: (u32, u32),
    /// Every number that both have, in the order of the table.
    pub differences: Vec<Difference>,
    /// What it does to each operation.
    pub operations: Vec<Effect>,
    /// What it costs a month more, where both have a price.
    pub cost: Option<Difference>,
    /// Nothing that counts differs: the harm to every operation is the same as far as these runs can tell.
    pub is_as_good: bool,
}

/// A number of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Of what.
    pub subject: Subject,
    /// Which number.
    pub metric: &'static Metric,
    /// In the first one.
    pub before: Estimate,
    /// In the other one.
    pub after: Estimate,
    /// The mean of the differences, with its interval at 95 %.
    pub by: Estimate,
    /// Whether it is one, at 5 % over all numbers of this comparison together.
    pub is_sure: bool,
}

impl Difference {
    /// Whether it is good news; none where it is not sure, or the metric is neither good nor bad.
    pub fn is_better(&self) -> Option<bool> {
        let more = 0.0 < self.by.mean;
        match self.metric.better {
            _ if !self.is_sure => None,
            Better::High => Some(more),
            Better::Low => Some(!more),
            Better::Neither => None,
        }
    }
}

/// What a variant does to an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Of which class, doing what.
    pub subject: Subject,
    /// How long it was down.
    pub minutes_down: Difference,
    /// Intents that were not served.
    pub unserved: Difference,
    /// Whether it is better off; none if that is not sure.
    pub is_better: Option<bool>,
}

/// Variants beside the first one.
///
/// Replications with the same number share their seed where the seeds of the variants are the same; otherwise the
/// difference has the interval of two independent means.
///
/// # Panics
/// If there is none.
pub fn compare(all: &[&Findings]) -> Comparison {
    let (first, others) = all.split_first().expect("something to compare with");
    let is_paired = others.iter().all(|other| other.stamp.seed == first.stamp.seed);
    Comparison {
        base: first.stamp.variant.clone(),
        others: others.iter().map(|other| versus(first, other, is_paired)).collect(),
        order: ranked(all),
        is_paired,
    }
}

fn versus(first: &Findings, other: &Findings, is_paired: bool) -> Versus {
    let mut pairs: Vec<(&Subject, &Number, &Number)> = Vec::new();
    for numbers in &first.values.subjects {
        let Some(theirs) = other.values.subject(&numbers.subject) else { continue };
        for number in &numbers.numbers {
            let same = theirs.numbers.iter().find(|their| their.metric == number.metric);
            pairs.extend(same.map(|their| (&numbers.subject, number, their)));
        }
    }
    // Of hundreds of numbers some differ by chance: all together do so in one comparison of twenty.
    let many =
        pairs.iter().filter(|(_, ours, theirs)| ours.estimate.is_some() && theirs.estimate.is_some()).count();
    let sure = 1.0 - 0.05 / many.max(1) as f64;
    let of = |(subject, ours, theirs): &(&Subject, &Number, &Number)| {
        difference(subject, ours, theirs, is_paired, sure)
    };
    let differences: Vec<Difference> = pairs.iter().filter_map(of).collect();
    let find = |subject: &Subject, metric: &Metric| {
        differences.iter().find(|one| one.subject == *subject && one.metric == metric).cloned()
    };
    let paths = first.values.subjects.iter().map(|numbers| &numbers.subject);
    let effect = |subject: &Subject| {
        let (minutes_down, unserved) = (find(subject, &MINUTES_DOWN)?, find(subject, &UNSERVED)?);
        let lost = find(subject, &USER_MINUTES_LOST).and_then(|lost| lost.is_better());
        let is_better = minutes_down.is_better().or(unserved.is_better()).or(lost);
        Some(Effect { subject: subject.clone(), minutes_down, unserved, is_better })
    };
    let operations: Vec<Effect> =
        paths.filter(|subject| subject.scope() == Scope::Path).filter_map(effect).collect();
    Versus {
        name: other.stamp.variant.clone(),
        runs: (first.stamp.replications, other.stamp.replications),
        is_as_good: operations.iter().all(|effect| effect.is_better.is_none()),
        cost: find(&Subject::Total, &COST_PER_MONTH),
        operations,
        differences,
    }
}

fn difference(
    subject: &Subject,
    ours: &Number,
    theirs: &Number,
    is_paired: bool,
    sure: f64,
) -> Option<Difference> {
    let (mut first, mut second) = (ours.estimate?, theirs.estimate?);
    let (by, wide) = if is_paired {
        // A variant that left a race early has fewer runs: both numbers are of the runs that both have, so that the
        // difference is one of theirs.
        let both = ours.samples.iter().zip(theirs.samples.iter());
        let both: Vec<(Sample, Sample)> = both.filter_map(|(a, b)| a.zip(b)).collect();
        let of = |one: fn(&(Sample, Sample)) -> Sample| both.iter().map(one);
        first = ours.metric.combine(&of(|both| both.0).collect())?;
        second = ours.metric.combine(&of(|both| both.1).collect())?;
        let before: Vec<f64> = of(|both| both.0).map(|sample| sample.value).collect();
        let after: Vec<f64> = of(|both| both.1).map(|sample| sample.value).collect();
        (paired(&before, &after, 0.95), paired(&before, &after, sure))
    } else {
        let there = |number: &Number| -> Vec<f64> {
            number.samples.iter().flatten().map(|sample: Sample| sample.value).collect()
        };
        (apart(&there(ours), &there(theirs), 0.95)?, apart(&there(ours), &there(theirs), sure)?)
    };
    // Numbers that never vary differ, or do not, whatever an interval of no width says.
    let is_sure = wide.ci95.is_some() && wide.differs_from_zero();
    Some(Difference {
        subject: subject.clone(),
        metric: ours.metric,
        before: first,
        after: second,
        by,
        is_sure,
    })
}

/// The difference of the means of independent runs, with the interval of Welch (1947).
fn apart(before: &[f64], after: &[f64], confidence: f64) -> Option<Estimate> {
    let (a, b) = (Estimate::of(before, confidence), Estimate::of(after, confidence));
    if before.is_empty() || after.is_empty() {
        return None;
    }
    let mean = b.mean - a.mean;
    let ci95 = brownout_stats::welch(before, after, confidence).map(|half| (mean - half, mean + half));
    Some(Estimate { mean, ci95, n: before.len().min(after.len()) })
}

/// Which of some variants is best by one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Race {
    /// The number, as it is written.
    pub by: String,
    /// Which metric that is.
    pub metric: &'static Metric,
    /// How sure the answer is.
    pub confidence: f64,
    /// The variants that may be the best, the leader first.
    pub left: Vec<Runner>,
    /// Those that are shown to be worse, the best of them first.
    pub worse: Vec<Runner>,
    /// One is the best, or those left are equally good; otherwise the runs did not suffice.
    pub is_decided: bool,
    /// How many runs it took.
    pub runs: usize,
}

/// How two variants of a race stand to each other by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The other one is the best, or as good as the best, and the first is shown to be worse.
    Better,
    /// The other way round.
    Worse,
    /// Both are, and equally good.
    Equal,
    /// Both may be the best: the runs do not suffice.
    Untold,
    /// Neither is the best.
    NeitherBest,
}

impl Race {
    /// How one variant stands to another, by name.
    pub fn standing(&self, first: &str, other: &str) -> Standing {
        let is_left = |name: &str| self.left.iter().any(|runner| runner.name == name);
        match (is_left(first), is_left(other)) {
            (false, true) => Standing::Better,
            (true, false) => Standing::Worse,
            (true, true) if self.is_decided => Standing::Equal,
            (true, true) => Standing::Untold,
            (false, false) => Standing::NeitherBest,
        }
    }
}

/// A variant in a race.
#[derive(Clone, Debug, PartialEq)]
pub struct Runner {
    /// Its name.
    pub name: String,
    /// The mean of the number.
    pub mean: f64,
    /// By how much it is behind the leader, and half the width of the interval of that.
    pub behind: (f64, f64),
    /// How many runs it had.
    pub runs: u64,
}
