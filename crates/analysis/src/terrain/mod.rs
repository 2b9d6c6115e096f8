//! The terrain of a sweep: which axes move on their own, which points are neighbours, and what follows from all of them
//! together.

mod contour;
mod dims;
mod region;

pub use contour::{Segment, contour};
pub use dims::{Dim, Spacing};
pub use region::Region;

use crate::swept::{Seen, Spot, Swept};
use std::collections::BTreeMap;

/// A promise counts as kept at a point where this share of its runs keeps it.
pub const KEPT: f64 = 0.95;

/// A sweep, seen as a map.
#[derive(Clone, Debug)]
pub struct Terrain<'a> {
    /// The points.
    pub swept: &'a Swept,
    /// The axes that move on their own, in the order of the sweep; one that has a single value is none.
    pub dims: Vec<Dim>,
    /// Whether points are those of a grid, perhaps with holes; otherwise they are strewn, and none has neighbours.
    pub is_grid: bool,
    /// Of a grid: which point stands at each place.
    places: BTreeMap<Vec<usize>, usize>,
}

/// What a sweep says as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Points where something was found.
    pub points: usize,
    /// Points whose values are no scenario.
    pub invalid: usize,
    /// Points without a run that left something.
    pub empty: usize,
    /// Points at which each promise is kept in [`KEPT`] of the runs.
    pub kept: usize,
    /// How many promises there are.
    pub promises: usize,
    /// Points at which every run came back, or was never gone.
    pub back: usize,
    /// Points at which none did.
    pub never_back: usize,
    /// All runs.
    pub runs: u64,
    /// How often each tier was the first to leave its normal range, the commonest first.
    pub first: Vec<(String, usize)>,
}

/// Where along a single axis a promise stops being kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It is kept at every value.
    Always,
    /// It is kept at none.
    Never,
    /// It is kept up to the first of these values, by their places, and not from the second on.
    Until(usize, usize),
    /// It is not kept up to the first of them, and from the second on it is.
    From(usize, usize),
    /// It is kept here and there.
    Mixed,
}

/// A column along one axis, over all values of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marginal {
    /// Mean over points; none if there is no number at any.
    pub mean: Option<f64>,
    /// The lowest and the highest of the points.
    pub ends: Option<(f64, f64)>,
    /// Runs that keep the promise, and all runs.
    pub kept: (u64, u64),
}

impl<'a> Terrain<'a> {
    /// Of the points of a sweep.
    pub fn of(swept: &'a Swept) -> Self {
        let dims = dims::dims(swept);
        let mut places = BTreeMap::new();
        let mut is_grid = true;
        for (at, spot) in swept.points.iter().enumerate() {
            let place: Vec<usize> = dims.iter().map(|dim| dim.place(spot)).collect();
            is_grid &= places.insert(place, at).is_none();
        }
        let cells = dims.iter().fold(1usize, |all, dim| all.saturating_mul(dim.levels.len()));
        // A line of points is a curve wherever they lie on it; a plane needs most of its cells.
        is_grid &= dims.len() < 2 || cells <= 2 * swept.points.len();
        Terrain { swept, dims, is_grid, places }
    }

    /// The point at a place of the grid, one number for each dimension.
    pub fn spot(&self, place: &[usize]) -> Option<&'a Spot> {
        self.places.get(place).map(|at| &self.swept.points[*at])
    }

    /// What was found there, unless no scenario is there.
    pub fn seen(&self, place: &[usize]) -> Option<&'a Seen> {
        self.spot(place)?.found.as_ref().ok().filter(|seen| 0 < seen.replications)
    }

    /// All points at which something was found, with their places.
    pub fn all(&self) -> impl Iterator<Item = (Vec<usize>, &'a Seen)> + '_ {
        let place = |spot: &Spot| self.dims.iter().map(|dim| dim.place(spot)).collect();
        let found =
            self.swept.points.iter().filter_map(move |spot| Some((place(spot), spot.found.as_ref().ok()?)));
        found.filter(|(_, seen)| 0 < seen.replications)
    }

    /// What the sweep says as a whole.
    pub fn summary(&self) -> Summary {
        let columns = &self.swept.columns;
        let promises: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].is_promise).collect();
        let mut sum = Summary { promises: promises.len(), ..Summary::default() };
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for spot in &self.swept.points {
            let Ok(seen) = &spot.found else {
                sum.invalid += 1;
                continue;
            };
            sum.runs += u64::from(seen.replications);
            if seen.replications == 0 {
                sum.empty += 1;
                continue;
            }
            sum.points += 1;
            sum.kept += usize::from(promises.iter().all(|at| is_kept(seen, *at)));
            sum.back += usize::from(seen.back == seen.replications);
            sum.never_back += usize::from(seen.back == 0);
            if let Some(tier) = &seen.first {
                *first.entry(tier).or_default() += 1;
            }
        }
        sum.first = first.into_iter().map(|(tier, count)| (tier.to_owned(), count)).collect();
        sum.first.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        sum
    }

    /// Where along the only axis a promise stops being kept; none of words, of no promise, and of several axes.
    pub fn edge(&self, column: usize) -> Option<Edge> {
        let [dim] = self.dims.as_slice() else { return None };
        if dim.spacing == Spacing::Words || !self.swept.columns.get(column)?.is_promise {
            return None;
        }
        let seen = |at: usize| Some((at, is_kept(self.seen(&[at])?, column)));
        let kept: Vec<(usize, bool)> = (0..dim.levels.len()).filter_map(seen).collect();
        let turns: Vec<usize> = (1..kept.len()).filter(|at| kept[*at].1 != kept[*at - 1].1).collect();
        Some(match (kept.first()?.1, turns.as_slice()) {
            (true, []) => Edge::Always,
            (false, []) => Edge::Never,
            (true, [at]) => Edge::Until(kept[*at - 1].0, kept[*at].0),
            (false, [at]) => Edge::From(kept[*at - 1].0, kept[*at].0),
            _ => Edge::Mixed,
        })
    }

    /// A column along one dimension, by its values.
    pub fn marginal(&self, dim: usize, column: usize) -> Vec<Marginal> {
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); self.dims[dim].levels.len()];
        let mut kept = vec![(0, 0); values.len()];
        for (place, seen) in self.all() {
            let at = place[dim];
            values[at].extend(seen.cells[column].value.map(|value| value.mean));
            let passed = seen.cells[column].passed.unwrap_or(0);
            kept[at] = (kept[at].0 + u64::from(passed), kept[at].1 + u64::from(seen.replications));
        }
        let one = |(values, kept): (Vec<f64>, (u64, u64))| {
            let mean = (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
            let ends = values.iter().fold(None, |ends: Option<(f64, f64)>, value| {
                Some(ends.map_or((*value, *value), |(low, high)| (low.min(*value), high.max(*value))))
            });
            Marginal { mean, ends, kept }
        };
        values.into_iter().zip(kept).map(one).collect()
    }

    /// Points that hang together and in which the same tier breaks first, the largest first.
    pub fn regions(&self) -> Vec<Region> {
        region::regions(self)
    }
}

/// Whether a promise is kept in so many of a point's runs that it counts.
pub fn is_kept(seen: &Seen, column: usize) -> bool {
    let passed = seen.cells.get(column).and_then(|cell| cell.passed);
    passed.is_some_and(|passed| KEPT * f64::from(seen.replications) <= f64::from(passed))
}

#[cfg(test)]
mod tests;
