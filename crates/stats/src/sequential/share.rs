//! Whether a probability is at least `q`: a test after every outcome, by the number of failures so far.
//!
//! Wald (1945) stops a sequence of trials at two lines; his bounds on the errors are approximate, and his lines need a
//! second probability that counts as bad. Here the boundaries are exact for the one probability that is asked about:
//! the chance to cross each of them at p = q is summed over all paths, and may not exceed the part of the error that is
//! set aside for it.

use super::Verdict;
use crate::estimate::check_confidence;

/// No test is longer than this number of outcomes; where even an unbroken sequence of successes would have to be, the
/// test never accepts.
const HORIZON_MAX: usize = 100_000;
/// How many times the shortest acceptance the boundaries reach.
const HORIZON: usize = 8;
/// For shares that a few outcomes decide, the boundaries still reach as far as budgets do.
const HORIZON_MIN: usize = 1_000;

/// The boundaries of a test whether a probability of success is at least a share.
///
/// - Accepted as soon as `n` outcomes have had at most `f` failures and `n` has reached
///   [`accepts_at`](Self::accepts_at) `(f)`. If the probability is below the share, this happens with a chance of at
///   most `1 − confidence`, however long the test goes on: α·2^−(f+1) of it is set aside for each `f`, and what one
///   leaves is for the next.
/// - Rejected as soon as the `f`-th failure, `f ≥ 2`, comes at or before outcome [`rejects_until`](Self::rejects_until)
///   `(f)`. If the probability is at least the share, this happens with a chance of at most `1 − confidence`:
///   α/(f(f − 1)) is spent on each `f`.
///
/// It must see the outcomes one by one, in the order of their seeds: a boundary counts when it is crossed.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareTest {
    share: f64,
    confidence: f64,
    /// By the number of failures.
    accept: Vec<usize>,
    /// By the number of failures; 0 where no number of outcomes is few enough.
    reject: Vec<usize>,
}

impl ShareTest {
    /// The test whether successes have at least this probability.
    ///
    /// # Panics
    /// When the share or the confidence is not between 0 and 1.
    pub fn new(share: f64, confidence: f64) -> Self {
        assert!(share > 0.0 && share < 1.0, "a share between 0 and 1, not {share}");
        check_confidence(confidence);
        let alpha = 1.0 - confidence;
        let shortest = ((alpha / 2.0).ln() / share.ln()).ceil();
        let horizon = ((shortest * HORIZON as f64).min(HORIZON_MAX as f64) as usize).max(HORIZON_MIN);
        Self {
            share,
            confidence,
            accept: accept(share, alpha, horizon),
            reject: reject(share, alpha, horizon),
        }
    }

    /// The share that is asked about.
    pub fn share(&self) -> f64 {
        self.share
    }

    /// One minus the chance of a wrong verdict.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }

    /// With at most this number of failures it is accepted at this number of outcomes; none where that is out of reach.
    pub fn accepts_at(&self, failures: usize) -> Option<usize> {
        self.accept.get(failures).copied()
    }

    /// It is rejected when the failure of this number, counted from 1, comes at this outcome or before, counted from 1.
    pub fn rejects_until(&self, failures: usize) -> usize {
        self.reject.get(failures).copied().unwrap_or(0)
    }

    /// A trial without outcomes.
    pub fn begin(&self) -> ShareTrial<'_> {
        ShareTrial { test: self, runs: 0, failures: 0, verdict: Verdict::Undecided }
    }

    /// The verdict on outcomes in their order: the first boundary that they cross.
    pub fn judge(&self, outcomes: impl IntoIterator<Item = bool>) -> Verdict {
        let mut trial = self.begin();
        for passed in outcomes {
            if trial.add(passed) != Verdict::Undecided {
                break;
            }
        }
        trial.verdict()
    }
}

/// Outcomes told to a [`ShareTest`] one by one. The first verdict stays.
#[derive(Clone, Debug)]
pub struct ShareTrial<'a> {
    test: &'a ShareTest,
    runs: usize,
    failures: usize,
    verdict: Verdict,
}

impl ShareTrial<'_> {
    /// Adds an outcome and says what follows.
    pub fn add(&mut self, passed: bool) -> Verdict {
        self.runs += 1;
        self.failures += usize::from(!passed);
        if self.verdict == Verdict::Undecided {
            if !passed && self.runs <= self.test.rejects_until(self.failures) {
                self.verdict = Verdict::Rejected;
            } else if self.test.accepts_at(self.failures).is_some_and(|n| n <= self.runs) {
                self.verdict = Verdict::Accepted;
            }
        }
        self.verdict
    }

    /// What follows from the outcomes so far.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The number of outcomes so far.
    pub fn runs(&self) -> usize {
        self.runs
    }

    /// The number of successes so far.
    pub fn passes(&self) -> usize {
        self.runs - self.failures
    }

    /// The number of further outcomes until it is accepted if all are successes; none where that is out of reach, 0
    /// once there is a verdict.
    pub fn until_accepted(&self) -> Option<usize> {
        if self.verdict != Verdict::Undecided {
            return Some(0);
        }
        self.test.accepts_at(self.failures).map(|n| n.saturating_sub(self.runs))
    }
}

/// `alive[n]`: the chance of exactly `f` failures among `n` outcomes without an acceptance before; from one `f` to the
/// next. Once the path with `f − 1` failures is accepted, nothing flows to `f` any more, and its chance falls by `q`
/// with each outcome, until it is no more than what may be spent. What is left of it is for the next `f`.
fn accept(q: f64, alpha: f64, horizon: usize) -> Vec<usize> {
    let mut boundaries: Vec<usize> = Vec::new();
    let mut fewer = vec![0.0; horizon + 1];
    let mut share = alpha / 2.0;
    let mut spend = share;
    loop {
        let closed = boundaries.last().copied().unwrap_or(0);
        let mut alive = vec![0.0; horizon + 1];
        alive[0] = if boundaries.is_empty() { 1.0 } else { 0.0 };
        let mut found = None;
        for n in 1..=horizon {
            let flows = if n <= closed { fewer[n - 1] * (1.0 - q) } else { 0.0 };
            alive[n] = alive[n - 1] * q + flows;
            if closed <= n && alive[n] <= spend {
                found = Some(n);
                break;
            }
        }
        let Some(found) = found else { return boundaries };
        boundaries.push(found);
        share /= 2.0;
        spend = share + (spend - alive[found]);
        fewer = alive;
    }
}

/// The same for the outcome at which the `f`-th failure comes: as long as the chance that it has come, without a
/// rejection before, is no more than what may be spent.
fn reject(q: f64, alpha: f64, horizon: usize) -> Vec<usize> {
    // One failure says nothing, and no failure even less.
    let mut boundaries = vec![0, 0];
    let mut fewer: Vec<f64> = (0..=horizon).map(|n| n as f64 * q.powi(n as i32 - 1) * (1.0 - q)).collect();
    for f in 2_usize.. {
        let spend = alpha / (f * (f - 1)) as f64;
        let mut spent = 0.0;
        let mut boundary = None;
        let mut alive = vec![0.0; horizon + 1];
        for n in 1..=horizon {
            let comes = fewer[n - 1] * (1.0 - q);
            spent += comes;
            if spent > spend && boundary.is_none() {
                boundary = Some(n - 1);
            }
            alive[n] = alive[n - 1] * q + if boundary.is_some() { comes } else { 0.0 };
        }
        // As far as this looks, such a number of failures is always too many.
        boundaries.push(boundary.unwrap_or(horizon));
        if boundary.is_none() {
            break;
        }
        fewer = alive;
    }
    boundaries
}
