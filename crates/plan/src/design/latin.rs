//! A Latin hypercube: each axis is cut into as many equal parts as there are points, and each part has one point.

use super::mix::mix;
use super::unit;

/// A Latin hypercube (`McKay`, Beckman and Conover 1979), with the point at random within its part.
///
/// The order of the parts of an axis is a permutation that is computed place by place: four rounds of a Feistel network
/// over the next even power of two, repeated until the result is a place (Black and Rogaway 2002).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatinHypercube {
    /// The number of points, at least 1.
    pub points: u64,
    /// The number of axes.
    pub axes: usize,
    /// What the points are drawn by.
    pub seed: u64,
}

impl LatinHypercube {
    /// The coordinates of a point, each from 0 up to but not including 1.
    ///
    /// # Panics
    /// When there is no such point.
    pub fn point(&self, index: u64) -> Vec<f64> {
        assert!(index < self.points, "point {index} of {}", self.points);
        let place = |axis: u64| {
            let part = permuted(index, self.points, mix(self.seed, axis, 0));
            let inside = unit(mix(self.seed, axis, 1), index, 0);
            // Rounding may not carry the last part to 1.
            ((part as f64 + inside) / self.points as f64).min(1.0_f64.next_down())
        };
        (0..self.axes as u64).map(place).collect()
    }
}

/// Where a permutation of the numbers below `n` takes one of them.
fn permuted(index: u64, n: u64, key: u64) -> u64 {
    let bits = u64::BITS - (n - 1).leading_zeros();
    let half = bits.div_ceil(2).max(1);
    let mask = (1_u64 << half) - 1;
    let mut at = index;
    // The network permutes at most four times as many numbers as are wanted, so this ends after a few rounds.
    loop {
        let (mut left, mut right) = (at >> half, at & mask);
        for round in 0..4 {
            (left, right) = (right, left ^ (mix(key, round, right) & mask));
        }
        at = left << half | right;
        if at < n {
            return at;
        }
    }
}
