//! The replica: its commands, its next wake, and its flights from one decision to the next.

use brownout_units::Span;

use crate::batch::{Batch, Sequence, State};
use crate::clock::Clock;
use crate::flight::Flight;
use crate::kv::Kv;
use crate::latency::Cost;
use crate::listener::Listener;
use crate::options::{Options, OptionsError, STEP_MAX};
use crate::request::{Rejection, Request, Ticket};
use crate::usage::Usage;
use crate::waiting::Waiting;

/// No wake.
pub(crate) const NEVER: Span = Span::MAX;

/// One LLM replica.
///
/// Calls come in order of `now`, a time since an origin that the caller chooses. Work that is due up to `now` is done
/// before a command, so a driver may deliver a wake and a command of the same instant in either order.
pub struct Engine {
    pub(crate) options: Options,
    pub(crate) cost: Cost,
    /// The time of the largest step at normal speed, in femtoseconds.
    longest_step: u64,
    pub(crate) batch: Batch,
    pub(crate) kv: Kv,
    pub(crate) waiting: Waiting,
    /// Commands that take effect at the next boundary.
    pub(crate) cancels: Vec<Ticket>,
    pub(crate) speed_next: Option<f64>,
    draining: bool,
    /// Requests that were accepted and have not ended.
    inside: u32,
    /// The last boundary, the flight since then, and its end as others see it.
    pub(crate) clock: Clock,
    pub(crate) flight: Flight,
    pub(crate) wake: Span,
    pub(crate) tally: Tally,
    pub(crate) usage: Usage,
}

/// Totals of a replica; a flight counts when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps, executed or jumped over.
    pub steps: u64,
    /// Flights of a single step.
    pub executed: u64,
    /// Flights over two or more steps.
    pub jumps: u64,
    /// Tokens of prompts, and of contexts lost to preemption, computed.
    pub prefilled: u64,
    /// Tokens emitted by decoding; the first token of a request comes from its prefill.
    pub decoded: u64,
    /// Tokens emitted by prefills: the first of each request, and one more after each preemption.
    pub first: u64,
    /// Prompt tokens that were not computed because the prefix cache held them.
    pub hit: u64,
    /// Preemptions.
    pub preempted: u64,
    /// Requests refused.
    pub rejected: u64,
}

/// The progress of a replica, see [`Engine::progress`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Output tokens.
    pub emitted: u64,
    /// Prompt tokens, and those of contexts lost to preemption.
    pub prefilled: u64,
}

impl Engine {
    /// An idle replica with an empty cache, at normal speed.
    ///
    /// # Errors
    /// When the options contradict themselves, see [`OptionsError`].
    pub fn new(options: Options) -> Result<Self, OptionsError> {
        let longest_step = options.check()?;
        Ok(Self {
            cost: Cost::new(&options.latency, options.overhead, 1.0),
            longest_step,
            batch: Batch::new(options.block_tokens),
            kv: Kv::new(options.blocks, options.block_tokens, options.prefix_cache),
            waiting: Waiting::default(),
            cancels: Vec::new(),
            speed_next: None,
            draining: false,
            inside: 0,
            clock: Clock::default(),
            flight: Flight::default(),
            wake: NEVER,
            tally: Tally::default(),
            usage: Usage::default(),
            options,
        })
    }

    /// Accepts a request, or refuses it at once. [`cancel`](Self::cancel) takes the ticket.
    ///
    /// An output that would exceed the length of the model is cut, as the engines end a stream there.
    ///
    /// # Errors
    /// When the request can never be served, or the replica drains.
    pub fn offer<L: Listener>(
        &mut self,
        request: Request,
        now: Span,
        listener: &mut L,
    ) -> Result<Ticket, Rejection> {
        self.advance(now, listener);
        let output = self.admissible(&request).inspect_err(|_| self.tally.rejected += 1)?;
        let Request { tag, prompt, prefix, .. } = request;
        let priority = if self.by_priority() { request.priority } else { 0 };
        let delivered = request.delivered.min(prompt - 1);
        let ticket = self.batch.insert(Sequence::waiting(tag, prompt, output, priority, delivered));
        self.kv.enter(ticket.slot, prefix, prompt);
        self.waiting.push_back(priority, ticket.slot);
        self.inside += 1;
        if self.wake == NEVER {
            self.clock = Clock::at(now);
            self.begin(listener);
        } else {
            self.land_for(ticket.slot, now);
        }
        Ok(ticket)
    }

    /// Ends a request at the next boundary. Ignored if it has ended.
    pub fn cancel<L: Listener>(&mut self, ticket: Ticket, now: Span, listener: &mut L) {
        self.advance(now, listener);
        if self.batch.find(ticket).is_some() {
            self.cancels.push(ticket);
            self.land_after(now);
        }
    }

    /// Runs at `speed` times the normal speed from the next boundary on; a slow node has less than 1.
    ///
    /// Limited to 1/1000 to 1000, and from below so that a step takes at most 76 minutes.
    ///
    /// # Panics
    /// When the speed is not a number.
    pub fn set_speed<L: Listener>(&mut self, speed: f64, now: Span, listener: &mut L) {
        assert!(!speed.is_nan(), "the speed of a replica is a number");
        self.advance(now, listener);
        self.speed_next = Some(speed.clamp(1e-3, 1e3));
        if self.wake == NEVER {
            self.change_speed();
        } else {
            self.land_after(now);
        }
    }

    /// The replica crashes: its cache is lost, and all its requests end, the running ones first, in order of admission.
    /// It is ready again at once; its owner decides when it comes back.
    pub fn clear<L: Listener>(&mut self, now: Span, listener: &mut L) {
        self.advance(now, listener);
        self.stop(now, listener);
        while let Some(slot) = self.batch.oldest() {
            self.batch.remove(slot);
            self.lose(slot, now, listener);
        }
        while let Some(slot) = self.head() {
            self.waiting.pop();
            self.lose(slot, now, listener);
        }
        assert!(self.inside == 0, "{} requests are neither running nor waiting", self.inside);
        self.kv.clear();
        self.batch.prefilled.clear();
        self.rest();
    }

    /// A draining replica finishes its requests and refuses new ones.
    pub fn set_draining(&mut self, draining: bool) {
        self.draining = draining;
    }

    /// Whether it refuses new requests.
    pub fn is_draining(&self) -> bool {
        self.draining
    }

    /// The number of tokens that an offer of this request would generate: its output, cut where the context reaches the
    /// length of the model.
    ///
    /// # Errors
    /// When it would be refused.
    pub fn admissible(&self, request: &Request) -> Result<u32, Rejection> {
        let Request { prompt, output, .. } = *request;
        if self.draining {
            return Err(Rejection::Draining);
        }
        if prompt == 0 || output == 0 {
            return Err(Rejection::Empty);
        }
        if prompt >= self.options.model_tokens_max {
            return Err(Rejection::PromptTooLong);
        }
        let output = output.min(self.options.model_tokens_max - prompt);
        // The last token is emitted, but never cached.
        if self.kv.blocks(prompt + output - 1) > self.kv.total() {
            return Err(Rejection::LargerThanCache);
        }
        Ok(output)
    }

    /// When [`advance`](Self::advance) has work. A command may bring it forward.
    #[inline]
    pub fn next_wake(&self) -> Option<Span> {
        (self.wake < NEVER).then_some(self.wake)
    }

    /// Does all work that is due up to `now`.
    #[inline]
    pub fn advance<L: Listener>(&mut self, now: Span, listener: &mut L) {
        if self.wake <= now {
            self.advance_to(now, listener);
        }
    }

    #[inline(never)]
    fn advance_to<L: Listener>(&mut self, now: Span, listener: &mut L) {
        while self.wake <= now {
            self.land(listener);
            self.begin(listener);
        }
    }

    /// Requests that were accepted and have not ended.
    pub fn outstanding(&self) -> u32 {
        self.inside
    }

    /// Running sequences.
    pub fn running(&self) -> u32 {
        self.batch.running
    }

    /// Requests that wait for their first admission or after a preemption.
    pub fn waiting(&self) -> u32 {
        self.inside - self.batch.running
    }

    /// Blocks that are free, or idle in the prefix cache, in the step in progress at `now`; after the next wake, as of
    /// that wake.
    pub fn blocks_free(&self, now: Span) -> u32 {
        if self.wake == NEVER {
            return self.kv.free();
        }
        let over = self.flight.step_after(self.clock.until(now.min(self.wake))) - 1;
        self.kv.free() - self.blocks_taken(over)
    }

    /// Tokens emitted and prompt tokens computed by the steps that have ended at `now`, those of the flight in progress
    /// included; after the next wake, as of that wake.
    pub fn progress(&self, now: Span) -> Progress {
        let Tally { decoded, first, prefilled, .. } = self.tally;
        let before = Progress { emitted: decoded + first, prefilled };
        if self.wake == NEVER {
            return before;
        }
        let steps = self.flight.step_after(self.clock.until(now.min(self.wake))) - 1;
        if steps == 0 {
            return before;
        }
        let chunks = u64::from(self.flight.prefill) + (steps - 1) * u64::from(self.flight.chunk);
        Progress {
            emitted: before.emitted + steps * self.batch.decodes,
            prefilled: before.prefilled + chunks,
        }
    }

    /// Tokens of this request's prompt that the prefix cache holds, as of the last wake; for routing.
    pub fn prefix_tokens(&self, request: &Request) -> u32 {
        match request.prompt {
            0 => 0,
            prompt => self.kv.tokens(self.kv.find_new(request.prefix, prompt).blocks),
        }
    }

    /// Its totals so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Its settings.
    pub fn options(&self) -> &Options {
        &self.options
    }
}

impl Engine {
    pub(crate) fn change_speed(&mut self) {
        if let Some(speed) = self.speed_next.take() {
            let slowest = self.longest_step as f64 / (2 * STEP_MAX) as f64;
            self.cost = Cost::new(&self.options.latency, self.options.overhead, speed.max(slowest));
        }
    }

    /// Nothing runs, so no work is due.
    pub(crate) fn rest(&mut self) {
        self.wake = NEVER;
        self.cancels.clear();
        self.change_speed();
    }

    pub(crate) fn finish<L: Listener>(&mut self, slot: u32, now: Span, listener: &mut L) {
        self.remove(slot);
        let &Sequence { tag, generated, .. } = self.batch.get(slot);
        listener.finished(now, tag, generated);
        self.end(slot);
    }

    fn lose<L: Listener>(&mut self, slot: u32, now: Span, listener: &mut L) {
        let &Sequence { tag, generated, .. } = self.batch.get(slot);
        listener.lost(now, tag, generated);
        self.end(slot);
    }

    /// Takes a sequence out of the running ones, with its blocks.
    pub(crate) fn remove(&mut self, slot: u32) {
        self.batch.remove(slot);
        let sequence = self.batch.get_mut(slot);
        let cached = std::mem::take(&mut sequence.cached);
        self.kv.release(slot, cached);
    }

    /// A request has ended.
    pub(crate) fn end(&mut self, slot: u32) {
        self.inside -= 1;
        self.batch.release(slot);
    }

    /// A waiting request is cancelled; it stays in the queue until it comes to the head.
    pub(crate) fn drop_waiting(&mut self, slot: u32) {
        self.inside -= 1;
        self.batch.get_mut(slot).state = State::Dropped;
    }

    /// The next request to serve. Those cancelled in the queue are dropped here.
    #[inline(always)]
    pub(crate) fn head(&mut self) -> Option<u32> {
        let slot = self.waiting.head()?;
        if self.batch.get(slot).state == State::Dropped { self.head_behind() } else { Some(slot) }
    }

    #[cold]
    #[inline(never)]
    fn head_behind(&mut self) -> Option<u32> {
        loop {
            let slot = self.waiting.head()?;
            if self.batch.get(slot).state != State::Dropped {
                return Some(slot);
            }
            self.waiting.pop();
            self.batch.release(slot);
        }
    }
}
