//! A scrambled Sobol sequence: points that fill the cube more evenly than chance does.

use super::mix::mix;

/// An Owen-scrambled Sobol sequence (Sobol 1967; Owen 1995; scrambled by hashing, Burley 2020).
///
/// Best at powers of two; any number of its first points is more even than as many random ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sobol {
    /// The number of axes, at most [`AXES_MAX`](Self::AXES_MAX).
    pub axes: usize,
    /// What the points are scrambled by.
    pub seed: u64,
}

impl Sobol {
    /// The number of axes that it has.
    pub const AXES_MAX: usize = sobol_burley::NUM_DIMENSIONS as usize;
    /// The number of points that it has.
    pub const POINTS_MAX: u64 = 1 << 16;

    /// The coordinates of a point, each from 0 up to but not including 1 in single precision.
    ///
    /// # Panics
    /// When there are more axes or points than the sequence has.
    pub fn point(&self, index: u64) -> Vec<f64> {
        assert!(self.axes <= Self::AXES_MAX, "{} axes; a Sobol sequence has {}", self.axes, Self::AXES_MAX);
        assert!(index < Self::POINTS_MAX, "point {index}; a Sobol sequence has {}", Self::POINTS_MAX);
        let seed = (mix(self.seed, 0, 0) >> 32) as u32;
        let axis = |axis: u32| f64::from(sobol_burley::sample(index as u32, axis, seed));
        (0..self.axes as u32).map(axis).collect()
    }
}
