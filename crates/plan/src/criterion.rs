//! What decides whether a point keeps its promises.

use brownout_stats::{MeanTest, ShareTest, Verdict};

/// What decides, from outcomes in the order of their seeds, whether a point keeps its promises: the first verdict that
/// is reached counts.
pub trait Criterion<O> {
    /// The verdict on these outcomes.
    fn judge(&self, outcomes: &[&O]) -> Verdict;
}

/// `true` is a run that kept the promise.
impl Criterion<bool> for ShareTest {
    fn judge(&self, outcomes: &[&bool]) -> Verdict {
        ShareTest::judge(self, outcomes.iter().map(|kept| **kept))
    }
}

/// A metric minus its bound: the promise is kept below zero.
impl Criterion<f64> for MeanTest {
    fn judge(&self, outcomes: &[&f64]) -> Verdict {
        MeanTest::judge(self, outcomes.iter().map(|value| **value))
    }
}

/// One of several promises.
#[derive(Clone, Debug, PartialEq)]
pub enum Promise {
    /// Kept in a share of runs; in a run it is kept where its number is below zero.
    Share(ShareTest),
    /// Kept on average: the mean of its number is below zero.
    Average(MeanTest),
}

/// Several promises that must all be kept; an outcome has a number for each of them, in their order.
///
/// Rejected as soon as one is rejected. Several promises as shares that are meant together ("a good day keeps all of
/// them") are one share of runs instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Promises(pub Vec<Promise>);

impl Criterion<Vec<f64>> for Promises {
    fn judge(&self, outcomes: &[&Vec<f64>]) -> Verdict {
        let of = |(at, promise): (usize, &Promise)| {
            let numbers = outcomes.iter().map(|outcome| outcome[at]);
            match promise {
                Promise::Share(test) => test.judge(numbers.map(|number| number < 0.0)),
                Promise::Average(test) => test.judge(numbers),
            }
        };
        let verdicts: Vec<Verdict> = self.0.iter().enumerate().map(of).collect();
        if verdicts.contains(&Verdict::Rejected) {
            Verdict::Rejected
        } else if verdicts.contains(&Verdict::Undecided) {
            Verdict::Undecided
        } else {
            Verdict::Accepted
        }
    }
}
