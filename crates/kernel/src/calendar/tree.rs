//! A winner (tournament) tree over slots: earliest time first, first scheduled first at ties.
//!
//! Four slots make a block, whose times lie in one cache line; above the blocks is a binary tree whose places hold the
//! winner below them, as a time and a slot. Insert, remove and change are all the same walk from a block to the root,
//! and nothing in it waits for memory that an earlier step of the walk found: all addresses follow from the slot.
//!
//! **Invariants:** an empty slot holds the time `u64::MAX - slot`, so two empty slots never tie. There are at least one
//! block and a power of two of them, and twice as many places as blocks; only `grow` changes how many.

#![allow(unsafe_code)] // The walk is on the way from each timer to the next; its places are in bounds by the invariant.

use std::hint::select_unpredictable as select;

use super::{Tag, prefetch};
use crate::Instant;

/// The times of four slots, in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Block([u64; BLOCK]);

const BLOCK: usize = 4;

/// What is scheduled in a slot: read once, when it fires.
#[derive(Clone, Copy, Debug)]
struct Slot<P> {
    tag: Tag,
    payload: P,
}

/// From this many blocks (32768 slots), slots are likely to be out of the cache.
const FAR_BLOCKS_MIN: usize = 8192;

/// How many matches of the first are searched for the next two.
const LOOK_ROUNDS: u32 = 4;

/// No slot.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Tree<P> {
    blocks: Vec<Block>,
    /// Place 1 is the root, place `blocks.len() + b` the winner of block `b`, and place `n` holds the winner of places
    /// `2n` and `2n + 1`: its time and its slot.
    times: Vec<u64>,
    slots: Vec<u32>,
    rows: Vec<Slot<P>>,
    /// Empty slots.
    free: Vec<u32>,
    /// Slots whose timer has fired or was cancelled, but whose old time is still in the tree: the next push takes one
    /// over, which saves a walk; `settle` empties the others. The last one has a field of its own, since there is
    /// rarely another.
    hole: u32,
    holes: Vec<u32>,
}

impl<P: Copy + Default> Tree<P> {
    pub(super) fn new() -> Self {
        let (free, holes) = (vec![], vec![]);
        let mut tree =
            Self { blocks: vec![], times: vec![], slots: vec![], rows: vec![], free, hole: NONE, holes };
        tree.grow();
        tree
    }

    /// The earliest time and its slot, if anything is scheduled; holes must be settled.
    #[inline]
    pub(super) fn first(&self) -> (u64, u32) {
        debug_assert!(self.hole == NONE && 1 < self.times.len() && 1 < self.slots.len());
        // SAFETY: there is at least one block, and twice as many places.
        unsafe { (*self.times.get_unchecked(1), *self.slots.get_unchecked(1)) }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, time: u64, tag: Tag, payload: P) -> u32 {
        let slot = self.take_slot();
        self.rows[slot as usize] = Slot { tag, payload };
        self.walk(slot, time);
        slot
    }

    /// Takes what is in `slot`, which must be the first, and leaves a hole there.
    #[inline]
    pub(super) fn pop(&mut self, slot: u32) -> (Tag, P) {
        // First, where it follows from `settle`: behind a write to a row the compiler would check it again.
        assert!(self.hole == NONE, "holes are settled before the next timer fires");
        self.hole = slot;
        let row = &mut self.rows[slot as usize];
        let fired = (row.tag, row.payload);
        row.tag = Tag::DEAD;
        fired
    }

    /// Empties the slot if the timer with that stamp is pending there; false if not.
    #[inline]
    pub(super) fn cancel(&mut self, slot: u32, stamp: u32) -> bool {
        let Some(row) = self.rows.get_mut(slot as usize) else { return false };
        if row.tag == Tag::DEAD || row.tag.stamp() != stamp {
            return false;
        }
        row.tag = Tag::DEAD;
        if self.hole != NONE {
            self.holes.push(self.hole);
        }
        self.hole = slot;
        true
    }

    /// When the timer with that stamp fires, if it is pending in that slot.
    pub(super) fn due(&self, slot: u32, stamp: u32) -> Option<u64> {
        let row = self.rows.get(slot as usize)?;
        let pending = row.tag != Tag::DEAD && row.tag.stamp() == stamp;
        pending.then(|| self.blocks[slot as usize / BLOCK].0[slot as usize % BLOCK])
    }

    /// Empties what the last pop and the last cancels left behind.
    #[inline(always)]
    pub(super) fn settle(&mut self) {
        if self.hole != NONE {
            self.empty_hole();
            self.hole = NONE;
        }
    }

    #[inline(never)]
    fn empty_hole(&mut self) {
        let slot = self.hole;
        self.free.push(slot);
        self.walk(slot, empty(slot));
        if !self.holes.is_empty() {
            self.empty_further_holes();
        }
    }

    #[cold]
    #[inline(never)]
    fn empty_further_holes(&mut self) {
        while let Some(slot) = self.holes.pop() {
            self.free.push(slot);
            self.walk(slot, empty(slot));
        }
    }

    /// The timers that will most likely fire first and second, if slots are likely to be out of the cache; the slot of
    /// the third is prefetched.
    ///
    /// The second was third a moment ago, so its slot is in the cache by now and reading it does not stall. The next
    /// two are searched among the opponents of the first in its last matches.
    #[inline]
    pub(super) fn look_ahead(&mut self) -> Option<[(u32, Tag, P); 2]> {
        if self.blocks.len() < FAR_BLOCKS_MIN {
            return None;
        }
        self.settle();
        let first = self.slots[1];
        let leaf = self.blocks.len() + first as usize / BLOCK;
        let height = self.blocks.len().ilog2();
        let (mut second, mut third) = ((u64::MAX, first), (u64::MAX, first));
        for round in 1..=LOOK_ROUNDS {
            let place = (leaf >> (height - round)) ^ 1;
            let met = (self.times[place], self.slots[place]);
            third = earlier(third, later(second, met));
            second = earlier(second, met);
        }
        let third = third.1 as usize;
        let place = self.blocks.len() + third / BLOCK;
        prefetch(&self.rows[third]);
        prefetch(&self.blocks[third / BLOCK]);
        prefetch(&self.times[place]);
        prefetch(&self.slots[place]);
        Some([first, second.1].map(|slot| {
            let row = &self.rows[slot as usize];
            (slot, row.tag, row.payload)
        }))
    }

    #[inline]
    fn take_hole(&mut self) -> Option<u32> {
        let slot = self.hole;
        if slot == NONE {
            return None;
        }
        self.hole = if self.holes.is_empty() { NONE } else { self.next_hole() };
        Some(slot)
    }

    #[cold]
    #[inline(never)]
    fn next_hole(&mut self) -> u32 {
        self.holes.pop().unwrap_or(NONE)
    }

    /// A slot for the caller to keep: it counts as empty until `set`.
    #[inline]
    pub(super) fn take_slot(&mut self) -> u32 {
        if let Some(slot) = self.take_hole() {
            return slot;
        }
        if self.free.is_empty() {
            self.grow();
        }
        self.free.pop().expect("growing adds slots")
    }

    /// Schedules a slot that its caller keeps.
    #[inline(never)]
    pub(super) fn set(&mut self, slot: u32, time: u64, tag: Tag) {
        self.rows[slot as usize].tag = tag;
        self.walk(slot, time);
    }

    /// Empties a slot that its caller keeps.
    #[inline(never)]
    pub(super) fn clear(&mut self, slot: u32) {
        self.rows[slot as usize].tag = Tag::DEAD;
        self.walk(slot, empty(slot));
    }

    /// Sets the time of a slot and plays its matches up to the root.
    #[inline(always)]
    fn walk(&mut self, slot: u32, time: u64) {
        // Ties are rare, and a match that ignores them takes half as long: a walk that meets a tie starts again.
        let strict = |one: Player, two: Player| if one.0 == two.0 { None } else { Some(earlier(one, two)) };
        if self.play(slot, time, strict).is_none() {
            self.walk_with_ties(slot, time);
        }
    }

    #[cold]
    #[inline(never)]
    fn walk_with_ties(&mut self, slot: u32, time: u64) {
        let rows = std::mem::take(&mut self.rows);
        let order = |player: Player| (player.0, rows[player.1 as usize].tag);
        let exact = |one: Player, two: Player| Some(if order(two) < order(one) { two } else { one });
        let played = self.play(slot, time, exact);
        assert!(played.is_some());
        self.rows = rows;
    }

    /// All matches from a slot to the root, of which `winner` decides each; none as soon as it cannot decide.
    ///
    /// # Panics
    /// If there is no such slot.
    #[inline(always)]
    fn play(
        &mut self,
        slot: u32,
        time: u64,
        winner: impl Fn(Player, Player) -> Option<Player>,
    ) -> Option<()> {
        let (block, at) = (slot as usize / BLOCK, slot as usize % BLOCK);
        let mut place = self.blocks.len() + block;
        let players = &mut self.blocks[block].0;
        players[at] = time;
        // Within the block against the sibling of this slot, and against that of its pair, found without this slot.
        let leaf = |n: usize| (players[n % BLOCK], (block * BLOCK) as u32 + n as u32);
        let pair = at & 2 ^ 2;
        let of_pair = winner(leaf(pair), leaf(pair + 1))?;
        let mut best = winner(winner((time, slot), leaf(at ^ 1))?, of_pair)?;
        loop {
            debug_assert!(self.times.len() == 2 * self.blocks.len() && self.slots.len() == self.times.len());
            // SAFETY: `block < blocks.len()`, or the index above had panicked, so `place` begins below
            // `2 * blocks.len()`, which is the length of both arrays, and it only halves. That length is even, so
            // `place ^ 1` is below it too.
            let against = unsafe {
                *self.times.get_unchecked_mut(place) = best.0;
                *self.slots.get_unchecked_mut(place) = best.1;
                if place == 1 {
                    return Some(());
                }
                (*self.times.get_unchecked(place ^ 1), *self.slots.get_unchecked(place ^ 1))
            };
            best = winner(best, against)?;
            place /= 2;
        }
    }

    /// Doubles the slots and plays every match again.
    #[cold]
    fn grow(&mut self) {
        let (old, len) = (self.blocks.len(), (self.blocks.len() * 2).max(1));
        assert!(len * BLOCK <= super::PENDING_MAX, "more than {} pending timers", super::PENDING_MAX);
        self.blocks.extend(
            (old..len).map(|block| Block(std::array::from_fn(|at| empty((block * BLOCK + at) as u32)))),
        );
        self.rows.resize(len * BLOCK, Slot { tag: Tag::DEAD, payload: P::default() });
        (self.times, self.slots) = (vec![0; 2 * len], vec![0; 2 * len]);
        // Empty places win against everything until they are played.
        self.free.extend((old as u32 * BLOCK as u32..len as u32 * BLOCK as u32).rev());
        for block in 0..len {
            let slot = (block * BLOCK) as u32;
            self.walk(slot, self.blocks[block].0[0]);
        }
    }
}

/// A time and its slot.
type Player = (u64, u32);

/// The one with the earlier time, without a branch, which would be unpredictable.
#[inline]
fn earlier(one: Player, two: Player) -> Player {
    let second = two.0 < one.0;
    (select(second, two.0, one.0), select(second, two.1, one.1))
}

/// The other one of two.
#[inline]
fn later(one: Player, two: Player) -> Player {
    let second = two.0 < one.0;
    (select(second, one.0, two.0), select(second, one.1, two.1))
}

#[inline]
fn empty(slot: u32) -> u64 {
    let time = u64::MAX - u64::from(slot);
    debug_assert!(Instant::END.nanos() < time);
    time
}
