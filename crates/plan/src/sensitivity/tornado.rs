//! One axis at a time, to its low and its high end: the bars of a tornado chart.

use brownout_stats::{Estimate, paired};

/// Where an axis stands at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where it usually is.
    Base,
    /// At its low end.
    Low,
    /// At its high end.
    High,
}

/// The base, and each axis alone at its low and at its high end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneAtATime {
    /// The number of axes.
    pub axes: usize,
}

/// What an axis does on its own, under common random numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swing {
    /// Which one.
    pub axis: usize,
    /// The change from the base to the low end.
    pub low: Estimate,
    /// The change from the base to the high end.
    pub high: Estimate,
}

impl OneAtATime {
    /// The number of points.
    pub fn points(&self) -> usize {
        2 * self.axes + 1
    }

    /// Where each axis stands at a point: the base first, then low and high of each axis.
    ///
    /// # Panics
    /// When there is no such point.
    pub fn point(&self, index: usize) -> Vec<Place> {
        assert!(index < self.points(), "point {index} of {}", self.points());
        let mut places = vec![Place::Base; self.axes];
        if index > 0 {
            places[(index - 1) / 2] = if index % 2 == 1 { Place::Low } else { Place::High };
        }
        places
    }

    /// The swings, by point and seed, the largest first: paired differences, since all points have the same seeds.
    ///
    /// # Panics
    /// When there are not as many lists as points, they differ in length, or a value is not finite.
    pub fn swings(&self, outputs: &[Vec<f64>], confidence: f64) -> Vec<Swing> {
        assert_eq!(outputs.len(), self.points(), "the outputs of each point");
        let change = |point: usize| paired(&outputs[0], &outputs[point], confidence);
        let swing = |axis| Swing { axis, low: change(2 * axis + 1), high: change(2 * axis + 2) };
        let mut swings: Vec<Swing> = (0..self.axes).map(swing).collect();
        swings.sort_by(|a, b| b.size().total_cmp(&a.size()));
        swings
    }
}

impl Swing {
    /// The distance between the ends, the base included.
    pub fn size(&self) -> f64 {
        let (low, high) = (self.low.mean, self.high.mean);
        low.max(high).max(0.0) - low.min(high).min(0.0)
    }
}
