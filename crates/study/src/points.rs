//! The points of a sweep: which value each axis has there, and what that lays over the scenario.

use crate::laid::{lay, over};
use brownout_plan::design::{LatinHypercube, Random, Sobol};
use brownout_scenario::{Axis, Design, Level, Overrides, Sweep};

/// The points of a sweep, made one by one: a million of them take no memory.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a> {
    sweep: &'a Sweep,
    /// Designs that draw points draw them from it.
    seed: u64,
}

/// One point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its number among those that satisfy the conditions, from 0.
    pub number: u64,
    /// The value of each axis, in their order.
    pub levels: Vec<Level>,
}

impl<'a> Points<'a> {
    /// Those of a sweep.
    pub fn new(sweep: &'a Sweep, seed: u64) -> Self {
        Points { sweep, seed }
    }

    /// All that satisfy the conditions, in their order.
    pub fn iter(self) -> impl Iterator<Item = Point> + 'a {
        let all = (0..self.sweep.points).map(move |index| self.levels(index));
        let kept = all.filter(move |levels| self.sweep.conditions.iter().all(|one| one.holds(levels)));
        (0..).zip(kept).map(|(number, levels)| Point { number, levels })
    }

    /// How many satisfy the conditions.
    pub fn count(self) -> u64 {
        if self.sweep.conditions.is_empty() { self.sweep.points } else { self.iter().count() as u64 }
    }

    /// How many of the design each condition leaves out: of several that one does not satisfy, the first.
    pub fn left_out(self) -> Vec<(String, u64)> {
        let conditions = &self.sweep.conditions;
        let mut counts = vec![0; conditions.len()];
        for index in (0..self.sweep.points).filter(|_| !conditions.is_empty()) {
            let levels = self.levels(index);
            if let Some(at) = conditions.iter().position(|one| !one.holds(&levels)) {
                counts[at] += 1;
            }
        }
        let named = conditions.iter().map(|condition| condition.text.clone()).zip(counts);
        named.filter(|(_, count)| 0 < *count).collect()
    }

    /// The values at one place of the design, before any condition.
    fn levels(&self, index: u64) -> Vec<Level> {
        let Sweep { axes, groups, design, .. } = self.sweep;
        let mut levels: Vec<Option<Level>> = vec![None; axes.len()];
        let mut set = |group: &[usize], level: &dyn Fn(&Axis) -> Level| {
            for axis in group {
                levels[*axis] = Some(level(&axes[*axis]));
            }
        };
        if *design == Design::Grid {
            let mut rest = index;
            // The last axis moves fastest, as nested loops in the order of the file would.
            for group in groups.iter().rev() {
                let count = axes[group[0]].count().expect("axes of a grid have steps") as u64;
                let at = (rest % count) as usize;
                rest /= count;
                set(group, &|axis| axis.level(at));
            }
        } else {
            for (group, place) in groups.iter().zip(self.places(index)) {
                set(group, &|axis| axis.at(place));
            }
        }
        levels.into_iter().map(|level| level.expect("each axis is in a group")).collect()
    }

    /// A point of the unit cube, one coordinate for each group.
    fn places(&self, index: u64) -> Vec<f64> {
        let (axes, seed) = (self.sweep.groups.len(), self.seed);
        match self.sweep.design {
            Design::LatinHypercube => LatinHypercube { points: self.sweep.points, axes, seed }.point(index),
            Design::Sobol => Sobol { axes, seed }.point(index),
            Design::Grid | Design::Random => Random { axes, seed }.point(index),
        }
    }
}

impl Point {
    /// What it lays over a scenario, on top of other overrides.
    pub fn over(&self, sweep: &Sweep, overrides: &Overrides) -> Overrides {
        let laid = sweep.axes.iter().zip(&self.levels).map(|(axis, level)| lay(&axis.path, level));
        over(overrides, laid.collect())
    }
}
