//! Narrowing the candidates before balancing: subsets, zones, and stale counts.

use crate::pure::subset::subset;
use crate::pure::zones::Router;
use brownout_kernel::{Instant, Stream};
use brownout_model::{self as model, SubsetPer, ZONES_MAX};
use brownout_units::Span;

/// The caller, as far as it matters for the choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    /// The user.
    pub(crate) key: u64,
    pub(crate) class: u8,
    /// The zone of the caller; 0: none.
    pub(crate) zone: u8,
}

/// The narrowing of one tier.
#[derive(Debug)]
pub(crate) struct Spreader {
    options: model::Spread,
    /// The number in the model of each zone of the tier, from 1 on.
    zones: Vec<u8>,
    router: Router,
    /// Calls by replica as of the last refresh.
    seen: Vec<u32>,
    /// Calls that are on their way from another zone.
    coming: Vec<u32>,
    /// Calls inside and on their way, put together at each choice.
    sum: Vec<u32>,
    salt: u64,
    stream: Stream,
}

impl Spreader {
    /// No call has come yet; draws of the shards and of the zones are from `stream`.
    pub(crate) fn new(options: model::Spread, zones: Vec<u8>, mut stream: Stream) -> Self {
        assert!(zones.len() == options.zone_count(), "each zone of a tier has its number");
        let routing = options.zones.as_ref().map_or(model::ZoneRouting::Anywhere, |zones| zones.routing);
        let salt = stream.word();
        let (seen, coming, sum) = (Vec::new(), Vec::new(), Vec::new());
        Spreader { options, zones, router: Router::new(routing), seen, coming, sum, salt, stream }
    }

    /// Whether any narrowing is configured.
    pub(crate) fn is_on(&self) -> bool {
        self.options != model::Spread::NONE
    }

    /// How often counts are refreshed, if they are old.
    pub(crate) fn refreshes(&self) -> Option<Span> {
        Some(self.options.refresh).filter(|refresh| !refresh.is_zero())
    }

    /// What a call to another zone takes longer, each way.
    pub(crate) fn latency(&self) -> Span {
        self.options.zones.as_ref().map_or(Span::ZERO, |zones| zones.latency)
    }

    /// The zone of a replica; 0: none.
    #[inline]
    pub(crate) fn zone_of(&self, at: usize) -> u8 {
        if self.zones.is_empty() { 0 } else { self.zones[at % self.zones.len()] }
    }

    /// Whether a call leaves the zone of its caller.
    pub(crate) fn crosses(&self, zone: u8, at: usize) -> bool {
        zone != 0 && !self.zones.is_empty() && zone != self.zone_of(at)
    }

    /// The candidates for a caller: from `open`, the replicas that may be chosen at all, and `serving`, from which
    /// subsets are made, both in order. Empty: none.
    pub(crate) fn among(&mut self, caller: Caller, serving: &[u32], open: &[u32], now: Instant) -> Vec<u32> {
        let mut among = match self.options.subset {
            None => open.to_vec(),
            Some(options) => {
                let whose = match options.per {
                    SubsetPer::Client => caller.key,
                    SubsetPer::Class => caller.class.into(),
                };
                let mine = subset(options, serving, whose, self.salt);
                mine.into_iter().filter(|at| open.binary_search(at).is_ok()).collect()
            }
        };
        if caller.zone == 0 || self.zones.is_empty() || among.is_empty() {
            return among;
        }
        self.router.came(caller.zone, now);
        let mut replicas = [0; ZONES_MAX + 1];
        for &at in &among {
            replicas[usize::from(self.zone_of(at as usize))] += 1;
        }
        if let Some(zone) = self.router.choose(caller.zone, &replicas, &mut self.stream) {
            among.retain(|&at| self.zones[at as usize % self.zones.len()] == zone);
        }
        among
    }

    /// Calls by replica as the balancer knows them.
    pub(crate) fn known<'a>(&'a mut self, inside: &'a [u32]) -> &'a [u32] {
        if self.refreshes().is_some() {
            // Replicas that came after the refresh are unknown and count as idle.
            self.seen.resize(inside.len(), 0);
            return &self.seen;
        }
        if self.coming.is_empty() {
            return inside;
        }
        self.sum.clear();
        let coming = self.coming.iter().copied().chain(std::iter::repeat(0));
        self.sum.extend(inside.iter().zip(coming).map(|(inside, coming)| inside + coming));
        &self.sum
    }

    /// The counts are refreshed.
    pub(crate) fn refresh(&mut self, inside: &[u32]) {
        let coming = self.coming.iter().copied().chain(std::iter::repeat(0));
        self.seen.clear();
        self.seen.extend(inside.iter().zip(coming).map(|(inside, coming)| inside + coming));
    }

    /// A call is on its way to a replica.
    pub(crate) fn departs(&mut self, at: usize) {
        if self.coming.len() <= at {
            self.coming.resize(at + 1, 0);
        }
        self.coming[at] += 1;
    }

    /// It has arrived, or was cancelled.
    pub(crate) fn arrives(&mut self, at: usize) {
        self.coming[at] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_model::{Spread, Subset, SubsetKind, ZoneRouting, Zones};

    fn spreader(options: Spread) -> Spreader {
        let zones = (1..=options.zone_count() as u8).collect();
        Spreader::new(options, zones, Stream::named(7, 0, "spread"))
    }

    #[test]
    fn old_counts_are_those_of_the_last_refresh() {
        let mut spreader = spreader(Spread { refresh: Span::from_secs(1), ..Spread::NONE });
        assert_eq!(spreader.known(&[3, 1]), [0, 0]);
        spreader.refresh(&[3, 1]);
        assert_eq!(spreader.known(&[9, 9, 9]), [3, 1, 0], "the third came later");
    }

    #[test]
    fn calls_on_their_way_count() {
        let mut spreader = spreader(Spread::NONE);
        spreader.departs(1);
        spreader.departs(1);
        assert_eq!(spreader.known(&[3, 1, 0]), [3, 3, 0]);
        spreader.arrives(1);
        assert_eq!(spreader.known(&[3, 1, 0]), [3, 2, 0]);
    }

    #[test]
    fn a_subset_is_of_those_who_serve_and_a_zone_of_those_who_may_be_chosen() {
        let subset = Subset { size: 2, kind: SubsetKind::Fixed, per: SubsetPer::Class };
        let names = ["a", "b"].map(str::to_owned).to_vec();
        let zones = Zones { names, routing: ZoneRouting::Local, latency: Span::ZERO };
        let mut spreader = spreader(Spread { subset: Some(subset), zones: Some(zones), ..Spread::NONE });
        let mut of = |zone, open: &[u32]| {
            spreader.among(Caller { key: 5, class: 0, zone }, &[0, 1, 2, 3], open, Instant::ZERO)
        };
        let mine = of(0, &[0, 1, 2, 3]);
        assert!(mine == [0, 1] || mine == [2, 3]);
        assert_eq!(of(1, &[0, 1, 2, 3]), [mine[0]]);
        assert_eq!(of(2, &[0, 1, 2, 3]), [mine[1]]);
        assert_eq!(of(2, &[mine[0]]), Vec::<u32>::new(), "the one in its zone is not well");
        assert_eq!([0, 1, 2].map(of_zone), [1, 2, 1]);
    }

    fn of_zone(at: usize) -> u8 {
        let names = ["a", "b"].map(str::to_owned).to_vec();
        let zones = Zones { names, routing: ZoneRouting::Anywhere, latency: Span::ZERO };
        let spreader = spreader(Spread { zones: Some(zones), ..Spread::NONE });
        assert!(spreader.crosses(1, 1) && !spreader.crosses(0, 1) && !spreader.crosses(2, 1));
        spreader.zone_of(at)
    }
}
