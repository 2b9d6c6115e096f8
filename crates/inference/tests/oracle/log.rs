//! What both engines are asked and tell, so that their logs can be compared.

use brownout_inference::{Engine, Identity, Listener, Options, Rejection, Request, Ticket};
use brownout_units::Span;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Admitted(u32),
    Preempted,
    FirstToken,
    Finished(u32),
    Cancelled(u32),
    Lost(u32),
    Rejected(Rejection),
    Evicted(Identity),
    /// Asked after a command, not told.
    Free(u32),
}

/// Events with their times and requests.
#[derive(Default)]
pub(crate) struct Log(pub(crate) Vec<(Span, u64, Event)>);

impl Log {
    /// What is asked and answered at once falls into a flight, while evictions in that flight are told at its end: so
    /// answers go last, in their own order.
    pub(crate) fn sort(&mut self) {
        self.0.sort_by_key(|entry| matches!(entry.2, Event::Rejected(_) | Event::Free(_)));
    }

    pub(crate) fn note(&mut self, at: Span, tag: u64, event: Event) {
        self.0.push((at, tag, event));
    }
}

impl Listener for Log {
    fn admitted(&mut self, at: Span, tag: u64, hit: u32) {
        self.note(at, tag, Event::Admitted(hit));
    }
    fn preempted(&mut self, at: Span, tag: u64) {
        self.note(at, tag, Event::Preempted);
    }
    fn first_token(&mut self, at: Span, tag: u64) {
        self.note(at, tag, Event::FirstToken);
    }
    fn finished(&mut self, at: Span, tag: u64, tokens: u32) {
        self.note(at, tag, Event::Finished(tokens));
    }
    fn cancelled(&mut self, at: Span, tag: u64, tokens: u32) {
        self.note(at, tag, Event::Cancelled(tokens));
    }
    fn lost(&mut self, at: Span, tag: u64, tokens: u32) {
        self.note(at, tag, Event::Lost(tokens));
    }
    fn evicted(&mut self, at: Span, what: Identity) {
        self.note(at, 0, Event::Evicted(what));
    }
}

/// Counts over a whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) steps: u64,
    pub(crate) prefilled: u64,
    pub(crate) decoded: u64,
    pub(crate) hit: u64,
    pub(crate) preempted: u64,
}

/// A replica as a driver sees it. Requests are named by their tags.
pub(crate) trait Replica {
    fn offer(&mut self, request: Request, now: Span, log: &mut Log);
    fn cancel(&mut self, tag: u64, now: Span, log: &mut Log);
    fn set_speed(&mut self, speed: f64, now: Span, log: &mut Log);
    fn clear(&mut self, now: Span, log: &mut Log);
    fn set_draining(&mut self, draining: bool);
    fn free(&self, now: Span) -> u32;
    fn next_wake(&self) -> Option<Span>;
    fn advance(&mut self, now: Span, log: &mut Log);
    fn totals(&self) -> Totals;
}

/// The engine under test, with the tickets of its requests by tag.
pub(crate) struct Flown {
    pub(crate) engine: Engine,
    tickets: Vec<Option<Ticket>>,
}

impl Flown {
    pub(crate) fn new(options: &Options) -> Self {
        Self { engine: Engine::new(options.clone()).expect("valid options"), tickets: Vec::new() }
    }
}

impl Replica for Flown {
    fn offer(&mut self, request: Request, now: Span, log: &mut Log) {
        let tag = request.tag as usize;
        let ticket = self.engine.offer(request, now, log);
        if let Err(rejection) = ticket {
            log.note(now, request.tag, Event::Rejected(rejection));
        }
        if self.tickets.len() <= tag {
            self.tickets.resize(tag + 1, None);
        }
        self.tickets[tag] = ticket.ok();
    }

    fn cancel(&mut self, tag: u64, now: Span, log: &mut Log) {
        match self.tickets.get(tag as usize).copied().flatten() {
            Some(ticket) => self.engine.cancel(ticket, now, log),
            None => self.engine.advance(now, log),
        }
    }

    fn set_speed(&mut self, speed: f64, now: Span, log: &mut Log) {
        self.engine.set_speed(speed, now, log);
    }

    fn clear(&mut self, now: Span, log: &mut Log) {
        self.engine.clear(now, log);
    }

    fn set_draining(&mut self, draining: bool) {
        self.engine.set_draining(draining);
    }

    fn free(&self, now: Span) -> u32 {
        self.engine.blocks_free(now)
    }

    fn next_wake(&self) -> Option<Span> {
        self.engine.next_wake()
    }

    fn advance(&mut self, now: Span, log: &mut Log) {
        self.engine.advance(now, log);
    }

    fn totals(&self) -> Totals {
        let tally = self.engine.tally();
        Totals {
            steps: tally.steps,
            prefilled: tally.prefilled,
            decoded: tally.decoded,
            hit: tally.hit,
            preempted: tally.preempted,
        }
    }
}
