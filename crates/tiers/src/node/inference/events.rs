//! Events of the engines, and their consequences: records, answers, the next pass, the hand-over to another replica.

use super::Engines;
use super::row::{CANCELLED, COUNTED, CROSSED, Call, MOVED, ORPHAN, PREFILLS, STREAMS, Stage};
use brownout_inference::{Listener, Work};
use brownout_kernel::{Cx, Instant};
use brownout_protocol::{Kind, Msg, Row, Service, Status, Token, explain};
use brownout_units::Span;

/// An event of a replica's engine.
#[derive(Clone, Copy, Debug)]
pub(super) struct EngineEvent {
    pub(super) replica: u16,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Admitted { tag: u64, hit: u32 },
    Preempted { tag: u64 },
    First { tag: u64 },
    Finished { tag: u64, tokens: u32 },
    Cancelled { tag: u64, tokens: u32 },
    Lost { tag: u64, tokens: u32 },
    Gaps { tokens: u32, nanos: u64 },
}

impl EngineEvent {
    /// Whether it admits this request.
    #[inline]
    pub(super) fn admits(&self, request: u64) -> bool {
        matches!(self.what, What::Admitted { tag, .. } if tag == request)
    }
}

/// Collects the events of a replica until its engine returns.
pub(super) struct EventSink<'a> {
    pub(super) heard: &'a mut Vec<EngineEvent>,
    pub(super) replica: u16,
}

impl EventSink<'_> {
    #[inline]
    fn keep(&mut self, what: What) {
        self.heard.push(EngineEvent { replica: self.replica, what });
    }
}

/// Steps of a flight whose times differ by less than 2 % are recorded as one: about a bucket of the histogram.
const ALIKE: u64 = 50;
/// The most parts in which a flight is recorded.
const PARTS_MAX: u64 = 16;
const FS_PER_NS: u64 = 1_000_000;

impl Listener for EventSink<'_> {
    #[inline]
    fn admitted(&mut self, _: Span, tag: u64, hit: u32) {
        self.keep(What::Admitted { tag, hit });
    }
    fn preempted(&mut self, _: Span, tag: u64) {
        self.keep(What::Preempted { tag });
    }
    #[inline]
    fn first_token(&mut self, _: Span, tag: u64) {
        self.keep(What::First { tag });
    }
    #[inline]
    fn finished(&mut self, _: Span, tag: u64, tokens: u32) {
        self.keep(What::Finished { tag, tokens });
    }
    fn cancelled(&mut self, _: Span, tag: u64, tokens: u32) {
        self.keep(What::Cancelled { tag, tokens });
    }
    fn lost(&mut self, _: Span, tag: u64, tokens: u32) {
        self.keep(What::Lost { tag, tokens });
    }

    /// Every decode of a step waits for the whole step: that is the gap before its token.
    #[inline]
    fn worked(&mut self, work: Work) {
        let Work { steps, decodes, first, last, .. } = work;
        if decodes == 0 {
            return;
        }
        let parts = if (last - first) * ALIKE <= first { 1 } else { PARTS_MAX.min(steps) };
        let mut told = 0;
        for part in 1..=parts {
            let until = steps * part / parts;
            // The middle step of this part, on the straight line from first to last.
            let middle = if steps == 1 { 0 } else { (last - first) / (steps - 1) * (told + until - 1) / 2 };
            let mut tokens = (until - told) * decodes;
            while 0 < tokens {
                let some = tokens.min(u64::from(u32::MAX)) as u32;
                self.keep(What::Gaps { tokens: some, nanos: (first + middle) / FS_PER_NS });
                tokens -= u64::from(some);
            }
            told = until;
        }
    }
}

/// The name under which a replica knows a request.
#[inline]
pub(super) fn tag(token: Token) -> u64 {
    u64::from(token.index) | u64::from(token.generation) << 32
}

#[inline]
fn token(tag: u64) -> Token {
    Token { index: tag as u32, generation: (tag >> 32) as u32 }
}

impl Engines {
    /// Handles all collected events and their consequences until none are left; then sets the timer of replica `at`.
    #[inline]
    pub(super) fn settle(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        // The last request of a draining replica calls this recursively, which continues at the current event.
        while self.heard_next < self.heard.len() {
            let EngineEvent { replica, what } = self.heard[self.heard_next];
            self.heard_next += 1;
            match what {
                What::Gaps { tokens, nanos } => {
                    self.record(Kind::TokenGaps, Row::default(), tokens, nanos, cx);
                }
                What::Admitted { tag, hit } => self.admitted(token(tag), hit, cx),
                What::First { tag } => self.first_token(token(tag), cx),
                What::Finished { tag, tokens } => self.finished(token(tag), tokens, cx),
                What::Preempted { tag } => self.preempted(token(tag), replica.into(), cx),
                What::Cancelled { tag, tokens } => self.gone(token(tag), tokens, None, cx),
                What::Lost { tag, tokens } => self.gone(token(tag), tokens, Some(Status::Unavailable), cx),
            }
        }
        self.heard.clear();
        self.heard_next = 0;
        self.arm(at, cx);
    }

    #[inline]
    fn admitted(&mut self, ours: Token, hit: u32, cx: &mut Cx<'_, Service>) {
        let now = cx.now();
        let call = self.calls.live(ours);
        let (stage, waited, row) = (call.stage, (now - call.since).nanos(), call.row());
        let (prompt, counted) = (call.prompt, call.has(COUNTED));
        call.stage = Stage::Running;
        call.since = now;
        call.flags |= COUNTED;
        let kind = match stage {
            Stage::Offered => Kind::StartedAtOnce,
            Stage::Waiting => Kind::Started,
            Stage::Again => Kind::Resumed,
            Stage::Running | Stage::Moving => unreachable!("{stage:?} requests are not admitted"),
        };
        self.record(kind, row, ours.index, waited, cx);
        if !counted {
            self.record(Kind::Prompted, row, ours.index, prompt.into(), cx);
            if 0 < hit {
                self.record(Kind::PrefixHit, row, ours.index, hit.min(prompt).into(), cx);
            }
        }
    }

    fn preempted(&mut self, ours: Token, at: usize, cx: &mut Cx<'_, Service>) {
        self.wait_again(ours, Kind::Preempted, at, cx);
    }

    /// A request leaves its batch and waits for the next.
    pub(super) fn wait_again(&mut self, ours: Token, kind: Kind, at: usize, cx: &mut Cx<'_, Service>) {
        self.count_stay(ours, cx);
        let call = self.calls.live(ours);
        call.stage = Stage::Again;
        call.since = cx.now();
        let row = call.row();
        let waiting = u64::from(self.replicas[at].engine.waiting());
        self.record(kind, row, ours.index, waiting, cx);
    }

    /// Accounts the time that a request was in a batch, as wasted if its caller has left.
    #[inline]
    fn count_stay(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let call = self.calls.live(ours);
        let (spent, row, orphan) = ((cx.now() - call.since).nanos(), call.row(), call.has(ORPHAN));
        self.served_nanos += u128::from(spent);
        if orphan {
            self.record(Kind::Wasted, row, ours.index, spent, cx);
        }
    }

    #[inline]
    fn first_token(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let call = self.calls.live(ours);
        // A draft is not shown, and neither is a second first token from the second replica.
        if 0 < call.passes || call.first != Instant::END {
            return;
        }
        call.first = cx.now();
        let (row, took) = (call.row(), (cx.now() - call.admitted).nanos());
        let at = usize::from(call.replica);
        let tell = (call.has(STREAMS) && !call.has(CANCELLED)).then_some((call.from, call.theirs));
        let crossed = call.has(CROSSED);
        self.record(Kind::FirstToken, row, ours.index, took, cx);
        if let Some((from, theirs)) = tell {
            self.send_from(at, crossed, from, Msg::first(theirs), cx);
        }
    }

    #[inline]
    fn finished(&mut self, ours: Token, tokens: u32, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(ours);
        if call.has(PREFILLS) && tokens < call.output {
            return self.hand_over(ours, cx);
        }
        if 0 < call.passes && !call.has(CANCELLED) {
            return self.next_pass(ours, cx);
        }
        self.count_stay(ours, cx);
        let row = call.row();
        let tokens = tokens + u32::from(call.has(MOVED));
        self.record(Kind::Completed, row, ours.index, (cx.now() - call.admitted).nanos(), cx);
        let shown = 1 < tokens && call.first < Instant::END;
        let gap = shown.then(|| (cx.now() - call.first).nanos() / u64::from(tokens - 1));
        if let Some(gap) = gap {
            self.record(Kind::TokenTime, row, ours.index, gap, cx);
        }
        if call.has(ORPHAN) {
            self.record(Kind::WastedTokens, row, ours.index, tokens.into(), cx);
        }
        let kind = if self.in_time(&call, gap) { Kind::Generated } else { Kind::GeneratedLate };
        self.record(kind, row, ours.index, tokens.into(), cx);
        self.answer(&call, ours, cx);
    }

    /// Whether a finished request kept the promises for its first token and the others, and was wanted.
    fn in_time(&self, call: &Call, gap: Option<u64>) -> bool {
        let promise = &self.wiring.promises[call.path as usize];
        !call.has(ORPHAN)
            && promise.ttft.is_none_or(|ttft| call.first - call.admitted <= ttft)
            && promise.tpot.is_none_or(|tpot| gap.unwrap_or(0) <= tpot.nanos())
    }

    fn answer(&mut self, call: &Call, ours: Token, cx: &mut Cx<'_, Service>) {
        let replica = &self.replicas[call.replica as usize];
        let partial = replica.partial.as_ref();
        let errors = partial.map_or(replica.errors, |partial| partial.errors(call.path, replica.errors));
        let failed = 0.0 < errors && self.wiring.streams.errors.chance(errors);
        self.counts.ended += 1;
        self.counts.badly += u64::from(failed || call.has(ORPHAN));
        let status = if failed { Status::Error } else { Status::Ok };
        self.forget(call, ours, status, cx);
        if call.has(CANCELLED) {
            return;
        }
        let reply = Msg::reply(call.theirs, status, cx.me().index() as u16);
        self.send_from(usize::from(call.replica), call.has(CROSSED), call.from, reply, cx);
    }

    /// A request has left its replica unfinished: its caller cancelled it, or is told that it is lost.
    fn gone(&mut self, ours: Token, tokens: u32, tell: Option<Status>, cx: &mut Cx<'_, Service>) {
        self.calls.live(ours).flags |= ORPHAN;
        self.take_out(ours, cx);
        let call = *self.calls.live(ours);
        if 0 < tokens {
            self.record(Kind::WastedTokens, call.row(), ours.index, tokens.into(), cx);
        }
        if let Some(status) = tell.filter(|_| !call.has(CANCELLED)) {
            return self.end(ours, status, cx);
        }
        let inside = (cx.now() - call.admitted).nanos();
        self.record(Kind::Cancelled, call.row(), ours.index, inside, cx);
        self.forget(&call, ours, Status::GaveUp, cx);
    }

    /// Accounts for a request that leaves the queue or its batch.
    pub(super) fn take_out(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(ours);
        if call.stage == Stage::Running {
            self.count_stay(ours, cx);
            let inside = (cx.now() - call.admitted).nanos();
            self.record(Kind::Aborted, call.row(), ours.index, inside, cx);
        } else {
            let waited = (cx.now() - call.since).nanos();
            self.record(Kind::LeftQueue, call.row(), ours.index, waited, cx);
        }
    }

    /// A request that holds no resources ends in an error.
    pub(super) fn end(&mut self, ours: Token, status: Status, cx: &mut Cx<'_, Service>) {
        let call = *self.calls.live(ours);
        let origin = cx.me().index() as u16;
        let inside = (cx.now() - call.admitted).nanos();
        self.counts.ended += 1;
        self.counts.badly += 1;
        if self.wiring.explains {
            cx.record(explain::is_of(self.wiring.place, call.row(), ours.index));
        }
        self.record(Kind::ended(status), call.row(), origin.into(), inside, cx);
        let reply = Msg::reply(call.theirs, status, origin);
        self.send_from(usize::from(call.replica), call.has(CROSSED), call.from, reply, cx);
        self.forget(&call, ours, status, cx);
    }

    /// A request is no longer inside.
    pub(super) fn forget(&mut self, call: &Call, ours: Token, status: Status, cx: &mut Cx<'_, Service>) {
        let at = usize::from(call.replica);
        self.outstanding[at] -= 1;
        self.calls.remove(ours);
        if self.watched.ends {
            self.tell_end(call, ours, status, cx);
        }
        self.may_leave(at, cx);
    }

    /// The draft is done: the next pass reads it too.
    fn next_pass(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let at = usize::from(self.calls.live(ours).replica);
        self.wait_again(ours, Kind::PassDone, at, cx);
        let longest = self.options.engine.model_tokens_max - 1;
        let call = self.calls.live(ours);
        call.passes -= 1;
        call.prompt = (call.prompt + call.output).min(longest);
        call.history = call.prompt;
        let moved = call.has(MOVED);
        if moved {
            call.flags = call.flags & !MOVED | PREFILLS;
        }
        let call = *call;
        if !moved && !self.replicas[at].engine.is_draining() {
            return self.offer_or_end(ours, at, cx);
        }
        let Some(at) = self.route(&call, self.entry(), cx) else {
            self.take_out(ours, cx);
            return self.end(ours, Status::Unavailable, cx);
        };
        self.offer_elsewhere(ours, at, cx);
    }

    /// A request goes to another replica than the one it was at.
    pub(super) fn offer_elsewhere(&mut self, ours: Token, at: usize, cx: &mut Cx<'_, Service>) {
        let call = self.calls.live(ours);
        let from = usize::from(call.replica);
        call.replica = at as u16;
        self.outstanding[from] -= 1;
        self.outstanding[at] += 1;
        self.replicas[at].sent += 1;
        self.offer_or_end(ours, at, cx);
        self.may_leave(from, cx);
    }

    /// Offers a request that is inside already to a replica; if that refuses, it ends.
    fn offer_or_end(&mut self, ours: Token, at: usize, cx: &mut Cx<'_, Service>) {
        if let Err(status) = self.offer(ours, at, cx) {
            self.take_out(ours, cx);
            self.end(ours, status, cx);
        }
    }
}
