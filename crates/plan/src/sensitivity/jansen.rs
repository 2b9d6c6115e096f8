//! Sobol indices by Jansen's estimators, for outputs that are random themselves.

use brownout_stats::{Moments, t_quantile};

use crate::design::Sobol;

/// The design of Saltelli (2002): points A and B of a scrambled Sobol sequence, and for each axis A with that axis of
/// B.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jansen {
    /// The number of axes, at most half of those of a [`Sobol`] sequence.
    pub axes: usize,
    /// The number of pairs of A and B, at least 2; a power of two is best.
    pub pairs: usize,
    /// What the sequence is scrambled by.
    pub seed: u64,
}

/// How the variance of an output is made up.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    /// By axis.
    pub axes: Vec<SobolIndex>,
    /// The variance of the expected output over the cube.
    pub variance: f64,
    /// The part of the variance of a single run that is due to its seed alone, not to any axis; none with one seed.
    pub noise: Option<f64>,
}

/// The indices of an axis; estimates of small ones may be slightly negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SobolIndex {
    /// The part of the variance that this axis explains alone.
    pub first: f64,
    /// Half the width of its interval.
    pub first_half: f64,
    /// The part in which this axis has a share, alone or together with others.
    pub total: f64,
    /// Half the width of its interval.
    pub total_half: f64,
}

impl Jansen {
    /// The number of points.
    pub fn points(&self) -> usize {
        self.pairs * (self.axes + 2)
    }

    /// The coordinates of a point, pair by pair: A, B, and A with each axis of B.
    ///
    /// # Panics
    /// When there is no such point, or the sequence has not as many axes or points.
    pub fn point(&self, index: usize) -> Vec<f64> {
        assert!(index < self.points(), "point {index} of {}", self.points());
        let (pair, which) = (index / (self.axes + 2), index % (self.axes + 2));
        let both = Sobol { axes: 2 * self.axes, seed: self.seed }.point(pair as u64);
        let (a, b) = both.split_at(self.axes);
        match which {
            0 => a.to_vec(),
            1 => b.to_vec(),
            _ => {
                let mut point = a.to_vec();
                point[which - 2] = b[which - 2];
                point
            }
        }
    }

    /// The indices from the outputs of each point by seed; all points have the same seeds.
    ///
    /// Jansen (1999): with V the variance of the output, 1 − E(f(B) − f(A with an axis of B))²/2V is the first-order
    /// index of that axis, and E(f(A) − f(A with it))²/2V its total one. The output of a point is the mean over seeds,
    /// so that each squared difference has the variance of that mean in excess: it is estimated from the differences
    /// seed by seed and taken off, which is right for common and for independent seeds. With one seed it cannot be, and
    /// noise counts as variance. Intervals are those of a ratio of means over pairs (Cochran 1977).
    ///
    /// None where the output does not vary.
    ///
    /// # Panics
    /// When there are fewer than two pairs, not as many lists as points, lists of different length or without values,
    /// or a value is not finite.
    pub fn indices(&self, outputs: &[Vec<f64>], confidence: f64) -> Option<Indices> {
        assert!(self.pairs > 1, "one pair has no interval");
        assert_eq!(outputs.len(), self.points(), "the outputs of each point");
        let pairs: Vec<&[Vec<f64>]> = outputs.chunks(self.axes + 2).collect();
        let middle: Moments = pairs.iter().flat_map(|pair| [mean(&pair[0]), mean(&pair[1])]).collect();
        let middle = middle.mean().expect("some pairs");
        let spread = |pair: &&[Vec<f64>]| {
            let away = |outputs: &[f64]| (mean(outputs) - middle).powi(2);
            0.5 * (away(&pair[0]) + away(&pair[1]) - excess(&pair[0], &pair[1]))
        };
        let variances: Vec<f64> = pairs.iter().map(spread).collect();
        let variance = mean(&variances);
        if variance <= 0.0 {
            return None;
        }
        let t = t_quantile(confidence, self.pairs - 1);
        let ratio = |base: usize, other: usize| {
            let halves: Vec<f64> = pairs.iter().map(|pair| half_square(&pair[base], &pair[other])).collect();
            let ratio = mean(&halves) / variance;
            let off = halves.iter().zip(&variances).map(|(half, variance)| (half - ratio * variance).powi(2));
            let n = self.pairs as f64;
            (ratio, t * (off.sum::<f64>() / (n * (n - 1.0))).sqrt() / variance)
        };
        let index = |axis: usize| {
            let ((rest, first_half), (total, total_half)) = (ratio(1, axis + 2), ratio(0, axis + 2));
            SobolIndex { first: 1.0 - rest, first_half, total, total_half }
        };
        let axes = (0..self.axes).map(index).collect();
        Some(Indices { axes, variance, noise: noise(&pairs, variance) })
    }
}

/// The part of the seed in the variance of a single run.
fn noise(pairs: &[&[Vec<f64>]], variance: f64) -> Option<f64> {
    let within = |outputs: &Vec<f64>| outputs.iter().copied().collect::<Moments>().variance();
    let all: Option<Vec<f64>> = pairs.iter().flat_map(|pair| pair[..2].iter().map(within)).collect();
    let within = mean(&all?);
    Some(within / (within + variance))
}

/// Half the square of the difference of two expected outputs, without bias.
fn half_square(a: &[f64], b: &[f64]) -> f64 {
    0.5 * ((mean(a) - mean(b)).powi(2) - excess(a, b))
}

/// The variance of the difference of the means over seeds; 0 where there is one seed.
fn excess(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "all points have the same seeds");
    let differences: Moments = a.iter().zip(b).map(|(a, b)| a - b).collect();
    differences.variance().unwrap_or(0.0) / a.len() as f64
}

fn mean(values: &[f64]) -> f64 {
    assert!(!values.is_empty(), "an output for each point");
    values.iter().sum::<f64>() / values.len() as f64
}
