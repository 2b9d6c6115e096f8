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
    /// Points by their places, each place as one number, in which the first dimension counts most. Two points of one
    /// place are no grid; the last of them stands here.
    places: Vec<(u128, u32)>,
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
        let mut terrain = Terrain { swept, dims, is_grid: true, places: Vec::new() };
        let place = |at: usize| terrain.place(at);
        let keys = (0..swept.points.len()).map(|at| (terrain.key(&place(at)), at as u32));
        let mut places: Vec<(u128, u32)> = keys.collect();
        // The last of several at one place comes first, and stays.
        places.sort_unstable_by_key(|(key, at)| (*key, std::cmp::Reverse(*at)));
        places.dedup_by_key(|(key, _)| *key);
        let cells = terrain.dims.iter().fold(1usize, |all, dim| all.saturating_mul(dim.levels.len()));
        // A line of points is a curve wherever they lie on it; a plane needs most of its cells.
        let is_full = terrain.dims.len() < 2 || cells <= swept.points.len().saturating_mul(2);
        terrain.is_grid = places.len() == swept.points.len() && is_full;
        terrain.places = places;
        terrain
    }

    /// Where a point stands, one number for each dimension.
    fn place(&self, at: usize) -> Vec<usize> {
        let places = self.swept.points.places(at);
        self.dims.iter().map(|dim| dim.place(places[dim.axis])).collect()
    }

    /// A place as one number. Those of points that are strewn over more places than have numbers may be alike, which is
    /// no matter, since only places of a grid are looked up.
    fn key(&self, place: &[usize]) -> u128 {
        let add = |key: u128, (dim, at): (&Dim, &usize)| {
            key.wrapping_mul(dim.levels.len() as u128).wrapping_add(*at as u128)
        };
        self.dims.iter().zip(place).fold(0, add)
    }

    /// The point at a place of the grid, by its number among all.
    fn at(&self, place: &[usize]) -> Option<usize> {
        if place.iter().zip(&self.dims).any(|(at, dim)| dim.levels.len() <= *at) {
            return None;
        }
        let key = self.key(place);
        let found = self.places.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        Some(self.places[found].1 as usize)
    }

    /// The point at a place of the grid, one number for each dimension.
    pub fn spot(&self, place: &[usize]) -> Option<Spot> {
        self.at(place).map(|at| self.swept.points.get(at))
    }

    /// What was found there, unless no scenario is there.
    pub fn seen(&self, place: &[usize]) -> Option<Seen> {
        self.spot(place)?.found.ok().filter(|seen| 0 < seen.replications)
    }

    /// All points at which something was found, with their places.
    pub fn all(&self) -> impl Iterator<Item = (Vec<usize>, Seen)> + '_ {
        let found = |at: usize| Some((self.place(at), self.swept.points.get(at).found.ok()?));
        let found = (0..self.swept.points.len()).filter_map(found);
        found.filter(|(_, seen)| 0 < seen.replications)
    }

    /// What the sweep says as a whole.
    pub fn summary(&self) -> Summary {
        let columns = &self.swept.columns;
        let promises: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].is_promise).collect();
        let mut sum = Summary { promises: promises.len(), ..Summary::default() };
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        for spot in self.swept.points.iter() {
            let Ok(seen) = spot.found else {
                sum.invalid += 1;
                continue;
            };
            sum.runs += u64::from(seen.replications);
            if seen.replications == 0 {
                sum.empty += 1;
                continue;
            }
            sum.points += 1;
            sum.kept += usize::from(promises.iter().all(|at| is_kept(&seen, *at)));
            sum.back += usize::from(seen.back == seen.replications);
            sum.never_back += usize::from(seen.back == 0);
            if let Some(tier) = seen.first {
                *first.entry(tier).or_default() += 1;
            }
        }
        sum.first = first.into_iter().collect();
        sum.first.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        sum
    }

    /// Where along the only axis a promise stops being kept; none of words, of no promise, and of several axes.
    pub fn edge(&self, column: usize) -> Option<Edge> {
        let [dim] = self.dims.as_slice() else { return None };
        if dim.spacing == Spacing::Words || !self.swept.columns.get(column)?.is_promise {
            return None;
        }
        let seen = |at: usize| Some((at, is_kept(&self.seen(&[at])?, column)));
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
        let none = Marginal { mean: None, ends: None, kept: (0, 0) };
        let mut all = vec![(none, 0.0, 0_u64); self.dims[dim].levels.len()];
        for (place, seen) in self.all() {
            let (one, sum, count) = &mut all[place[dim]];
            if let Some(value) = seen.cells[column].value.map(|value| value.mean) {
                (*sum, *count) = (*sum + value, *count + 1);
                one.ends =
                    Some(one.ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
            }
            let passed = seen.cells[column].passed.unwrap_or(0);
            one.kept = (one.kept.0 + u64::from(passed), one.kept.1 + u64::from(seen.replications));
        }
        let mean = |(one, sum, count): (Marginal, f64, u64)| Marginal {
            mean: (0 < count).then(|| sum / count as f64),
            ..one
        };
        all.into_iter().map(mean).collect()
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
