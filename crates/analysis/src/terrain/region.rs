//! Regions of a sweep: points that hang together and in which the same tier breaks first.

use super::{Spacing, Terrain};
use std::collections::BTreeMap;

/// Some points.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The tier that leaves its normal range first; none if all stay within it.
    pub tier: Option<String>,
    /// How many points.
    pub points: usize,
    /// Of each dimension: the places of its first and its last value in the region.
    pub ranges: Vec<(usize, usize)>,
    /// Runs that came back or were never gone, and all runs.
    pub back: (u64, u64),
    /// Of each column that is a promise: at how many of the points it is kept.
    pub kept: Vec<Option<usize>>,
}

/// All of them, the largest first. Strewn points have no neighbours: those of a tier are one region.
pub(super) fn regions(terrain: &Terrain<'_>) -> Vec<Region> {
    let tiers = Tiers::of(terrain);
    let mut free: Vec<bool> = tiers.of.iter().map(Option::is_some).collect();
    // Where two points share a place one of them stands there.
    let mut stands = vec![false; free.len()];
    terrain.places.iter().for_each(|(_, at)| stands[*at as usize] = true);
    free.iter_mut().zip(stands).for_each(|(free, stands)| *free &= stands);
    let mut regions = Vec::new();
    for start in terrain.places.iter().map(|(_, at)| *at as usize) {
        if !std::mem::take(&mut free[start]) {
            continue;
        }
        let tier = tiers.of[start];
        let mut members = vec![start];
        if terrain.is_grid {
            let mut at = 0;
            while at < members.len() {
                for next in neighbours(terrain, &terrain.place(members[at])) {
                    let next = terrain.at(&next).filter(|next| tiers.of[*next] == tier);
                    members.extend(next.filter(|next| std::mem::take(&mut free[*next])));
                }
                at += 1;
            }
        } else {
            let alike = (0..free.len()).filter(|at| free[*at] && tiers.of[*at] == tier);
            members.extend(alike);
            for at in &members {
                free[*at] = false;
            }
        }
        regions.push(region(terrain, &members));
    }
    regions.sort_by_key(|region| std::cmp::Reverse(region.points));
    regions
}

/// Which tier breaks first at each point, by the place of its name; none where no run left anything.
struct Tiers {
    of: Vec<Option<u32>>,
}

impl Tiers {
    fn of(terrain: &Terrain<'_>) -> Self {
        let mut names: BTreeMap<Option<String>, u32> = BTreeMap::new();
        let seen =
            terrain.swept.points.iter().map(|spot| spot.found.ok().filter(|seen| 0 < seen.replications));
        let of = seen.map(|seen| {
            let next = names.len() as u32;
            seen.map(|seen| *names.entry(seen.first).or_insert(next))
        });
        Tiers { of: of.collect() }
    }
}

/// Places one step away; words have no order, so that all of them are neighbours.
fn neighbours(terrain: &Terrain<'_>, place: &[usize]) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    for (dim, at) in terrain.dims.iter().zip(0..) {
        let near: Vec<usize> = match dim.spacing {
            Spacing::Words => (0..dim.levels.len()).collect(),
            _ => place[at].checked_sub(1).into_iter().chain([place[at] + 1]).collect(),
        };
        all.extend(near.into_iter().filter(|to| *to != place[at]).map(|to| {
            let mut next = place.to_vec();
            next[at] = to;
            next
        }));
    }
    all
}

fn region(terrain: &Terrain<'_>, members: &[usize]) -> Region {
    let columns = &terrain.swept.columns;
    let mut region = Region {
        tier: None,
        points: members.len(),
        ranges: vec![(usize::MAX, 0); terrain.dims.len()],
        back: (0, 0),
        kept: columns.iter().map(|column| column.is_promise.then_some(0)).collect(),
    };
    for at in members {
        for ((low, high), place) in region.ranges.iter_mut().zip(terrain.place(*at)) {
            (*low, *high) = ((*low).min(place), (*high).max(place));
        }
        let Ok(seen) = terrain.swept.points.get(*at).found else { continue };
        region.back.0 += u64::from(seen.back);
        region.back.1 += u64::from(seen.replications);
        for (column, kept) in region.kept.iter_mut().enumerate() {
            *kept = kept.map(|kept| kept + usize::from(super::is_kept(&seen, column)));
        }
        region.tier = seen.first;
    }
    region
}
