//! The end of a flight: where it is cut, what its steps took, and which requests they ended.

use brownout_units::Span;

use crate::batch::Sequence;
use crate::engine::{Engine, NEVER};
use crate::flight::Flight;
use crate::listener::{Listener, Work};
use crate::options::Admission;

impl Engine {
    /// Cuts the flight for a new arrival, if it could be admitted at the boundary after `now`.
    ///
    /// It could not behind a head that does not fit, nor where it does not fit itself; then nor at a later boundary of
    /// this flight, for in a flight the free blocks only become fewer (but see `may_lighten`). Beside an unfinished
    /// prefill no token is left.
    pub(crate) fn land_for(&mut self, slot: u32, now: Span) {
        if self.flight.steps == 1 || self.flight.chunk > 0 || self.batch.running == self.options.sequences_max
        {
            return;
        }
        if self.head() != Some(slot) {
            return;
        }
        let step = self.flight.step_after(self.clock.until(now));
        if step < self.flight.steps {
            let budget = self.options.step_tokens_max - self.batch.decodes as u32;
            // What the flight evicted so far is still found, and would count as needed. By whole prompt that is no
            // matter; by chunk the state at the start of the flight counts: a request that did not fit then does not
            // fit now.
            let by_chunk = self.options.prefix_cache && self.options.admission == Admission::Chunk;
            let free = self.kv.free() - if by_chunk { 0 } else { self.blocks_taken(step) };
            if self.entry(slot, budget, free).is_some() || self.may_lighten(slot) {
                self.fly(step);
            }
        }
    }

    /// Cuts the flight at the first boundary strictly after `now`.
    pub(crate) fn land_after(&mut self, now: Span) {
        if self.flight.steps > 1 {
            self.fly(self.flight.step_after(self.clock.until(now)));
        }
    }

    pub(crate) fn fly(&mut self, steps: u64) {
        self.flight.steps = steps;
        self.flight.end = self.clock.plus(self.flight.duration(steps));
        self.wake = self.flight.end.shown();
    }

    /// Blocks that the flight takes in the `steps` steps after its first.
    pub(crate) fn blocks_taken(&self, steps: u64) -> u32 {
        let taken = self.batch.blocks_taken(steps);
        if self.flight.chunk == 0 {
            return taken;
        }
        let cached = self.batch.get(self.batch.partial).cached;
        let more = steps as u32 * self.flight.chunk;
        taken + self.kv.blocks(cached + more) - self.kv.blocks(cached)
    }

    /// Ends the flight: moves the batch over its steps, and lets complete sequences go.
    pub(crate) fn land<L: Listener>(&mut self, listener: &mut L) {
        let taken = self.taken_by(self.flight.steps);
        self.count_use(self.flight.steps, taken);
        self.take_in_flight(taken.blocks, listener);
        self.settle(listener);
    }

    /// Ends the flight in the middle of the step in progress at `now`, whose work is lost.
    pub(crate) fn stop<L: Listener>(&mut self, now: Span, listener: &mut L) {
        if self.wake == NEVER {
            return;
        }
        let step = self.flight.step_after(self.clock.until(now));
        self.count_use_until(now, step);
        self.flight.steps = step;
        self.take_in_flight(self.taken_by(step).blocks, listener);
        if step > 1 {
            self.fly(step - 1);
            self.settle(listener);
        }
    }

    /// Moves clock and batch over the steps of the flight.
    fn settle<L: Listener>(&mut self, listener: &mut L) {
        let Flight { steps, first, growth, chunk, prefill, end } = self.flight;
        self.clock = end;
        let now = end.shown();
        if chunk > 0 {
            self.batch.get_mut(self.batch.partial).cached += (steps - 1) as u32 * chunk;
        }
        let decodes = self.batch.decodes;
        self.batch.step += steps;
        self.batch.context += steps * decodes;
        let prefilled = u64::from(prefill) + (steps - 1) * u64::from(chunk);
        self.tally.steps += steps;
        self.tally.executed += u64::from(steps == 1);
        self.tally.jumps += u64::from(steps > 1);
        self.tally.prefilled += prefilled;
        self.tally.decoded += steps * decodes;
        listener.worked(Work {
            at: now,
            steps,
            decodes,
            prefilled,
            first,
            last: first + growth * (steps - 1),
        });

        while let Some(slot) = self.batch.pop_finished() {
            self.finish(slot, now, listener);
        }
        for i in 0..self.batch.prefilled.len() {
            self.emit_first(self.batch.prefilled[i], now, listener);
        }
        self.batch.prefilled.clear();
    }

    /// Takes the blocks of all steps but the first, which has its blocks already.
    fn take_in_flight<L: Listener>(&mut self, taken: u32, listener: &mut L) {
        if self.flight.steps == 1 {
            return;
        }
        if !self.options.prefix_cache {
            self.kv.take(taken, |_, _| ());
            return;
        }
        let mut evictions = Vec::new();
        self.kv.take(taken, |by_then, what| evictions.push((by_then, what)));
        for (by_then, what) in evictions {
            let (mut early, mut late) = (0, self.flight.steps - 1);
            while early + 1 < late {
                let middle = u64::midpoint(early, late);
                (early, late) =
                    if self.blocks_taken(middle) >= by_then { (early, middle) } else { (middle, late) };
            }
            listener.evicted(self.clock.plus(self.flight.duration(late)).shown(), what);
        }
    }

    /// The prefill of a sequence is computed: its next token is out.
    fn emit_first<L: Listener>(&mut self, slot: u32, now: Span, listener: &mut L) {
        let sequence = self.batch.get_mut(slot);
        sequence.generated += 1;
        self.tally.first += 1;
        let &mut Sequence { tag, cached, generated, output, .. } = sequence;
        if generated == 1 {
            listener.first_token(now, tag);
        }
        self.kv.publish(slot, cached);
        if generated == output {
            self.finish(slot, now, listener);
        } else {
            self.batch.start_decoding(slot);
        }
    }
}
