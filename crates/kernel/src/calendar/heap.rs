//! The same calendar on the standard library's heap: slow, obvious, and what the real one is tested against.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::{Calendar, LaneId, TimerId};
use crate::Instant;

/// What both calendars can do. A lane is only a faster way to push.
pub(super) trait Timers {
    type Id: Copy;
    fn push(&mut self, at: Instant, address: u32, payload: u64) -> Self::Id;
    fn push_in(&mut self, lane: LaneId, at: Instant, address: u32, payload: u64) -> Self::Id;
    fn cancel(&mut self, id: Self::Id) -> bool;
    fn pop(&mut self, end: Instant) -> Option<(Instant, u32, u64)>;
    fn next_at(&mut self) -> Option<Instant>;
    fn pending(&self) -> u64;
}

impl Timers for Calendar<u64> {
    type Id = TimerId;

    fn push(&mut self, at: Instant, address: u32, payload: u64) -> TimerId {
        Self::push(self, at, address, payload).0
    }

    fn push_in(&mut self, lane: LaneId, at: Instant, address: u32, payload: u64) -> TimerId {
        Self::push_in(self, lane, at, address, payload)
    }

    fn cancel(&mut self, id: TimerId) -> bool {
        Self::cancel(self, id)
    }

    fn pop(&mut self, end: Instant) -> Option<(Instant, u32, u64)> {
        Self::pop(self, end).map(|due| (due.at, due.address, due.payload))
    }

    fn next_at(&mut self) -> Option<Instant> {
        Self::next_at(self)
    }

    fn pending(&self) -> u64 {
        Self::pending(self)
    }
}

/// A heap of (time, order of scheduling); a timer that is missing from the map was cancelled.
#[derive(Default)]
pub(super) struct Heap {
    order: BinaryHeap<Reverse<(Instant, u64)>>,
    pending: BTreeMap<u64, (u32, u64)>,
    scheduled: u64,
}

impl Heap {
    fn drop_cancelled(&mut self) {
        while self.order.peek().is_some_and(|Reverse((_, seq))| !self.pending.contains_key(seq)) {
            self.order.pop();
        }
    }
}

impl Timers for Heap {
    type Id = u64;

    fn push(&mut self, at: Instant, address: u32, payload: u64) -> u64 {
        self.scheduled += 1;
        self.order.push(Reverse((at, self.scheduled)));
        self.pending.insert(self.scheduled, (address, payload));
        self.scheduled
    }

    fn push_in(&mut self, _: LaneId, at: Instant, address: u32, payload: u64) -> u64 {
        self.push(at, address, payload)
    }

    fn cancel(&mut self, id: u64) -> bool {
        self.pending.remove(&id).is_some()
    }

    fn pop(&mut self, end: Instant) -> Option<(Instant, u32, u64)> {
        let at = self.next_at().filter(|&at| at <= end)?;
        let Reverse((_, seq)) = self.order.pop()?;
        let (address, payload) = self.pending.remove(&seq)?;
        Some((at, address, payload))
    }

    fn next_at(&mut self) -> Option<Instant> {
        self.drop_cancelled();
        self.order.peek().map(|Reverse((at, _))| *at)
    }

    fn pending(&self) -> u64 {
        self.pending.len() as u64
    }
}
