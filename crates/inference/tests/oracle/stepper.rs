//! The reference: executes every step, written to be read beside the rules, not to be fast.

use brownout_inference::{Admission, Cost, Identity, Load, Options, Rejection, Request, Scheduling};
use brownout_units::Span;

use super::log::{Event, Log, Replica, Totals};
use super::mutation::Mutation;
use super::pool::{Pages, Pool};

const FS_PER_NS: u128 = 1_000_000;

struct Job {
    request: Request,
    /// Its place in the order of arrival.
    number: u64,
    output: u32,
    generated: u32,
    /// Tokens in the KV cache, and the blocks that hold them.
    cached: u32,
    pages: Pages,
    delivered: u32,
    /// False while the prompt, and what a preemption threw away, is being computed.
    decoding: bool,
    /// Tokens computed by the step in progress.
    chunk: u32,
}

impl Job {
    fn target(&self) -> u32 {
        self.request.prompt + self.generated
    }
}

pub(crate) struct Stepper {
    options: Options,
    mutation: Mutation,
    cost: Cost,
    speed_next: Option<f64>,
    draining: bool,
    arrivals: u64,
    pool: Pool,
    waiting: Vec<Job>,
    /// In order of admission.
    running: Vec<Job>,
    cancels: Vec<u64>,
    /// The last boundary and, unless idle, the next one, in femtoseconds since the origin.
    start: u128,
    end: Option<u128>,
    totals: Totals,
    /// Blocks in use times femtoseconds, and the most at once.
    pub(crate) held: u128,
    pub(crate) peak: u32,
}

fn shown(fs: u128) -> Span {
    Span::from_nanos(fs.div_ceil(FS_PER_NS) as u64)
}

impl Stepper {
    pub(crate) fn new(options: &Options, mutation: Mutation) -> Self {
        Self {
            options: options.clone(),
            mutation,
            cost: Cost::new(&options.latency, options.overhead, 1.0),
            speed_next: None,
            draining: false,
            arrivals: 0,
            pool: Pool::new(options.blocks, options.block_tokens, options.prefix_cache, mutation),
            waiting: Vec::new(),
            running: Vec::new(),
            cancels: Vec::new(),
            start: 0,
            end: None,
            totals: Totals::default(),
            held: 0,
            peak: 0,
        }
    }

    fn refusal(&self, request: &Request, output: u32) -> Option<Rejection> {
        if self.draining {
            return Some(Rejection::Draining);
        }
        if request.prompt == 0 || request.output == 0 {
            return Some(Rejection::Empty);
        }
        if request.prompt >= self.options.model_tokens_max {
            return Some(Rejection::PromptTooLong);
        }
        let most = self.pool.blocks(request.prompt + output - 1);
        (most > self.options.blocks).then_some(Rejection::LargerThanCache)
    }
}

impl Replica for Stepper {
    fn offer(&mut self, request: Request, now: Span, log: &mut Log) {
        self.catch_up(now, log);
        let room = self.options.model_tokens_max.saturating_sub(request.prompt);
        let output =
            if self.mutation == Mutation::OutputNotCut { request.output } else { request.output.min(room) };
        if let Some(rejection) = self.refusal(&request, output) {
            log.note(now, request.tag, Event::Rejected(rejection));
            return;
        }
        self.arrivals += 1;
        self.waiting.push(Job {
            request,
            number: self.arrivals,
            output,
            generated: 0,
            cached: 0,
            pages: self.pool.pages(request.prefix, request.prompt),
            delivered: request.delivered.min(request.prompt - 1),
            decoding: false,
            chunk: 0,
        });
        if self.end.is_none() {
            self.start = u128::from(now.nanos()) * FS_PER_NS;
            self.begin(log);
        }
    }

    fn cancel(&mut self, tag: u64, now: Span, log: &mut Log) {
        self.catch_up(now, log);
        self.cancels.push(tag);
    }

    fn set_speed(&mut self, speed: f64, now: Span, log: &mut Log) {
        self.catch_up(now, log);
        self.speed_next = Some(speed);
        if self.end.is_none() {
            self.change_speed();
        }
    }

    fn clear(&mut self, now: Span, log: &mut Log) {
        self.catch_up(now, log);
        if self.end.is_some() {
            self.hold(u128::from(now.nanos()) * FS_PER_NS);
        }
        self.waiting.sort_by_key(|job| self.options.urgency(job));
        let mut lost: Vec<Job> = self.running.drain(..).chain(self.waiting.drain(..)).collect();
        if self.mutation == Mutation::LostByArrival {
            lost.sort_by_key(|job| job.number);
        }
        for mut job in lost {
            log.note(now, job.request.tag, Event::Lost(job.generated));
            self.pool.release(&mut job.pages);
        }
        if self.mutation != Mutation::WarmCrash {
            self.pool.clear();
        }
        self.cancels.clear();
        self.change_speed();
        self.end = None;
    }

    fn set_draining(&mut self, draining: bool) {
        self.draining = draining;
    }

    fn free(&self, _: Span) -> u32 {
        self.pool.free()
    }

    fn next_wake(&self) -> Option<Span> {
        self.end.map(shown)
    }

    fn advance(&mut self, now: Span, log: &mut Log) {
        while let Some(end) = self.end.filter(|&end| shown(end) <= now) {
            self.hold(end);
            self.start = end;
            self.finish(log);
            self.begin(log);
        }
    }

    fn totals(&self) -> Totals {
        self.totals
    }
}

/// Orders jobs by who is served first.
trait Urgency {
    fn urgency(&self, job: &Job) -> (u8, u64);
}

impl Urgency for Options {
    fn urgency(&self, job: &Job) -> (u8, u64) {
        let by_priority = self.scheduling == Scheduling::Priority;
        (if by_priority { job.request.priority } else { 0 }, job.number)
    }
}

impl Stepper {
    /// The blocks of the step in progress have been in use until `end`.
    fn hold(&mut self, end: u128) {
        let (used, time) = (self.options.blocks - self.pool.free(), end.saturating_sub(self.start));
        self.held += u128::from(used) * time;
        if 0 < time {
            self.peak = self.peak.max(used);
        }
    }

    /// Does what falls due before a command.
    fn catch_up(&mut self, now: Span, log: &mut Log) {
        let strictly = self.mutation == Mutation::BoundaryNotStrict && now > Span::ZERO;
        self.advance(if strictly { now.saturating_sub(Span::from_nanos(1)) } else { now }, log);
    }

    /// Composes the step that starts at the boundary `start`.
    fn begin(&mut self, log: &mut Log) {
        let now = shown(self.start);
        if self.mutation != Mutation::LateSpeed {
            self.change_speed();
        }
        self.apply_cancels(now, log);
        let preempted = self.continue_running(now, log);
        if !preempted || self.mutation == Mutation::AdmitsWhilePreempting {
            while self.admit(now, log) {}
        }

        let mut load = Load::default();
        for job in &self.running {
            let last_token = job.chunk == 1 && self.mutation == Mutation::RemainderIsDecode;
            let (cached, chunk) = (u64::from(job.cached), u64::from(job.chunk));
            load.tokens += chunk;
            if job.decoding || last_token {
                load.decodes += 1;
                load.context += cached + u64::from(self.mutation != Mutation::ContextWithoutToken);
            } else if self.mutation == Mutation::WholeChunkAttention {
                load.half_attention += chunk * (2 * cached + 2 * chunk);
            } else {
                load.half_attention += chunk * (2 * cached + chunk);
            }
        }
        assert!(load.tokens > 0 || self.running.is_empty() && self.waiting.is_empty(), "the replica hangs");
        let mut time = u128::from(self.cost.step(&load));
        if self.mutation == Mutation::RoundedSteps {
            time = time.div_ceil(FS_PER_NS) * FS_PER_NS;
        }
        self.end = (load.tokens > 0).then_some(self.start + time);
        self.change_speed();
    }

    fn change_speed(&mut self) {
        if let Some(speed) = self.speed_next.take() {
            self.cost = Cost::new(&self.options.latency, self.options.overhead, speed);
        }
    }

    /// Gives the running jobs their tokens of the step. Returns whether a sequence had to leave.
    fn continue_running(&mut self, now: Span, log: &mut Log) -> bool {
        let block = self.pool.block_tokens;
        let due = |running: &[Job]| {
            running.iter().filter(|job| job.decoding && job.cached.is_multiple_of(block)).count() as u32
        };
        let before = self.running.len();
        while due(&self.running) > self.pool.free() {
            self.preempt(now, log);
        }
        let decodes = self.running.iter().filter(|job| job.decoding).count() as u32;
        let budget = match self.mutation {
            Mutation::BudgetWithoutDecodes => self.options.step_tokens_max,
            _ => self.options.step_tokens_max - decodes,
        };
        if let Some(job) = self.running.iter().find(|job| !job.decoding) {
            let tag = job.request.tag;
            let chunk = budget.min(job.target() - job.cached);
            let need = self.pool.blocks(job.cached + chunk) - self.pool.blocks(job.cached);
            while due(&self.running) + need > self.pool.free()
                && self.running.iter().any(|j| j.request.tag == tag)
            {
                self.preempt(now, log);
            }
            if let Some(job) = self.running.iter_mut().find(|job| !job.decoding) {
                job.chunk = chunk;
            }
        }
        for decoding in [true, false] {
            for job in self.running.iter_mut().filter(|job| job.decoding == decoding) {
                if decoding {
                    job.chunk = 1;
                }
                take_to(&mut self.pool, job, job.cached + job.chunk, now, log);
            }
        }
        self.running.len() < before
    }

    /// Admits the head of the queue if it fits.
    fn admit(&mut self, now: Span, log: &mut Log) -> bool {
        let used: u32 = match self.mutation {
            Mutation::BudgetWithoutDecodes => {
                self.running.iter().filter(|j| !j.decoding).map(|j| j.chunk).sum()
            }
            _ => self.running.iter().map(|job| job.chunk).sum(),
        };
        let budget = self.options.step_tokens_max - used;
        let most = self.options.sequences_max + u32::from(self.mutation == Mutation::OneSequenceMore);
        if budget == 0 || self.running.len() == most as usize {
            return false;
        }
        let mut order: Vec<usize> = (0..self.waiting.len()).collect();
        order.sort_by_key(|&i| match self.mutation {
            Mutation::QueueWithoutPriority => (0, self.waiting[i].number),
            _ => self.options.urgency(&self.waiting[i]),
        });
        if self.mutation != Mutation::HeadIsPassed {
            order.truncate(1);
        }
        for i in order {
            let job = &self.waiting[i];
            let (found, mut busy) = self.pool.find(&job.pages, job.target());
            if self.mutation == Mutation::BusyHitsCost {
                busy = 0;
            }
            let cached = (found.len() as u32 * self.pool.block_tokens).max(job.delivered);
            let rest = job.target() - cached;
            let chunk = budget.min(rest);
            let whole = (self.options.admission == Admission::WholePrompt)
                != (self.mutation == Mutation::OtherAdmission);
            let claim = if whole { job.target() } else { cached + chunk };
            let split =
                chunk < rest && !self.options.chunked_prefill && self.mutation != Mutation::AlwaysChunked;
            if split || self.pool.blocks(claim) - busy > self.pool.free() {
                continue;
            }
            let mut job = self.waiting.remove(i);
            self.totals.hit += found.len() as u64 * u64::from(self.pool.block_tokens);
            self.pool.hold(&mut job.pages, found);
            job.cached = cached;
            job.chunk = chunk;
            take_to(&mut self.pool, &mut job, cached + chunk, now, log);
            log.note(now, job.request.tag, Event::Admitted(cached));
            self.running.push(job);
            return true;
        }
        false
    }

    /// Ends the step: emits its tokens and lets complete jobs go.
    fn finish(&mut self, log: &mut Log) {
        let now = shown(self.start);
        self.totals.steps += 1;
        let block = self.pool.block_tokens;
        for mut job in std::mem::take(&mut self.running) {
            let chunk = std::mem::take(&mut job.chunk);
            job.cached += chunk;
            *if job.decoding { &mut self.totals.decoded } else { &mut self.totals.prefilled } +=
                u64::from(chunk);
            if job.cached < job.target() {
                self.running.push(job);
                continue;
            }
            job.generated += 1;
            if job.generated == 1 || !job.decoding && self.mutation == Mutation::FirstTokenAgain {
                log.note(now, job.request.tag, Event::FirstToken);
            }
            if !job.decoding && self.mutation != Mutation::SharedAtEndOnly {
                self.pool.publish(&mut job.pages, job.cached / block);
            }
            job.decoding = true;
            if job.generated == job.output {
                self.release(&mut job);
                log.note(now, job.request.tag, Event::Finished(job.generated));
            } else {
                self.running.push(job);
            }
        }
    }

    fn preempt(&mut self, now: Span, log: &mut Log) {
        let urgency = |job: &Job| match self.mutation {
            Mutation::VictimWithoutPriority => (0, job.number),
            _ => self.options.urgency(job),
        };
        let running = (0..self.running.len()).map(|i| (urgency(&self.running[i]), i));
        let (_, victim) = match self.mutation {
            Mutation::OldestIsVictim => running.min(),
            _ => running.max(),
        }
        .expect("one sequence always fits");
        let mut job = self.running.remove(victim);
        self.release(&mut job);
        log.note(now, job.request.tag, Event::Preempted);
        self.totals.preempted += 1;
        job.cached = 0;
        job.decoding = false;
        if self.mutation != Mutation::DeliveredForGood {
            job.delivered = 0;
        }
        if self.mutation == Mutation::PreemptedToBack {
            self.arrivals += 1;
            job.number = self.arrivals;
        }
        self.waiting.push(job);
    }

    fn apply_cancels(&mut self, now: Span, log: &mut Log) {
        let mut cancels = std::mem::take(&mut self.cancels);
        if self.mutation == Mutation::CancelsReversed {
            cancels.reverse();
        }
        for tag in cancels {
            let mut job = if let Some(i) = self.running.iter().position(|job| job.request.tag == tag) {
                let mut job = self.running.remove(i);
                self.release(&mut job);
                job
            } else if let Some(i) = self.waiting.iter().position(|job| job.request.tag == tag) {
                self.waiting.remove(i)
            } else {
                continue;
            };
            if self.mutation == Mutation::CancelForgetsToken {
                job.generated = job.generated.saturating_sub(1);
            }
            log.note(now, tag, Event::Cancelled(job.generated));
        }
    }

    fn release(&mut self, job: &mut Job) {
        let decoded = job.decoding && self.mutation == Mutation::DecodedNotShared;
        let full = if decoded { job.request.prompt } else { job.cached } / self.pool.block_tokens;
        self.pool.publish(&mut job.pages, full);
        self.pool.release(&mut job.pages);
    }
}

/// Takes the blocks that a job needs for that number of tokens.
fn take_to(pool: &mut Pool, job: &mut Job, tokens: u32, now: Span, log: &mut Log) {
    while (job.pages.blocks.len() as u32) < pool.blocks(tokens) {
        let evicted: Option<Identity> = pool.take(&mut job.pages);
        if let Some(what) = evicted {
            log.note(now, 0, Event::Evicted(what));
        }
    }
}
