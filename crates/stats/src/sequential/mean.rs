//! Whether a mean is below zero: a test after every value, for values of unknown variance.

use super::Verdict;
use crate::Moments;
use crate::estimate::check_confidence;

/// Before this number of values no verdict: a t-statistic of fewer is large by chance where values are skewed.
const LEAST: u64 = 8;

/// The logarithm of the evidence that a mean differs from zero.
///
/// It is the likelihood ratio of the t-statistic when the effect (mean over deviation) is drawn from a normal law of
/// variance 1, against no effect: ln E = −½ ln(1 + n) + (n/2)·[ln(1 + t²/(n − 1)) − ln(1 + t²/((n − 1)(n + 1)))].
/// Mixing over a law of effects to get a test of any length is Robbins' (1970); the ratio for one sample is the Bayes
/// factor of Gönen, Johnson, Lu and Westfall (2005). For normal values without an effect E is a martingale of mean 1,
/// so it ever reaches 1/α with a chance of at most α (Ville 1939).
///
/// None with fewer than two values. Values without variance are evidence without limit if they are not 0, and none
/// if they are.
pub fn log_evidence(values: &Moments) -> Option<f64> {
    let (mean, variance) = (values.mean()?, values.variance()?);
    let n = values.count() as f64;
    if mean == 0.0 {
        return Some(-0.5 * n.ln_1p());
    }
    if variance <= 0.0 {
        return Some(f64::INFINITY);
    }
    let square = mean * mean * n / variance;
    let ratio = (square / (n - 1.0)).ln_1p() - (square / ((n - 1.0) * (n + 1.0))).ln_1p();
    Some(-0.5 * n.ln_1p() + 0.5 * n * ratio)
}

/// A test whether the mean of independent values is below zero, which may look after every value.
///
/// Accepted or rejected by the sign of the mean as soon as there are 8 values and their [evidence](log_evidence) is
/// 1/(1 − confidence). With a true mean of zero, either happens with a chance of at most 1 − confidence for normal
/// values, however long the test goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanTest {
    confidence: f64,
}

impl MeanTest {
    /// The test with this confidence.
    ///
    /// # Panics
    /// When the confidence is not between 0 and 1.
    pub fn new(confidence: f64) -> Self {
        check_confidence(confidence);
        Self { confidence }
    }

    /// The verdict on values in their order: the first that is reached.
    ///
    /// # Panics
    /// When a value is not finite.
    pub fn judge(&self, values: impl IntoIterator<Item = f64>) -> Verdict {
        let mut moments = Moments::default();
        for value in values {
            moments.add(value);
            let verdict = self.verdict(&moments);
            if verdict != Verdict::Undecided {
                return verdict;
            }
        }
        Verdict::Undecided
    }

    /// The means that values are not evidence against: those between these ends. The test has its verdict as soon as
    /// 0 is outside, so that the interval holds however often one has looked. Values without variance leave no width.
    ///
    /// None with fewer than 8 values.
    pub fn interval(&self, values: &Moments) -> Option<(f64, f64)> {
        let (mean, deviation) = (values.mean()?, values.deviation()?);
        if values.count() < LEAST {
            return None;
        }
        let n = values.count() as f64;
        // ln E = −ln α solved for u = t²/(n − 1): (1 + u)/(1 + u/(n + 1)) = k.
        let k = ((n.ln_1p() - 2.0 * (1.0 - self.confidence).ln()) / n).exp();
        if n + 1.0 <= k {
            return Some((f64::NEG_INFINITY, f64::INFINITY));
        }
        let u = (k - 1.0) / (1.0 - k / (n + 1.0));
        let half = deviation * (u * (n - 1.0) / n).sqrt();
        Some((mean - half, mean + half))
    }

    /// What values say at this number of them; the caller keeps the first verdict.
    pub fn verdict(&self, values: &Moments) -> Verdict {
        let enough = -(1.0 - self.confidence).ln();
        let reached = log_evidence(values).is_some_and(|evidence| evidence >= enough);
        match values.mean() {
            Some(mean) if reached && values.count() >= LEAST && mean < 0.0 => Verdict::Accepted,
            Some(mean) if reached && values.count() >= LEAST && mean > 0.0 => Verdict::Rejected,
            _ => Verdict::Undecided,
        }
    }
}
