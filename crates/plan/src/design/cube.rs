//! Independent points of the unit cube.

use super::unit;

/// Independent, evenly distributed points of the unit cube.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Random {
    /// The number of axes.
    pub axes: usize,
    /// What the points are drawn by.
    pub seed: u64,
}

impl Random {
    /// The coordinates of a point, each from 0 up to but not including 1.
    pub fn point(&self, index: u64) -> Vec<f64> {
        (0..self.axes as u64).map(|axis| unit(self.seed, axis, index)).collect()
    }
}
