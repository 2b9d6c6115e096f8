//! The axes of a sweep that move on their own, and the values of each.

use crate::swept::{Place, Swept};
use brownout_metrics::Unit;

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
    /// The place among `levels` of each value of the axis, in the order in which they came.
    order: Vec<usize>,
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
    /// Where a value of its axis stands on it, by its place among those as they came.
    pub(super) fn place(&self, value: u32) -> usize {
        self.order[value as usize]
    }
}

/// All of them; an axis with one value does not move.
pub(super) fn dims(swept: &Swept) -> Vec<Dim> {
    let mut dims: Vec<Dim> = Vec::new();
    for axis in 0..swept.axes.len() {
        let (levels, order) = levels(swept, axis);
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
            order,
            spacing,
            unit: swept.units.get(axis).copied().flatten(),
        });
    }
    dims
}

/// The values of an axis in their order, and the place there of each as they came.
fn levels(swept: &Swept, axis: usize) -> (Vec<Place>, Vec<usize>) {
    let values = swept.points.values(axis);
    let mut sorted: Vec<usize> = (0..values.len()).collect();
    if values.iter().all(|level| level.number.is_some()) {
        let number = |at: &usize| values[*at].number.unwrap_or(0.0);
        sorted.sort_by(|a, b| number(a).total_cmp(&number(b)));
    }
    let mut order = vec![0; values.len()];
    sorted.iter().enumerate().for_each(|(place, at)| order[*at] = place);
    (sorted.into_iter().map(|at| values[at].clone()).collect(), order)
}

/// Whether each value of an axis comes with one value of a leader, and the other way round. Where no value comes twice
/// that says nothing: then both have to rise or fall together.
fn moves_with(swept: &Swept, leader: &Dim, axis: usize, count: usize) -> bool {
    if count != leader.levels.len() {
        return false;
    }
    let mut partner: Vec<Option<u32>> = vec![None; count];
    for at in 0..swept.points.len() {
        let places = swept.points.places(at);
        let other = places[axis];
        if *partner[places[leader.axis] as usize].get_or_insert(other) != other {
            return false;
        }
    }
    let number = |axis: usize, at: usize| swept.points.values(axis)[at].number;
    let pairs = partner.iter().enumerate().filter_map(|(one, other)| Some((one, (*other)? as usize)));
    let numbers = pairs.map(|(one, other)| Some((number(leader.axis, one)?, number(axis, other)?)));
    let Some(mut numbers) = numbers.collect::<Option<Vec<(f64, f64)>>>() else { return true };
    if count < swept.points.len() {
        return true;
    }
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
