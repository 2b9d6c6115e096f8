//! Morris screening: which axes matter at all, at a few runs for each.

use brownout_stats::{Estimate, Moments};

use crate::design::{below, unit};

/// The levels of an axis, as is usual; an even number makes all of them equally frequent.
const LEVELS: u64 = 4;
/// The length of a step: LEVELS / (2 (LEVELS − 1)).
const STEP: f64 = 2.0 / 3.0;

/// Trajectories through the unit cube, each of which moves every axis once, in random order (Morris 1991).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Morris {
    /// The number of axes.
    pub axes: usize,
    /// The number of trajectories; 10 to 50 are usual.
    pub trajectories: usize,
    /// What they are drawn by.
    pub seed: u64,
}

/// What is estimated of an axis, per unit of its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Which one.
    pub axis: usize,
    /// The mean of its elementary effects: its direction.
    pub mean: Estimate,
    /// The mean of their absolute values, μ* (Campolongo, Cariboni and Saltelli 2007): how much it matters.
    pub absolute: Estimate,
    /// Their standard deviation: large where it acts in a curve or together with others. None with one trajectory.
    pub deviation: Option<f64>,
}

impl Morris {
    /// The number of points.
    pub fn points(&self) -> usize {
        self.trajectories * (self.axes + 1)
    }

    /// The coordinates of a point, each 0, 1/3, 2/3 or 1; trajectory by trajectory.
    ///
    /// # Panics
    /// When there is no such point.
    pub fn point(&self, index: usize) -> Vec<f64> {
        assert!(index < self.points(), "point {index} of {}", self.points());
        let trajectory = index / (self.axes + 1);
        let mut point: Vec<f64> = (0..self.axes).map(|axis| self.start(trajectory, axis)).collect();
        for axis in &self.order(trajectory)[..index % (self.axes + 1)] {
            point[*axis] += self.step(trajectory, *axis);
        }
        point
    }

    /// The elementary effects, from the output of each point, averaged over seeds where there are several. All points
    /// of a trajectory should have the same seeds.
    ///
    /// # Panics
    /// When there are not as many outputs as points, or one is not finite.
    pub fn effects(&self, outputs: &[f64], confidence: f64) -> Vec<Effect> {
        assert_eq!(outputs.len(), self.points(), "the output of each point");
        let mut effects = vec![Vec::new(); self.axes];
        for trajectory in 0..self.trajectories {
            let first = trajectory * (self.axes + 1);
            for (at, axis) in self.order(trajectory).into_iter().enumerate() {
                let change = outputs[first + at + 1] - outputs[first + at];
                effects[axis].push(change / self.step(trajectory, axis));
            }
        }
        let effect = |(axis, effects): (usize, Vec<f64>)| {
            let absolute: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
            let deviation = effects.iter().copied().collect::<Moments>().deviation();
            let (mean, absolute) = (Estimate::of(&effects, confidence), Estimate::of(&absolute, confidence));
            Effect { axis, mean, absolute, deviation }
        };
        effects.into_iter().enumerate().map(effect).collect()
    }

    /// Where an axis begins: a level from which its step stays within the cube.
    fn start(&self, trajectory: usize, axis: usize) -> f64 {
        let level = below(LEVELS / 2, self.seed, trajectory as u64, 2 * axis as u64) as f64;
        let low = level / (LEVELS - 1) as f64;
        if self.step(trajectory, axis) > 0.0 { low } else { low + STEP }
    }

    fn step(&self, trajectory: usize, axis: usize) -> f64 {
        let up = unit(self.seed, trajectory as u64, 2 * axis as u64 + 1) < 0.5;
        if up { STEP } else { -STEP }
    }

    /// The order in which a trajectory moves the axes: Fisher and Yates' shuffle.
    fn order(&self, trajectory: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.axes).collect();
        for at in (1..self.axes).rev() {
            let other = below(at as u64 + 1, !self.seed, trajectory as u64, at as u64) as usize;
            order.swap(at, other);
        }
        order
    }
}
