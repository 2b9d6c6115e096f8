//! The deviation by chance of the mean of a stretch of a series from the mean of the whole series.

use crate::Moments;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The fewest stretches whose means have a meaningful spread; longer stretches are not considered.
const STRETCHES_MIN: usize = 10;

/// Statistics of the stretches of a series, from one or more runs of it.
///
/// Neighbours in a series resemble each other, so the mean of a stretch strays further than independent values would
/// let it. Hence the means of stretches of each length are measured directly (batch means), which includes the
/// autocorrelation, whatever its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    mean: f64,
    /// The shorter first; one at least has stretches of a single value.
    rows: Vec<Row>,
}

/// Stretches of one length.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    length: usize,
    /// The number of stretches that do not overlap.
    count: usize,
    /// Standard deviation of their means; none of fewer than two.
    deviation: Option<f64>,
    /// The lowest and the highest mean of any, overlapping ones too.
    extremes: (f64, f64),
}

impl Spread {
    /// The statistics of the runs of a series; `None` without any value.
    ///
    /// # Panics
    /// When a value is not finite.
    pub fn of(runs: &[Vec<f64>]) -> Option<Self> {
        let all: Moments = runs.iter().flatten().copied().collect();
        let mut rows = vec![Row::of(runs, 1)?];
        let lengths = (0..).flat_map(|power| [2 << power, 3 << power]);
        let stretches = |length: &usize| runs.iter().map(|run| run.len() / length).sum::<usize>();
        rows.extend(
            lengths.take_while(|length| STRETCHES_MIN <= stretches(length)).filter_map(|l| Row::of(runs, l)),
        );
        Some(Self { mean: all.mean()?, rows })
    }

    /// The mean of all values.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// How far the mean of one more stretch of `length` values lies to one side of [`Spread::mean`] with the
    /// probability `alpha`, if means of stretches are normal: the prediction bound of Student's t.
    ///
    /// A long stretch strays no further than a short one, so of all that are known and not longer the tightest bound
    /// is taken. A longer stretch consists of known ones, which hardly depend on each other. `None` for fewer than two
    /// values.
    ///
    /// # Panics
    /// When `alpha` is not between 0 and 1.
    pub fn reach(&self, length: usize, alpha: f64) -> Option<f64> {
        crate::estimate::check_confidence(alpha);
        let known: Vec<&Row> =
            self.rows.iter().filter(|row| row.length <= length && 2 <= row.count).collect();
        let longest = self.rows.last().filter(|row| row.length < length);
        let parts = |row: &Row| if Some(row) == longest { length as f64 / row.length as f64 } else { 1.0 };
        let reach = |row: &&Row| {
            let t = StudentsT::new(0.0, 1.0, (row.count - 1) as f64).expect("two stretches at least");
            Some(
                t.inverse_cdf(1.0 - alpha)
                    * row.deviation?
                    * (1.0 / parts(row) + 1.0 / row.count as f64).sqrt(),
            )
        };
        known.iter().filter_map(reach).reduce(f64::min)
    }

    /// The lowest and the highest mean of any stretch of `length` values, or of the longest that is known if that is
    /// shorter.
    pub fn extremes(&self, length: usize) -> (f64, f64) {
        let known = self.rows.iter().rev().find(|row| row.length <= length);
        known.unwrap_or(&self.rows[0]).extremes
    }
}

impl Row {
    /// None where there is no stretch of that length.
    fn of(runs: &[Vec<f64>], length: usize) -> Option<Row> {
        let mean = |part: &[f64]| part.iter().sum::<f64>() / length as f64;
        let apart: Moments = runs.iter().flat_map(|run| run.chunks_exact(length).map(mean)).collect();
        let overlapping =
            runs.iter().flat_map(|run| run.windows(length).step_by(length.div_ceil(8)).map(mean));
        let extremes = overlapping
            .map(|mean| (mean, mean))
            .reduce(|(low, high), (mean, _)| (f64::min(low, mean), f64::max(high, mean)))?;
        let deviation = apart.variance().map(f64::sqrt);
        Some(Row { length, count: apart.count() as usize, deviation, extremes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_known_of_nothing_and_little_of_one_value() {
        assert_eq!(Spread::of(&[]), None);
        let one = Spread::of(&[vec![0.5]]).expect("a value");
        assert_eq!((one.mean(), one.reach(9, 0.01), one.extremes(9)), (0.5, None, (0.5, 0.5)));
    }

    #[test]
    fn two_by_hand() {
        // Deviation √2, Student's t of one degree of freedom at 0.975 is 12.706, and √1.5 for one more value.
        let two = Spread::of(&[vec![1.0, 3.0]]).expect("values");
        let reach = two.reach(1, 0.025).expect("two values");
        assert!((reach - 12.7062 * 2f64.sqrt() * 1.5f64.sqrt()).abs() < 1e-3, "{reach}");
        assert_eq!(two.extremes(1), (1.0, 3.0));
    }

    /// An autoregressive series of deviation 1, from a fixed generator.
    fn series(seed: u64, length: usize, memory: f64) -> Vec<f64> {
        let mut state = seed;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut normal = move || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
        let mut last = normal();
        let mut next = || {
            last = memory * last + (1.0 - memory * memory).sqrt() * normal();
            last
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn stretches_that_remember_stray_further() {
        let reach = |memory: f64| {
            let runs: Vec<Vec<f64>> = (0..40).map(|seed| series(seed, 400, memory)).collect();
            Spread::of(&runs).expect("values").reach(16, 0.001).expect("values")
        };
        // 3.1 deviations: of independent ones 1/4, of a memory of 0.9 √(16 + 2 Σ (16 − k) 0.9ᵏ)/16 = 0.80.
        let (without, with) = (reach(0.0), reach(0.9));
        assert!((without - 3.1 / 4.0).abs() < 0.1 && (with - 3.1 * 0.80).abs() < 0.3, "{without} {with}");
    }

    #[test]
    fn a_stretch_longer_than_any_that_is_known_is_made_of_such() {
        let one = Spread::of(&[series(7, 40, 0.5)]).expect("values");
        assert_eq!(one.rows.iter().map(|row| row.length).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let reach = |length| one.reach(length, 0.01).expect("values");
        // Of ten: √(1/2 + 1/10) in place of √(1 + 1/10).
        assert!((reach(8) - reach(4) * (0.6f64 / 1.1).sqrt()).abs() < 1e-9 && reach(4000) < reach(8));
        assert_eq!(one.extremes(4), one.extremes(400));
    }
}
