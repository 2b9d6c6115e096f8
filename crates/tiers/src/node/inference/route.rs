//! Routing: which replica takes a request.

use super::Engines;
use super::row::Call;
use brownout_kernel::Cx;
use brownout_model::Routing;
use brownout_protocol::Service;

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
            Routing::LeastKv => self.most_kv(open),
            Routing::Prefix { slack } => self.longest_prefix(call, open, slack, &self.outstanding),
        })
    }

    /// The same among some, by counts that may be stale.
    pub(super) fn route_known(&mut self, call: &Call, among: &[u32], known: &[u32]) -> usize {
        match self.options.routing {
            Routing::Plain(_) => {
                self.chooser.choose_among(known, among, call.key, &mut self.wiring.streams.route)
            }
            Routing::LeastKv => self.most_kv(among),
            Routing::Prefix { slack } => self.longest_prefix(call, among, slack, known),
        }
    }

    /// The one with the most free blocks; the first of equals.
    fn most_kv(&self, open: &[u32]) -> usize {
        let free = |at: u32| self.kv_free[at as usize];
        let most = open.iter().copied().max_by_key(|&at| (free(at), std::cmp::Reverse(at)));
        most.expect("a router has candidates") as usize
    }

    /// The one that holds most of the prompt; the idlest if none holds any of it or that one is too busy.
    fn longest_prefix(&self, call: &Call, open: &[u32], slack: u32, known: &[u32]) -> usize {
        let request = self.whole_request(call);
        let candidates = || open.iter().map(|&at| at as usize);
        let idlest = candidates().min_by_key(|&at| known[at]).expect("a router has candidates");
        let most = known[idlest].saturating_add(slack);
        let near = candidates().filter(|&at| known[at] <= most);
        let held = near.map(|at| (self.replicas[at].engine.prefix_tokens(&request), at));
        // Among those that hold as much, the idlest, and among equals the first.
        let best = held.max_by_key(|&(tokens, at)| (tokens, std::cmp::Reverse((known[at], at))));
        best.filter(|&(tokens, _)| 0 < tokens).map_or(idlest, |(_, at)| at)
    }
}
