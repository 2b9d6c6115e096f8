//! A winner (tournament) tree over slots: earliest time first, first scheduled first at ties.
//!
//! Eight slots make a block, whose times fill one cache line; above the blocks stands a binary tree whose
//! places hold the winner below them, as a time and a slot. Insert, remove and change are all the same walk
//! from a block to the root, and nothing in it waits for memory that an earlier step of the walk found: all
//! addresses follow from the slot.
//!
//! **Invariant:** an empty slot holds the time `u64::MAX - slot`, so two empty slots never tie.

use std::hint::select_unpredictable as select;

use super::Tag;
use crate::Instant;

/// The times of eight slots, in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Block([u64; BLOCK]);

const BLOCK: usize = 8;

/// Two places that share a parent, so that a walk checks one bound a level and touches one line.
#[derive(Clone, Copy, Debug, Default)]
struct Pair {
    time: [u64; 2],
    slot: [u32; 2],
}

/// What is scheduled in a slot: read once, when it fires.
#[derive(Clone, Copy, Debug)]
struct Row<P> {
    tag: Tag,
    payload: P,
}

#[derive(Debug)]
pub(super) struct Tree<P> {
    blocks: Vec<Block>,
    /// Place `n` is `pairs[n / 2]` at `n % 2`; place 1 is the root, place `blocks.len() + b` is the winner of
    /// block `b`.
    pairs: Vec<Pair>,
    rows: Vec<Row<P>>,
    /// Empty slots.
    free: Vec<u32>,
    /// Slots whose timer has fired or was cancelled, but whose old time still stands in the tree: the next
    /// push takes one over, and so does in one walk what would need two; `settle` empties the others.
    holes: Vec<u32>,
}

impl<P: Copy + Default> Tree<P> {
    pub(super) fn new() -> Self {
        let mut tree = Self { blocks: vec![], pairs: vec![], rows: vec![], free: vec![], holes: vec![] };
        tree.grow();
        tree
    }

    /// The earliest time and its slot, if anything is scheduled; holes must be settled.
    #[inline]
    pub(super) fn first(&self) -> (u64, u32) {
        debug_assert!(self.holes.is_empty());
        (self.pairs[0].time[1], self.pairs[0].slot[1])
    }

    #[inline]
    pub(super) fn push(&mut self, time: u64, tag: Tag, payload: P) -> u32 {
        let slot = self.take_slot();
        self.rows[slot as usize] = Row { tag, payload };
        self.walk(slot, time);
        slot
    }

    /// Takes what is in `slot`, which must be the first, and leaves a hole there.
    #[inline]
    pub(super) fn pop(&mut self, slot: u32) -> (Tag, P) {
        let row = &mut self.rows[slot as usize];
        let fired = (row.tag, row.payload);
        row.tag = Tag::DEAD;
        self.holes.push(slot);
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
        self.holes.push(slot);
        true
    }

    /// When the timer with that stamp fires, if it is pending in that slot.
    pub(super) fn due(&self, slot: u32, stamp: u32) -> Option<u64> {
        let row = self.rows.get(slot as usize)?;
        let pending = row.tag != Tag::DEAD && row.tag.stamp() == stamp;
        pending.then(|| self.blocks[slot as usize / BLOCK].0[slot as usize % BLOCK])
    }

    /// Empties what the last pop and the last cancels left behind.
    #[inline]
    pub(super) fn settle(&mut self) {
        while let Some(slot) = self.holes.pop() {
            self.free.push(slot);
            self.walk(slot, empty(slot));
        }
    }

    /// A slot for the caller to keep: it counts as empty until `set`.
    #[inline]
    pub(super) fn take_slot(&mut self) -> u32 {
        if let Some(slot) = self.holes.pop() {
            return slot;
        }
        if self.free.is_empty() {
            self.grow();
        }
        self.free.pop().expect("growing adds slots")
    }

    /// Schedules a slot that its caller keeps.
    #[inline]
    pub(super) fn set(&mut self, slot: u32, time: u64, tag: Tag) {
        self.rows[slot as usize].tag = tag;
        self.walk(slot, time);
    }

    /// Empties a slot that its caller keeps.
    #[inline]
    pub(super) fn clear(&mut self, slot: u32) {
        self.rows[slot as usize].tag = Tag::DEAD;
        self.walk(slot, empty(slot));
    }

    /// Sets the time of a slot and plays its matches up to the root.
    #[inline]
    fn walk(&mut self, slot: u32, time: u64) {
        // Times hardly ever tie, and a match that need not think of it is half as long: whoever meets a tie
        // starts again.
        let strict = |one: Player, two: Player| if one.0 == two.0 { None } else { Some(earlier(one, two)) };
        if play(&mut self.blocks, &mut self.pairs, slot, time, strict).is_none() {
            self.walk_with_ties(slot, time);
        }
    }

    #[cold]
    #[inline(never)]
    fn walk_with_ties(&mut self, slot: u32, time: u64) {
        let order = |player: Player| (player.0, self.rows[player.1 as usize].tag);
        let exact = |one: Player, two: Player| Some(if order(two) < order(one) { two } else { one });
        let played = play(&mut self.blocks, &mut self.pairs, slot, time, exact);
        assert!(played.is_some());
    }

    /// Doubles the slots and plays every match again.
    #[cold]
    fn grow(&mut self) {
        let (old, len) = (self.blocks.len(), (self.blocks.len() * 2).max(1));
        assert!(len * BLOCK <= super::PENDING_MAX, "more than {} pending timers", super::PENDING_MAX);
        self.blocks.extend(
            (old..len).map(|block| Block(std::array::from_fn(|at| empty((block * BLOCK + at) as u32)))),
        );
        self.rows.resize(len * BLOCK, Row { tag: Tag::DEAD, payload: P::default() });
        self.pairs = vec![Pair::default(); len];
        // Empty places win against everything until they are played.
        self.free.extend((old as u32 * BLOCK as u32..len as u32 * BLOCK as u32).rev());
        for block in 0..len {
            let slot = (block * BLOCK) as u32;
            self.walk(slot, self.blocks[block].0[0]);
        }
    }
}

/// A time and the slot it stands in.
type Player = (u64, u32);

/// The one with the earlier time, without a branch: nobody could predict it.
#[inline]
fn earlier(one: Player, two: Player) -> Player {
    let second = two.0 < one.0;
    (select(second, two.0, one.0), select(second, two.1, one.1))
}

/// All matches from a slot to the root, of which `winner` decides each; none as soon as it does not know.
#[inline]
fn play(
    blocks: &mut [Block],
    pairs: &mut [Pair],
    slot: u32,
    time: u64,
    winner: impl Fn(Player, Player) -> Option<Player>,
) -> Option<()> {
    let (block, at) = (slot as usize / BLOCK, slot as usize % BLOCK);
    let mut place = blocks.len() + block;
    let times = &mut blocks[block].0;
    times[at] = time;
    // Within the block against the sibling of this slot, of its pair and of its half, each found without this
    // slot.
    let leaf = |n: usize| (times[n % BLOCK], (block * BLOCK) as u32 + n as u32);
    let (pair, half) = (at & 6 ^ 2, at & 4 ^ 4);
    let of_pair = winner(leaf(pair), leaf(pair + 1))?;
    let of_half = winner(winner(leaf(half), leaf(half + 1))?, winner(leaf(half + 2), leaf(half + 3))?)?;
    let mut best = winner((time, slot), leaf(at ^ 1))?;
    best = winner(winner(best, of_pair)?, of_half)?;
    loop {
        let pair = &mut pairs[place / 2];
        let side = place % 2;
        (pair.time[side], pair.slot[side]) = best;
        if place == 1 {
            return Some(());
        }
        best = winner(best, (pair.time[side ^ 1], pair.slot[side ^ 1]))?;
        place /= 2;
    }
}

#[inline]
fn empty(slot: u32) -> u64 {
    let time = u64::MAX - u64::from(slot);
    debug_assert!(Instant::END.nanos() < time);
    time
}
