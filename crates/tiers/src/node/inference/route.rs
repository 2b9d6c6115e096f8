//! Routing: which replica takes a request.

use super::Engines;
use super::row::Call;
use crate::pure::choose::Chooser;
use brownout_kernel::Cx;
use brownout_model::Routing;
use brownout_protocol::Service;
use std::cmp::Reverse;

/// The pool from which a replica is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pool {
    /// Those that only prefill.
    Prefill,
    /// Replicas that decode, and also prefill if no others do.
    Decode,
}

impl Engines {
    /// Where requests come in.
    pub(super) fn entry(&self) -> Pool {
        if 0 < self.prefills { Pool::Prefill } else { Pool::Decode }
    }

    /// A replica of that pool for a request; none if none of them serves.
    #[inline]
    pub(super) fn route(&mut self, call: &Call, pool: Pool, cx: &Cx<'_, Service>) -> Option<usize> {
        if !self.whole || !matches!(self.options.routing, Routing::Plain(_)) {
            return self.route_among(call, pool, cx);
        }
        let all = match pool {
            Pool::Prefill => 0..self.prefills,
            Pool::Decode => self.prefills..self.replicas.len(),
        };
        let start = all.start;
        let stream = &mut self.wiring.streams.route;
        Some(start + self.chooser.choose(&self.outstanding[all], call.key, stream))
    }

    /// The same if some do not serve, or if the router uses more than the number of requests of each.
    fn route_among(&mut self, call: &Call, pool: Pool, cx: &Cx<'_, Service>) -> Option<usize> {
        let open = match pool {
            Pool::Prefill => &self.open_prefill,
            Pool::Decode => &self.open,
        };
        if open.is_empty() {
            return None;
        }
        let taking;
        let open = if self.health.is_ramping() {
            taking = self.health.accepting(open, cx.now());
            &taking
        } else {
            open
        };
        Some(match self.options.routing {
            Routing::Plain(_) => {
                let stream = &mut self.wiring.streams.route;
                self.chooser.choose_among(&self.outstanding, open, call.key, stream)
            }
            Routing::LeastKv => most_kv(&mut self.chooser, &self.kv_free, open),
            Routing::Prefix { slack } => {
                let request = self.whole_request(call);
                let held = |at: usize| self.replicas[at].engine.prefix_tokens(&request);
                longest_prefix(&mut self.chooser, open, slack, &self.outstanding, held)
            }
        })
    }

    /// The same among some, by counts that may be stale.
    pub(super) fn route_known(&mut self, call: &Call, among: &[u32], known: &[u32]) -> usize {
        match self.options.routing {
            Routing::Plain(_) => {
                self.chooser.choose_among(known, among, call.key, &mut self.wiring.streams.route)
            }
            Routing::LeastKv => most_kv(&mut self.chooser, &self.kv_free, among),
            Routing::Prefix { slack } => {
                let request = self.whole_request(call);
                let held = |at: usize| self.replicas[at].engine.prefix_tokens(&request);
                longest_prefix(&mut self.chooser, among, slack, known, held)
            }
        }
    }
}

/// The one with the most free blocks; of equals the next in turn.
fn most_kv(chooser: &mut Chooser, kv_free: &[u32], open: &[u32]) -> usize {
    chooser.least_in_turn(open, |at| Reverse(kv_free[at]))
}

/// The one that holds most of the prompt; the idlest if none holds any of it or that one is too busy. Of equals the
/// next in turn. `held` says how much of it a replica holds.
fn longest_prefix(
    chooser: &mut Chooser,
    open: &[u32],
    slack: u32,
    known: &[u32],
    held: impl Fn(usize) -> u32,
) -> usize {
    let fewest = open.iter().map(|&at| known[at as usize]).min().expect("a router has candidates");
    let most = fewest.saturating_add(slack);
    // What a replica holds counts unless it is too busy; among those that hold as much, the idlest.
    let held = |at: usize| if known[at] <= most { held(at) } else { 0 };
    chooser.least_in_turn(open, |at| (Reverse(held(at)), known[at]))
}
