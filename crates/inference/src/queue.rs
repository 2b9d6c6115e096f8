//! The queue of free blocks, least recently used first, as runs of blocks.

use crate::batch::NONE;

/// Adjacent blocks of a chain that no sequence uses. Those with the highest position go first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// The chain, or [`NONE`] for blocks without reusable contents.
    pub(crate) chain: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// The run of the same chain that holds the positions above, earlier in the queue.
    pub(crate) above: u32,
    earlier: u32,
    later: u32,
}

/// Free blocks in the order in which they will be taken.
#[derive(Debug)]
pub(crate) struct Queue {
    runs: Vec<Run>,
    vacant: Vec<u32>,
    front: u32,
    back: u32,
}

impl Queue {
    /// A queue of blocks that never held anything.
    pub(crate) fn new(blocks: u32) -> Self {
        let mut queue = Self { runs: Vec::new(), vacant: Vec::new(), front: NONE, back: NONE };
        queue.push_blank(blocks);
        queue
    }

    pub(crate) fn front(&self) -> u32 {
        self.front
    }

    pub(crate) fn get(&self, run: u32) -> &Run {
        &self.runs[run as usize]
    }

    pub(crate) fn get_mut(&mut self, run: u32) -> &mut Run {
        &mut self.runs[run as usize]
    }

    /// Appends blocks without reusable contents.
    pub(crate) fn push_blank(&mut self, blocks: u32) {
        if blocks == 0 {
            return;
        }
        if self.back != NONE && self.get(self.back).chain == NONE {
            let back = self.back;
            self.get_mut(back).to += blocks;
        } else {
            self.push(NONE, 0, blocks, NONE);
        }
    }

    /// Appends the positions `from..to` of a chain.
    pub(crate) fn push(&mut self, chain: u32, from: u32, to: u32, above: u32) -> u32 {
        let run = Run { chain, from, to, above, earlier: self.back, later: NONE };
        let place = if let Some(place) = self.vacant.pop() {
            self.runs[place as usize] = run;
            place
        } else {
            self.runs.push(run);
            self.runs.len() as u32 - 1
        };
        match self.back {
            NONE => self.front = place,
            back => self.get_mut(back).later = place,
        }
        self.back = place;
        place
    }

    /// Takes a run out, wherever it is.
    pub(crate) fn remove(&mut self, run: u32) {
        let Run { earlier, later, .. } = *self.get(run);
        match earlier {
            NONE => self.front = later,
            earlier => self.get_mut(earlier).later = later,
        }
        match later {
            NONE => self.back = earlier,
            later => self.get_mut(later).earlier = earlier,
        }
        self.vacant.push(run);
    }
}
