//! Regions of a sweep: points that hang together and in which the same tier breaks first.

use super::{Spacing, Terrain};
use crate::swept::Seen;
use std::collections::{BTreeMap, BTreeSet};

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
    let all: BTreeMap<Vec<usize>, &Seen> = terrain.all().collect();
    let mut free: BTreeSet<&Vec<usize>> = all.keys().collect();
    let mut regions = Vec::new();
    while let Some(start) = free.pop_first() {
        let tier = &all[start].first;
        let mut members = vec![start];
        if terrain.is_grid {
            let mut at = 0;
            while at < members.len() {
                for next in neighbours(terrain, members[at]) {
                    if let Some((key, seen)) = all.get_key_value(&next)
                        && seen.first == *tier
                        && free.remove(key)
                    {
                        members.push(key);
                    }
                }
                at += 1;
            }
        } else {
            let alike: Vec<&Vec<usize>> =
                free.iter().copied().filter(|place| all[*place].first == *tier).collect();
            free.retain(|place| !alike.contains(place));
            members.extend(alike);
        }
        regions.push(region(terrain, &members, &all, tier.clone()));
    }
    regions.sort_by_key(|region| std::cmp::Reverse(region.points));
    regions
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

fn region(
    terrain: &Terrain<'_>,
    members: &[&Vec<usize>],
    all: &BTreeMap<Vec<usize>, &Seen>,
    tier: Option<String>,
) -> Region {
    let range = |dim: usize| {
        let at = members.iter().map(|place| place[dim]);
        (at.clone().min().unwrap_or(0), at.max().unwrap_or(0))
    };
    let seen = || members.iter().map(|place| all[*place]);
    let runs = |of: fn(&Seen) -> u32| seen().map(|seen| u64::from(of(seen))).sum();
    let columns = terrain.swept.columns.iter().enumerate();
    let kept = columns.map(|(at, column)| {
        column.is_promise.then(|| seen().filter(|seen| super::is_kept(seen, at)).count())
    });
    Region {
        tier,
        points: members.len(),
        ranges: (0..terrain.dims.len()).map(range).collect(),
        back: (runs(|seen| seen.back), runs(|seen| seen.replications)),
        kept: kept.collect(),
    }
}
