//! Every combination of the levels of some axes.

/// Axes that move together, as one factor of the grid. One axis alone is the usual case; several are zipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The number of axes.
    pub axes: usize,
    /// The number of levels, the same for each of them.
    pub levels: u64,
}

/// Every combination of the levels of some factors; the last factor changes fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    factors: Vec<Factor>,
    points: u64,
}

impl Grid {
    /// The grid of these factors; none where there are more points than 2⁶⁴ − 1. A grid without factors has one point.
    pub fn new(factors: Vec<Factor>) -> Option<Self> {
        let points = factors.iter().try_fold(1_u64, |points, factor| points.checked_mul(factor.levels))?;
        Some(Self { factors, points })
    }

    /// The number of points.
    pub fn points(&self) -> u64 {
        self.points
    }

    /// The level of each axis at this point.
    ///
    /// # Panics
    /// When there is no such point.
    pub fn point(&self, index: u64) -> Vec<u64> {
        assert!(index < self.points, "point {index} of {}", self.points);
        let mut rest = index;
        let mut levels = Vec::new();
        for factor in self.factors.iter().rev() {
            let level = rest % factor.levels;
            rest /= factor.levels;
            levels.extend(std::iter::repeat_n(level, factor.axes));
        }
        levels.reverse();
        levels
    }
}
