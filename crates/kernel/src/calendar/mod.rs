//! The calendar: every pending timer, in the order in which they fire.
//!
//! Timers of arbitrary delays are in a winner tree; timers of one constant delay wait in a lane, of which only the head
//! is in the tree. Both fire by (time, order of scheduling), exactly.

mod far;
mod lane;
mod prefetch;
mod tree;

#[cfg(test)]
mod heap;
#[cfg(test)]
mod tests;

use brownout_units::Span;

use crate::Instant;
use far::Far;
use lane::{Lane, Timer};
use tree::Tree;

pub use prefetch::prefetch;

/// The most lanes that a calendar has.
pub const LANES_MAX: usize = 4096;

/// The largest number of slots of the tree: the range of a slot's number, and 5 GiB of memory.
const PENDING_MAX: usize = 1 << 27;

/// A pending timer. It stays valid as a question after the timer has fired: cancelling it then does nothing.
///
/// The default is no timer; cancelling that does nothing either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimerId {
    /// A slot of the tree, or a lane.
    place: u32,
    /// The low half of the order of scheduling, or of the ticket in the lane. A stale id would be taken for a
    /// pending timer only if it was kept for exactly 2³² further timers.
    stamp: u32,
}

const IN_LANE: u32 = 1 << 31;

/// A ring of timers that all have the same delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneId(u16);

/// The order of scheduling in the high bits, the timer's address in the low bits: compared as one number, it decides
/// ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tag(u64);

impl Tag {
    /// No timer.
    const DEAD: Self = Self(0);

    #[inline]
    fn stamp(self) -> u32 {
        (self.0 >> ADDRESS_BITS) as u32
    }
}

/// An address is any number below `1 << ADDRESS_BITS` that the caller wants back with the payload.
pub const ADDRESS_BITS: u32 = 17;

/// A timer that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due<P> {
    /// When.
    pub at: Instant,
    /// The address it was pushed with.
    pub address: u32,
    /// Its slot, as [`Calendar::push`] said. For a timer from a lane the slot of the lane.
    pub slot: u32,
    /// The payload it was pushed with.
    pub payload: P,
}

/// A timer that will most likely fire soon.
#[derive(Clone, Copy, Debug)]
pub struct Soon<P> {
    /// As in [`Due`].
    pub address: u32,
    /// As in [`Due`].
    pub slot: u32,
    /// As in [`Due`]. For a timer from a lane it is not that of its head.
    pub payload: P,
}

/// Pending timers with a small payload each.
///
/// It belongs to the kernel. It is public so that benchmarks can hold it against other calendars.
#[derive(Debug)]
pub struct Calendar<P> {
    tree: Tree<P>,
    /// Lane `n` has slot `n + 1` of the tree. Slot 0 is never used, so that a default [`TimerId`] is none.
    lanes: Vec<Lane<P>>,
    far: Far<P>,
    /// Order of scheduling: the next one, shifted as in a tag.
    next: u64,
    /// Timers that have fired or were cancelled.
    gone: u64,
}

impl<P: Copy + Default> Calendar<P> {
    /// An empty calendar with one lane for each of those delays.
    ///
    /// # Panics
    /// If there are more than [`LANES_MAX`].
    pub fn new(delays: &[Span]) -> Self {
        assert!(delays.len() <= LANES_MAX, "{} lanes, and {LANES_MAX} at most", delays.len());
        let mut tree = Tree::new();
        assert!(tree.take_slot() == 0);
        for lane in 0..delays.len() {
            assert!(tree.take_slot() as usize == lane + 1);
        }
        let lanes = delays.iter().map(|delay| Lane::new(delay.nanos())).collect();
        Self { tree, lanes, far: Far::new(), next: 1 << ADDRESS_BITS, gone: 0 }
    }

    /// Timers that have neither fired nor been cancelled.
    pub fn pending(&self) -> u64 {
        (self.next >> ADDRESS_BITS) - 1 - self.gone
    }

    /// The delay of a lane.
    #[inline]
    pub fn delay(&self, lane: LaneId) -> Span {
        Span::from_nanos(self.lanes[lane.0 as usize].delay)
    }

    /// Schedules a timer; the id names its slot of the tree.
    #[inline(always)]
    pub fn push(&mut self, at: Instant, address: u32, payload: P) -> (TimerId, u32) {
        let tag = self.tag(address);
        let slot = self.tree.push(at.nanos(), tag, payload);
        (TimerId { place: slot, stamp: tag.stamp() }, slot)
    }

    /// Schedules a timer that is never cancelled; `now` is the time, and `at` is not before it.
    #[inline(never)]
    pub fn push_far(&mut self, now: Instant, at: Instant, address: u32, payload: P) {
        let tag = self.tag(address);
        let timer = Timer { at: at.nanos(), tag, payload };
        if !self.far.push(now.nanos(), timer) {
            self.tree.push(timer.at, tag, payload);
        }
    }

    /// Moves timers that are no longer far away into the tree.
    #[cold]
    fn bring_near(&mut self) {
        for Timer { at, tag, payload } in self.far.take() {
            self.tree.push(at, tag, payload);
        }
    }

    /// Schedules a timer in a lane. Its time must be that of the call plus the lane's delay.
    #[inline]
    pub fn push_in(&mut self, lane: LaneId, at: Instant, address: u32, payload: P) -> TimerId {
        let tag = self.tag(address);
        let row = &mut self.lanes[lane.0 as usize];
        if row.is_empty() {
            self.tree.set(u32::from(lane.0) + 1, at.nanos(), tag);
        }
        let stamp = row.push(Timer { at: at.nanos(), tag, payload });
        TimerId { place: IN_LANE | u32::from(lane.0), stamp }
    }

    /// False if the timer has fired or was cancelled before.
    ///
    /// A cancel followed by a push is a reschedule in one walk, since the push takes over the slot.
    #[inline]
    pub fn cancel(&mut self, id: TimerId) -> bool {
        let was = if id.place & IN_LANE == 0 {
            self.tree.cancel(id.place, id.stamp)
        } else {
            self.lanes.get_mut((id.place & !IN_LANE) as usize).is_some_and(|lane| lane.cancel(id.stamp))
        };
        self.gone += u64::from(was);
        was
    }

    /// When a timer fires, if it is pending.
    pub fn due(&self, id: TimerId) -> Option<Instant> {
        let at = if id.place & IN_LANE == 0 {
            self.tree.due(id.place, id.stamp)
        } else {
            self.lanes.get((id.place & !IN_LANE) as usize)?.due(id.stamp)
        };
        at.map(Instant::from_nanos)
    }

    /// Takes the first timer that is due at `end` or before, in the usual case: nothing far is due, and the first one
    /// is not the head of a lane. `None` is no answer; ask [`pop`](Self::pop).
    #[inline(always)]
    pub fn pop_usual(&mut self, end: Instant) -> Option<Due<P>> {
        self.tree.settle();
        let (at, slot) = self.tree.first();
        // Said of the end once, it need not be checked of each instant.
        let end = end.nanos().min(Instant::END.nanos());
        let usual = at <= end && at < self.far.first() && self.lanes.len() < slot as usize;
        usual.then(|| self.take(at, slot))
    }

    /// Takes the first timer that is due at `end` or before.
    #[inline(never)]
    pub fn pop(&mut self, end: Instant) -> Option<Due<P>> {
        loop {
            self.tree.settle();
            let (at, slot) = self.tree.first();
            if self.far.first() <= at.min(end.nanos()) {
                self.bring_near();
                continue;
            }
            if end.nanos() < at {
                return None;
            }
            if self.lanes.len() < slot as usize {
                return Some(self.take(at, slot));
            }
            if let Some(timer) = self.pop_lane(slot) {
                self.gone += 1;
                let at = Instant::from_nanos(at);
                return Some(Due { at, address: address(timer.tag), slot, payload: timer.payload });
            }
        }
    }

    #[inline]
    fn take(&mut self, at: u64, slot: u32) -> Due<P> {
        let (tag, payload) = self.tree.pop(slot);
        self.gone += 1;
        Due { at: Instant::from_nanos(at), address: address(tag), slot, payload }
    }

    /// The timers that will most likely fire first and second, if prefetching for them pays.
    #[inline]
    pub fn look_ahead(&mut self) -> Option<[Soon<P>; 2]> {
        let soon = self.tree.look_ahead()?;
        Some(soon.map(|(slot, tag, payload)| Soon { address: address(tag), slot, payload }))
    }

    /// When the next timer fires.
    pub fn next_at(&mut self) -> Option<Instant> {
        loop {
            self.tree.settle();
            let (at, slot) = self.tree.first();
            if self.far.first() <= at.min(Instant::END.nanos()) {
                self.bring_near();
                continue;
            }
            if Instant::END.nanos() < at {
                return None;
            }
            if slot as usize > self.lanes.len() || self.lanes[slot as usize - 1].head_is_live() {
                return Some(Instant::from_nanos(at));
            }
            assert!(self.pop_lane(slot).is_none(), "a cancelled head does not fire");
        }
    }

    /// The head of the lane, unless it was cancelled after it had become the head; the next live one takes
    /// its place in the tree.
    #[inline]
    fn pop_lane(&mut self, slot: u32) -> Option<Timer<P>> {
        let lane = &mut self.lanes[slot as usize - 1];
        let timer = lane.pop();
        match lane.next_live() {
            Some((at, tag)) => self.tree.set(slot, at, tag),
            None => self.tree.clear(slot),
        }
        timer
    }

    #[inline]
    fn tag(&mut self, address: u32) -> Tag {
        debug_assert!(address < 1 << ADDRESS_BITS);
        let tag = self.next | u64::from(address);
        // Scheduling 2⁴⁷ timers and doing nothing else takes 80 days.
        self.next = self.next.checked_add(1 << ADDRESS_BITS).expect("2^47 timers in one run");
        Tag(tag)
    }
}

#[inline]
fn address(tag: Tag) -> u32 {
    tag.0 as u32 & ((1 << ADDRESS_BITS) - 1)
}

impl LaneId {
    /// The lane of the `index`-th delay that the calendar was made with.
    pub const fn from_index(index: u16) -> Self {
        Self(index)
    }
}
