//! The queue of one replica, in any order.
//!
//! A pure state machine. Calls that leave early stay in the ring until they reach its head; the caller that takes the
//! next one says which are still there.

use brownout_model::Order;
use brownout_protocol::Token;
use std::collections::VecDeque;

/// More stale names than live ones, and this many: the ring is cleaned.
const STALE_MIN: usize = 64;

/// The calls that wait at one replica.
#[derive(Debug)]
pub(crate) struct Waiting {
    order: Order,
    /// The calls of the most important priority; for the other orders all of them.
    ring: VecDeque<Token>,
    /// One ring a further priority, the more important ones first.
    further: Vec<VecDeque<Token>>,
    /// How many of the names in the rings still wait.
    len: u32,
}

impl Waiting {
    /// An empty queue; `priorities` is how many levels there are.
    pub(crate) fn new(order: Order, priorities: usize) -> Self {
        let rings = if matches!(order, Order::Priority { .. }) { priorities.max(1) } else { 1 };
        Waiting { order, ring: VecDeque::new(), further: vec![VecDeque::new(); rings - 1], len: 0 }
    }

    /// Another order from now on. `waits` says since when a call waits, and its priority; none if it has left.
    pub(crate) fn reorder<A: Ord>(
        &mut self,
        order: Order,
        priorities: usize,
        mut waits: impl FnMut(Token) -> Option<(A, usize)>,
    ) {
        let names: Vec<Token> = self.rings().flatten().copied().collect();
        let mut calls: Vec<(A, usize, Token)> = names
            .into_iter()
            .filter_map(|call| waits(call).map(|(since, priority)| (since, priority, call)))
            .collect();
        calls.sort_by(|a, b| a.0.cmp(&b.0));
        *self = Waiting::new(order, priorities);
        for (_, priority, call) in calls {
            self.push(call, priority);
        }
    }

    /// How many wait.
    #[inline]
    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    /// A call joins; `priority` 0 is the most important.
    #[inline]
    pub(crate) fn push(&mut self, call: Token, priority: usize) {
        self.len += 1;
        self.ring_of(priority).push_back(call);
    }

    #[inline]
    fn ring_of(&mut self, priority: usize) -> &mut VecDeque<Token> {
        match priority.min(self.further.len()) {
            0 => &mut self.ring,
            ring => &mut self.further[ring - 1],
        }
    }

    fn rings(&self) -> impl Iterator<Item = &VecDeque<Token>> {
        std::iter::once(&self.ring).chain(&self.further)
    }

    /// A call that was preempted joins ahead of its equals.
    pub(crate) fn push_front(&mut self, call: Token, priority: usize) {
        self.len += 1;
        self.ring_of(priority).push_front(call);
    }

    /// One of the calls has left early: its name in the ring is stale from now on.
    ///
    /// # Panics
    /// If no call waits.
    pub(crate) fn leave(&mut self, still_waits: impl Fn(Token) -> bool) {
        assert!(0 < self.len, "a call left an empty queue");
        self.len -= 1;
        let names: usize = self.rings().map(VecDeque::len).sum();
        if STALE_MIN + 2 * self.len as usize <= names {
            for ring in std::iter::once(&mut self.ring).chain(&mut self.further) {
                ring.retain(|&call| still_waits(call));
            }
        }
    }

    /// Takes the call that is next.
    #[inline]
    pub(crate) fn next(&mut self, mut still_waits: impl FnMut(Token) -> bool) -> Option<Token> {
        if self.len == 0 {
            return None;
        }
        let newest = match self.order {
            Order::Fifo | Order::Priority { .. } => false,
            Order::Lifo => true,
            Order::AdaptiveLifo { above } => above < self.len,
        };
        for ring in std::iter::once(&mut self.ring).chain(&mut self.further) {
            while let Some(call) = if newest { ring.pop_back() } else { ring.pop_front() } {
                if still_waits(call) {
                    self.len -= 1;
                    return Some(call);
                }
            }
        }
        unreachable!("{} calls wait, and none is in the queue", self.len)
    }

    /// Takes the next name of a first-in, first-out queue. It may be stale; if it is not, the caller reports that with
    /// [`taken`](Self::taken).
    ///
    /// # Panics
    /// If there is none.
    #[inline]
    pub(crate) fn first(&mut self) -> Token {
        self.ring.pop_front().expect("a waiting call is in the queue")
    }

    /// The call that was next has been taken.
    #[inline]
    pub(crate) fn taken(&mut self) {
        self.len -= 1;
    }

    /// The call that has waited longest, of the first `still_waits` in each ring.
    pub(crate) fn oldest(&self, still_waits: impl Fn(Token) -> bool) -> impl Iterator<Item = Token> {
        self.rings().filter_map(move |ring| ring.iter().copied().find(|&call| still_waits(call)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(index: u32) -> Token {
        Token { index, generation: 0 }
    }

    fn check(order: Order, pushed: &[(u32, usize)], expect: &[u32]) {
        let mut queue = Waiting::new(order, 3);
        for &(index, priority) in pushed {
            queue.push(call(index), priority);
        }
        let got: Vec<u32> = std::iter::from_fn(|| queue.next(|_| true)).map(|t| t.index).collect();
        assert_eq!(got, expect, "{order:?}");
    }

    #[test]
    fn each_order_takes_the_one_it_says() {
        let pushed = [(1, 2), (2, 0), (3, 1), (4, 0)];
        check(Order::Fifo, &pushed, &[1, 2, 3, 4]);
        check(Order::Lifo, &pushed, &[4, 3, 2, 1]);
        check(Order::AdaptiveLifo { above: 2 }, &pushed, &[4, 3, 1, 2]);
        check(Order::Priority { preemptive: false }, &pushed, &[2, 4, 3, 1]);
    }

    #[test]
    fn calls_that_left_are_skipped_and_forgotten() {
        let mut queue = Waiting::new(Order::Fifo, 1);
        (0..1000).for_each(|index| queue.push(call(index), 0));
        (0..990).for_each(|gone| queue.leave(|c| gone < c.index));
        assert!(queue.ring.len() < 200, "stale names do not pile up");
        assert_eq!((queue.len(), queue.next(|c| 990 <= c.index)), (10, Some(call(990))));
    }
}
