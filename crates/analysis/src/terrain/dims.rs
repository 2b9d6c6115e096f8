//! The axes of a sweep that move on their own, and the values of each.

use crate::swept::{Place, Spot, Swept};
use brownout_metrics::Unit;
use std::collections::{BTreeMap, BTreeSet};

/// An axis that moves on its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Dim {
    /// Its place among the axes of the sweep.
    pub axis: usize,
    /// Axes that move with it, each of its values with one of theirs.
    pub with: Vec<usize>,
    /// Its values: numbers ascending, words as they come.
    pub levels: Vec<Place>,
    /// How its values follow one another.
    pub spacing: Spacing,
    /// In what its numbers are; none where they have a unit of their own, or are words.
    pub unit: Option<Unit>,
}

/// How the values of an axis follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// By steps of a like size.
    Even,
    /// By like factors.
    Log,
    /// They are words.
    Words,
}

/// An axis from its first to its last value over less than this factor is read as well without a logarithm.
const LOG_RANGE: f64 = 8.0;

impl Dim {
    /// Where a point stands on it.
    pub(super) fn place(&self, spot: &Spot) -> usize {
        let key = key(&spot.levels[self.axis]);
        self.levels
            .iter()
            .position(|level| self::key(level) == key)
            .expect("its values are those of all points")
    }
}

/// All of them; an axis with one value does not move.
pub(super) fn dims(swept: &Swept) -> Vec<Dim> {
    let mut dims: Vec<Dim> = Vec::new();
    for axis in 0..swept.axes.len() {
        let levels = levels(swept, axis);
        if levels.len() < 2 {
            continue;
        }
        if let Some(leader) = dims.iter_mut().find(|dim| moves_with(swept, dim, axis, levels.len())) {
            leader.with.push(axis);
            continue;
        }
        let spacing = spacing(&levels);
        dims.push(Dim {
            axis,
            with: Vec::new(),
            levels,
            spacing,
            unit: swept.units.get(axis).copied().flatten(),
        });
    }
    dims
}

/// What tells values apart: words by their text, numbers by both, since two may be written alike.
fn key(place: &Place) -> (Option<u64>, &str) {
    (place.number.map(f64::to_bits), &place.shown)
}

fn levels(swept: &Swept, axis: usize) -> Vec<Place> {
    let mut seen = BTreeSet::new();
    let mut levels: Vec<Place> = Vec::new();
    for spot in &swept.points {
        let place = &spot.levels[axis];
        if seen.insert(key(place)) {
            levels.push(place.clone());
        }
    }
    if levels.iter().all(|level| level.number.is_some()) {
        levels.sort_by(|a, b| a.number.unwrap_or(0.0).total_cmp(&b.number.unwrap_or(0.0)));
    }
    levels
}

/// Whether each value of an axis comes with one value of a leader, and the other way round. Where no value comes twice
/// that says nothing: then both have to rise or fall together.
fn moves_with(swept: &Swept, leader: &Dim, axis: usize, count: usize) -> bool {
    if count != leader.levels.len() {
        return false;
    }
    let pairs = swept.points.iter().map(|spot| (&spot.levels[leader.axis], &spot.levels[axis]));
    let mut partner: BTreeMap<_, _> = BTreeMap::new();
    for (one, other) in pairs.clone() {
        if *partner.entry(key(one)).or_insert(key(other)) != key(other) {
            return false;
        }
    }
    if count < swept.points.len()
        || pairs.clone().any(|(one, other)| one.number.is_none() || other.number.is_none())
    {
        return true;
    }
    let mut numbers: Vec<(f64, f64)> =
        pairs.filter_map(|(one, other)| Some((one.number?, other.number?))).collect();
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    numbers.is_sorted_by(|a, b| a.1 <= b.1) || numbers.is_sorted_by(|a, b| a.1 >= b.1)
}

fn spacing(levels: &[Place]) -> Spacing {
    let Some(numbers) = levels.iter().map(|level| level.number).collect::<Option<Vec<f64>>>() else {
        return Spacing::Words;
    };
    let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
    if numbers.len() < 3 || first <= 0.0 || last / first < LOG_RANGE {
        return Spacing::Even;
    }
    // Steps that are more alike as factors than as differences.
    let uneven = |of: &dyn Fn(f64, f64) -> f64| {
        let steps = numbers.windows(2).map(|pair| of(pair[0], pair[1]));
        steps.clone().fold(0.0, f64::max) / steps.fold(f64::INFINITY, f64::min)
    };
    if uneven(&|a, b| (b / a).ln()) < uneven(&|a, b| b - a) / 1.5 { Spacing::Log } else { Spacing::Even }
}
