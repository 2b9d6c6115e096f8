//! Which replica takes a request.

use super::Engines;
use super::replica::Life;
use super::row::Call;
use crate::model::Routing;
use std::ops::Range;

impl Engines {
    /// Where requests come in: the replicas that only prefill, or else all.
    pub(super) fn entry(&self) -> Range<usize> {
        let decode = self.options.replicas as usize;
        if self.options.prefill.is_some() { decode..self.replicas.len() } else { 0..decode }
    }

    /// The replicas that decode.
    pub(super) fn decoders(&self) -> Range<usize> {
        0..self.options.replicas as usize
    }

    /// A replica of that pool for a request; none if none of them serves.
    #[inline]
    pub(super) fn route(&mut self, call: &Call, pool: Range<usize>) -> Option<usize> {
        if 0 < self.absent {
            return self.route_to_present(call, pool);
        }
        let start = pool.start;
        let at = match self.options.routing {
            Routing::Plain(_) => {
                let outstanding = &self.outstanding[pool];
                self.chooser.choose(outstanding, call.key, &mut self.wiring.streams.route)
            }
            Routing::LeastKv => most(&self.kv_free[pool]),
            Routing::Prefix { slack } => {
                let all: Vec<usize> = pool.collect();
                return Some(self.longest_prefix(call, &all, slack));
            }
        };
        Some(start + at)
    }

    /// The same where some do not serve.
    #[cold]
    fn route_to_present(&mut self, call: &Call, pool: Range<usize>) -> Option<usize> {
        let present: Vec<usize> = pool.filter(|&at| self.replicas[at].life == Life::Up).collect();
        if present.is_empty() {
            return None;
        }
        let of = |numbers: &[u32]| present.iter().map(|&at| numbers[at]).collect::<Vec<u32>>();
        let at = match self.options.routing {
            Routing::Plain(_) => {
                let outstanding = of(&self.outstanding);
                self.chooser.choose_present(&outstanding, &present, call.key, &mut self.wiring.streams.route)
            }
            Routing::LeastKv => most(&of(&self.kv_free)),
            Routing::Prefix { slack } => return Some(self.longest_prefix(call, &present, slack)),
        };
        Some(present[at])
    }

    /// The one that holds most of the prompt; the idlest if none holds anything or that one has too much to do.
    fn longest_prefix(&self, call: &Call, candidates: &[usize], slack: u32) -> usize {
        let request = self.whole(call);
        let idlest = candidates.iter().copied().min_by_key(|&at| self.outstanding[at]);
        let idlest = idlest.expect("a router has candidates");
        let most = self.outstanding[idlest].saturating_add(slack);
        let near = candidates.iter().copied().filter(|&at| self.outstanding[at] <= most);
        let held = near.map(|at| (self.replicas[at].engine.prefix_tokens(&request), at));
        // Of those that hold as much, the one with the least to do, and of these the first.
        let best = held.max_by_key(|&(tokens, at)| (tokens, std::cmp::Reverse((self.outstanding[at], at))));
        best.filter(|&(tokens, _)| 0 < tokens).map_or(idlest, |(_, at)| at)
    }
}

/// The place of the greatest; the first of equals.
fn most(numbers: &[u32]) -> usize {
    let most = numbers.iter().copied().max();
    numbers.iter().position(|&n| Some(n) == most).expect("a router has candidates")
}
