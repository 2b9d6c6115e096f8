//! The composition of a step at a boundary: sequences that leave, go on and join, and the steps until the next
//! decision.

use brownout_units::Span;

use crate::batch::{NONE, Sequence, State};
use crate::engine::Engine;
use crate::flight::STEPS_MAX;
use crate::latency::{Line, Load};
use crate::listener::Listener;
use crate::options::{Admission, Scheduling};
use crate::prefix::Hit;

/// How a waiting sequence would be admitted.
pub(crate) struct Entry {
    hit: Hit,
    /// Tokens that it need not compute, and tokens that the step computes.
    cached: u32,
    chunk: u32,
}

impl Engine {
    pub(crate) fn by_priority(&self) -> bool {
        self.options.scheduling == Scheduling::Priority
    }

    /// Composes the step that starts at the boundary `clock`, and flies until the next possible decision.
    pub(crate) fn begin<L: Listener>(&mut self, listener: &mut L) {
        let now = self.clock.shown();
        self.change_speed();
        self.apply_cancels(now, listener);

        let preempted = self.tally.preempted;
        let chunk = self.make_room(now, listener);
        let preempted = self.tally.preempted > preempted;
        self.take(self.batch.blocks_due(), now, listener);
        let decodes = self.batch.decodes;
        let mut load = Load { tokens: decodes, decodes, context: self.batch.context, half_attention: 0 };
        if self.batch.partial != NONE {
            self.prefill(self.batch.partial, chunk, &mut load, now, listener);
        }
        // Blocks taken from one sequence are not given to another in the same step.
        if !preempted {
            self.admit(&mut load, now, listener);
        }
        if self.batch.running == 0 {
            self.rest();
            return;
        }
        let alone = preempted || self.options.exact_steps || !self.batch.prefilled.is_empty();
        let alone =
            alone || self.batch.partial == NONE && self.head().is_some_and(|head| self.may_lighten(head));
        self.depart(&load, alone);
    }

    /// Preempts until the step's blocks suffice for those that remain. Returns the chunk of the unfinished prefill.
    ///
    /// Victims leave before any block is taken, so the order of the others does not matter.
    fn make_room<L: Listener>(&mut self, now: Span, listener: &mut L) -> u32 {
        while self.batch.blocks_due() > self.kv.free() {
            self.preempt(now, listener);
        }
        if self.batch.partial == NONE {
            return 0;
        }
        let sequence = self.batch.get(self.batch.partial);
        let budget = self.options.step_tokens_max - self.batch.decodes as u32;
        let chunk = budget.min(sequence.target() - sequence.cached);
        let need = self.kv.blocks(sequence.cached + chunk) - self.kv.blocks(sequence.cached);
        while self.batch.partial != NONE && self.batch.blocks_due() + need > self.kv.free() {
            self.preempt(now, listener);
        }
        chunk
    }

    /// Admits what fits, in order.
    fn admit<L: Listener>(&mut self, load: &mut Load, now: Span, listener: &mut L) {
        while let Some(slot) = self.head() {
            if self.batch.running == self.options.sequences_max {
                return;
            }
            let budget = self.options.step_tokens_max - load.tokens as u32;
            let Some(entry) = self.entry(slot, budget, self.kv.free()) else { return };
            let Entry { hit, cached, chunk } = entry;
            self.kv.hold(slot, &hit);
            self.take(self.kv.blocks(cached) - hit.blocks, now, listener);
            self.waiting.pop();
            self.batch.append(slot);
            let sequence = self.batch.get_mut(slot);
            sequence.cached = cached;
            let tag = sequence.tag;
            self.tally.hit += u64::from(self.kv.tokens(hit.blocks));
            self.prefill(slot, chunk, load, now, listener);
            listener.admitted(now, tag, cached);
        }
    }

    /// How a waiting sequence would be admitted with that number of tokens and blocks left, if at all.
    pub(crate) fn entry(&self, slot: u32, budget: u32, free: u32) -> Option<Entry> {
        if budget == 0 {
            return None;
        }
        let sequence = self.batch.get(slot);
        let target = sequence.target();
        let hit = self.kv.find(slot, target);
        let cached = self.kv.tokens(hit.blocks).max(sequence.delivered);
        let chunk = budget.min(target - cached);
        if !self.options.chunked_prefill && chunk < target - cached {
            return None;
        }
        let claim = match self.options.admission {
            Admission::WholePrompt => target,
            Admission::Chunk => cached + chunk,
        };
        (self.kv.blocks(claim) - hit.busy <= free).then_some(Entry { hit, cached, chunk })
    }

    /// Whether a waiting sequence that does not fit might fit at the next boundary although no sequence left.
    ///
    /// By whole prompt it could not, nor usually by chunk: evicted blocks of its hit are lost from the free blocks too.
    pub(crate) fn may_lighten(&self, slot: u32) -> bool {
        self.options.admission == Admission::Chunk
            && self.options.prefix_cache
            && self.batch.running < self.options.sequences_max
            && self.kv.find(slot, self.batch.get(slot).target()).loose
    }

    /// Adds a chunk of a prefill to the step. Its blocks are known to be free.
    fn prefill<L: Listener>(&mut self, slot: u32, chunk: u32, load: &mut Load, now: Span, listener: &mut L) {
        let &Sequence { cached, .. } = self.batch.get(slot);
        load.add_chunk(cached, chunk);
        self.take(self.kv.blocks(cached + chunk) - self.kv.blocks(cached), now, listener);
        let sequence = self.batch.get_mut(slot);
        sequence.cached += chunk;
        // Explicit, because a remainder of one token looks like a decode.
        if sequence.cached == sequence.target() {
            self.batch.partial = NONE;
            self.batch.prefilled.push(slot);
        } else {
            self.batch.partial = slot;
        }
    }

    fn take<L: Listener>(&mut self, blocks: u32, now: Span, listener: &mut L) {
        self.kv.take(blocks, |_, what| listener.evicted(now, what));
    }

    fn preempt<L: Listener>(&mut self, now: Span, listener: &mut L) {
        let slot = self.batch.victim(self.by_priority());
        self.remove(slot);
        let sequence = self.batch.get_mut(slot);
        sequence.state = State::Waiting;
        sequence.delivered = 0;
        let &mut Sequence { tag, priority, .. } = sequence;
        self.waiting.push_front(priority, slot);
        self.tally.preempted += 1;
        listener.preempted(now, tag);
    }

    fn apply_cancels<L: Listener>(&mut self, now: Span, listener: &mut L) {
        for i in 0..self.cancels.len() {
            // It may have finished, or have been cancelled twice.
            let Some(slot) = self.batch.find(self.cancels[i]) else { continue };
            let waiting = self.batch.get(slot).state == State::Waiting;
            if !waiting {
                self.remove(slot);
            }
            let &Sequence { tag, generated, .. } = self.batch.get(slot);
            listener.cancelled(now, tag, generated);
            if waiting {
                self.drop_waiting(slot);
            } else {
                self.end(slot);
            }
        }
        self.cancels.clear();
    }

    /// Starts a flight over the steps without a decision.
    fn depart(&mut self, load: &Load, alone: bool) {
        let line = self.cost.line(load);
        self.flight.first = line.first;
        self.flight.growth = line.per_context * load.decodes;
        self.flight.prefill = (load.tokens - load.decodes) as u32;
        self.flight.chunk = 0;
        if alone {
            self.fly(1);
            return;
        }
        if self.batch.partial != NONE {
            // All its chunks are equal but the last, and each has one chunk more before it.
            let chunk = load.tokens - load.decodes;
            self.flight.chunk = chunk as u32;
            self.flight.growth += line.per_half_attention * 2 * chunk * chunk;
        }
        let steps = self.steps_without_decision(load, &line);
        if steps == 1 {
            self.flight.chunk = 0;
        }
        self.fly(steps);
    }

    /// Steps until a sequence finishes, the prefill comes to its last chunk, the line of the cost ends, or the blocks
    /// run out. The first has its blocks already.
    fn steps_without_decision(&mut self, load: &Load, line: &Line) -> u64 {
        let mut more = STEPS_MAX.min(self.flight.steps_without_overflow()) - 1;
        if let Some(finish) = self.batch.next_finish() {
            more = more.min(finish - self.batch.step - 1);
        }
        if self.batch.partial != NONE {
            let partial = self.batch.get(self.batch.partial);
            more = more.min(u64::from((partial.target() - partial.cached - 1) / self.flight.chunk));
        }
        if load.decodes > 0 && line.context_end < u64::MAX {
            more = more.min((line.context_end - 1 - load.context) / load.decodes);
        }
        1 + self.steps_with_blocks(more)
    }

    /// The number of the `more` steps after the first that find their blocks.
    fn steps_with_blocks(&self, more: u64) -> u64 {
        let free = self.kv.free();
        let decodes = self.batch.decodes;
        let (mut enough, mut short) = (0, more + 1);
        if self.flight.chunk == 0 {
            // Every sequence takes one block in each cycle of steps.
            let cycle = u64::from(self.options.block_tokens);
            if more.div_ceil(cycle) * decodes <= u64::from(free) {
                return more;
            }
            enough = u64::from(free) / decodes * cycle;
            short = short.min(enough + cycle);
        } else if self.blocks_taken(more) <= free {
            return more;
        }
        // Here `enough` steps find their blocks, and `short` steps do not, or exceed the flight.
        while enough + 1 < short {
            let middle = u64::midpoint(enough, short);
            (enough, short) =
                if self.blocks_taken(middle) <= free { (middle, short) } else { (enough, middle) };
        }
        enough
    }
}
