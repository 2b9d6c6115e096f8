//! Which calls may come to which tier: what decides whether a change can touch anything.

use crate::{Body, Change, Model, PathId, PathSet, Site, TierId};

impl Model {
    /// Of each tier the paths whose calls may come to it, by the calls that are written down: those of loads, and
    /// those of replicas that hold leases.
    pub fn visits(&self) -> Vec<PathSet> {
        let mut visits = vec![PathSet::default(); self.tiers.len()];
        for load in &self.loads {
            let login = load.session.iter().map(|session| session.login);
            let asked = load.journey.iter().map(|step| step.operation).chain(login);
            for path in asked.filter_map(|operation| self.path(load.class, operation)) {
                self.visit(&mut visits, load.entry, PathSet::default().with(path));
            }
        }
        for tier in &self.tiers {
            let Body::Station(station) = &tier.body else { continue };
            if let Some(lease) = &station.lease {
                let asks = PathSet::default().with(lease.renewal.path).with(lease.acquisition.path);
                self.visit(&mut visits, lease.keeper, asks);
            }
        }
        visits
    }

    /// Whether any call may meet a change, by [`Model::visits`]: a tier that nothing calls may be down all night.
    pub fn is_met(&self, change: &Change, visits: &[PathSet]) -> bool {
        match change.target.site {
            Site::Load(_) => true,
            Site::Tier(tier) => visits[usize::from(tier.0)].0 & change.paths().0 != 0,
        }
    }

    /// Adds paths to a tier and to all that it passes them on to. A tier is looked at again only for paths that are
    /// new to it, so this ends on any graph.
    fn visit(&self, visits: &mut [PathSet], entry: TierId, paths: PathSet) {
        let mut open = vec![(entry, paths)];
        while let Some((tier, paths)) = open.pop() {
            let at = usize::from(tier.0);
            let new = PathSet(paths.0 & !visits[at].0);
            if new == PathSet::default() {
                continue;
            }
            visits[at] = visits[at].union(new);
            let mut pass = |to: TierId, of: PathSet| open.push((to, PathSet(new.0 & of.0)));
            match &self.tiers[at].body {
                Body::Station(station) => {
                    for call in &station.calls {
                        std::iter::once(call.to).chain(call.fallback).for_each(|to| pass(to, call.paths));
                    }
                }
                Body::Balancer(balancer) => {
                    balancer.targets.iter().for_each(|target| pass(target.to, PathSet::ALL));
                }
                Body::Link(link) => pass(link.to, PathSet::ALL),
                Body::Engines(_) => {}
            }
        }
    }
}

impl PathSet {
    /// The paths in it among the first `count`.
    pub fn paths(self, count: usize) -> impl Iterator<Item = PathId> {
        (0..count as u8).map(PathId).filter(move |path| self.contains(*path))
    }
}
