//! The sequences of a replica: the running ones, their order of admission, and when each will finish.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::crossings::{Crossings, Taken};
use crate::request::Ticket;

/// No slot.
pub(crate) const NONE: u32 = u32::MAX;

/// A sequence in its slot. A decoding one is described by its `finish` alone, so that a flight touches none of them.
#[derive(Clone, Copy)]
pub(crate) struct Sequence {
    pub(crate) tag: u64,
    pub(crate) state: State,
    pub(crate) prompt: u32,
    pub(crate) output: u32,
    /// Tokens emitted and tokens in the cache; both stand still while it decodes.
    pub(crate) generated: u32,
    pub(crate) cached: u32,
    /// Tokens whose KV was delivered with it and has not been lost since.
    pub(crate) delivered: u32,
    /// Number of its last admission, which no other admission shares.
    admission: u32,
    /// The number of sequences that had this slot before.
    generation: u32,
    /// Neighbours in the list of running sequences.
    earlier: u32,
    later: u32,
    pub(crate) priority: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Vacant,
    Waiting,
    /// Cancelled, but still in the queue, from which it is dropped at the head.
    Dropped,
    Prefill,
    /// Emits its last token with the step that takes the step counter to `finish`.
    Decode {
        finish: u64,
    },
}

impl Sequence {
    pub(crate) fn waiting(tag: u64, prompt: u32, output: u32, priority: u8, delivered: u32) -> Self {
        Self {
            tag,
            state: State::Waiting,
            prompt,
            output,
            generated: 0,
            cached: 0,
            delivered,
            admission: 0,
            generation: 0,
            earlier: NONE,
            later: NONE,
            priority,
        }
    }

    /// Tokens to compute before the next one can be emitted.
    pub(crate) fn target(&self) -> u32 {
        self.prompt + self.generated
    }

    /// Context of the decode step `step`, with the token it computes.
    fn context(&self, finish: u64, step: u64) -> u32 {
        self.prompt + self.output - (finish - step) as u32
    }

    /// The sequence takes a block in the steps that equal this modulo the block size.
    fn crossing(&self, finish: u64, mask: u64) -> usize {
        // It takes one when `context - 1` is a multiple of the block.
        (finish.wrapping_sub(u64::from(self.prompt + self.output - 1)) & mask) as usize
    }
}

/// When a sequence finishes: its step (64 bits), admission (32) and slot (32). One integer compares without branches.
/// The admission is needed: a sequence that was preempted and came back may carry the same slot and the same step.
type Finish = u128;

fn pack_finish(step: u64, admission: u32, slot: u32) -> Finish {
    u128::from(step) << 64 | u128::from(admission) << 32 | u128::from(slot)
}

fn unpack_finish(finish: Finish) -> (u64, u32, u32) {
    ((finish >> 64) as u64, (finish >> 32) as u32, finish as u32)
}

/// All sequences, and the sums over those that run.
///
/// Two facts carry the flight. Sequences that decode were admitted before the one that prefills, and at most one
/// prefill is left unfinished by a step. And all that a decoding sequence does follows from the step at which it
/// finishes, so only sums are kept: the number of decoding sequences, their contexts, and the number that takes a block
/// at each step modulo the block size.
pub(crate) struct Batch {
    sequences: Vec<Sequence>,
    vacant: Vec<u32>,
    /// Running sequences, and the one admitted last.
    pub(crate) running: u32,
    latest: u32,
    admissions: u32,
    /// The prefill that the last step left unfinished.
    pub(crate) partial: u32,
    /// Prefills that end with the step in progress, in order of admission.
    pub(crate) prefilled: Vec<u32>,
    /// Steps so far: the virtual clock of the batch.
    pub(crate) step: u64,
    /// Decoding sequences, and the sum of their contexts in the next step.
    pub(crate) decodes: u64,
    pub(crate) context: u64,
    crossings: Crossings,
    /// When the decoding sequences finish; sequences that were removed may have left theirs.
    finishes: BinaryHeap<Reverse<Finish>>,
}

impl Batch {
    pub(crate) fn new(block_tokens: u32) -> Self {
        Self {
            sequences: Vec::new(),
            vacant: Vec::new(),
            running: 0,
            latest: NONE,
            admissions: 0,
            partial: NONE,
            prefilled: Vec::new(),
            step: 0,
            decodes: 0,
            context: 0,
            crossings: Crossings::new(block_tokens),
            finishes: BinaryHeap::new(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> &Sequence {
        &self.sequences[slot as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Sequence {
        &mut self.sequences[slot as usize]
    }

    /// Puts a new sequence into a slot.
    pub(crate) fn insert(&mut self, sequence: Sequence) -> Ticket {
        if let Some(slot) = self.vacant.pop() {
            let place = &mut self.sequences[slot as usize];
            let generation = place.generation.wrapping_add(1);
            *place = Sequence { generation, ..sequence };
            Ticket { slot, generation }
        } else {
            let slot = self.sequences.len() as u32;
            assert!(slot != NONE, "a replica holds at most 2^32 - 1 sequences");
            self.sequences.push(sequence);
            Ticket { slot, generation: 0 }
        }
    }

    /// The slot of a ticket, if its sequence is still here.
    pub(crate) fn find(&self, ticket: Ticket) -> Option<u32> {
        let sequence = self.get(ticket.slot);
        let here = sequence.generation == ticket.generation
            && !matches!(sequence.state, State::Vacant | State::Dropped);
        here.then_some(ticket.slot)
    }

    /// Frees the slot of an ended sequence.
    pub(crate) fn release(&mut self, slot: u32) {
        self.get_mut(slot).state = State::Vacant;
        self.vacant.push(slot);
    }

    /// Appends a sequence to the running ones.
    pub(crate) fn append(&mut self, slot: u32) {
        self.admissions = self.admissions.wrapping_add(1);
        let (admission, earlier) = (self.admissions, self.latest);
        let sequence = self.get_mut(slot);
        sequence.state = State::Prefill;
        sequence.admission = admission;
        sequence.earlier = earlier;
        sequence.later = NONE;
        if earlier != NONE {
            self.get_mut(earlier).later = slot;
        }
        self.latest = slot;
        self.running += 1;
    }

    /// A computed prefill has emitted a token, and decodes from the next step on.
    pub(crate) fn start_decoding(&mut self, slot: u32) {
        let (step, mask) = (self.step, self.mask());
        let sequence = self.get_mut(slot);
        let finish = step + u64::from(sequence.output - sequence.generated);
        sequence.state = State::Decode { finish };
        let (admission, context) = (sequence.admission, sequence.context(finish, step));
        let crossing = sequence.crossing(finish, mask);
        self.decodes += 1;
        self.context += u64::from(context);
        self.crossings.add(crossing);
        self.finishes.push(Reverse(pack_finish(finish, admission, slot)));
    }

    /// Takes a sequence out of the running ones, and settles what it has generated and cached.
    pub(crate) fn remove(&mut self, slot: u32) {
        let (step, mask) = (self.step, self.mask());
        let sequence = self.get_mut(slot);
        if let State::Decode { finish } = sequence.state {
            let context = sequence.context(finish, step);
            let crossing = sequence.crossing(finish, mask);
            sequence.generated = sequence.output - (finish - step) as u32;
            sequence.cached = context - 1;
            self.decodes -= 1;
            self.context -= u64::from(context);
            self.crossings.remove(crossing);
        }
        let Sequence { earlier, later, .. } = *self.get(slot);
        if earlier != NONE {
            self.get_mut(earlier).later = later;
        }
        if later == NONE {
            self.latest = earlier;
        } else {
            self.get_mut(later).earlier = earlier;
        }
        if self.partial == slot {
            self.partial = NONE;
        }
        self.running -= 1;
    }

    /// The next victim of preemption: of the least urgent running sequences the one admitted last.
    pub(crate) fn victim(&self, by_priority: bool) -> u32 {
        let mut victim = self.latest;
        assert!(victim != NONE, "a sequence that is alone always fits");
        let mut at = self.get(victim).earlier;
        while by_priority && at != NONE {
            if self.get(at).priority > self.get(victim).priority {
                victim = at;
            }
            at = self.get(at).earlier;
        }
        victim
    }

    /// The running sequence admitted first.
    pub(crate) fn oldest(&self) -> Option<u32> {
        let mut at = self.latest;
        while at != NONE && self.get(at).earlier != NONE {
            at = self.get(at).earlier;
        }
        (at != NONE).then_some(at)
    }

    /// Blocks that decoding takes in the next step.
    pub(crate) fn blocks_due(&self) -> u32 {
        self.crossings.at(self.step)
    }

    /// Blocks that decoding takes in the `steps` steps after the step in progress.
    pub(crate) fn blocks_taken(&self, steps: u64) -> u32 {
        self.crossings.taken(self.step + 1, steps)
    }

    /// The same, and for what number of these steps they are held.
    pub(crate) fn taken_and_held(&self, steps: u64) -> Taken {
        self.crossings.taken_and_held(self.step + 1, steps)
    }

    /// The step counter at which the next sequence finishes.
    #[inline]
    pub(crate) fn next_finish(&mut self) -> Option<u64> {
        while let Some(&Reverse(finish)) = self.finishes.peek() {
            let (finish, admission, slot) = unpack_finish(finish);
            let sequence = self.get(slot);
            if sequence.admission == admission && sequence.state == (State::Decode { finish }) {
                return Some(finish);
            }
            self.finishes.pop();
        }
        None
    }

    /// A sequence that finishes with the step just done, in order of admission.
    #[inline]
    pub(crate) fn pop_finished(&mut self) -> Option<u32> {
        if self.next_finish() != Some(self.step) {
            return None;
        }
        let Reverse(finish) = self.finishes.pop().expect("a finish is due");
        Some(unpack_finish(finish).2)
    }

    fn mask(&self) -> u64 {
        self.crossings.mask()
    }
}
