//! Errors that take a worker's time: refusals that workers write, and failures that are slower than success.
//!
//! Such a refusal is accounted for like any call: it is inside, waits and is served. The work of its worker is to write
//! the refusal.

use super::row::{Call, REFUSAL, UNCOUNTED};
use super::{Tier, row_of};
use crate::node::draw_span;
use brownout_kernel::{Cx, Stream};
use brownout_model::Station;
use brownout_protocol::{self as protocol, Kind, Reason, Service, Status, Token};
use brownout_units::Span;

/// The refusal of a call, stored in place of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PendingRefusal {
    pub(super) status: Status,
    /// Its `Retry-After`: at most two years.
    pub(super) after: Span,
}

/// The longest `Retry-After` that fits beside a status.
const AFTER_MAX: u64 = u64::MAX >> 8;

impl From<u64> for PendingRefusal {
    fn from(key: u64) -> Self {
        PendingRefusal { status: Status::from_number(key as u8), after: Span::from_nanos(key >> 8) }
    }
}

impl From<PendingRefusal> for u64 {
    fn from(refusal: PendingRefusal) -> Self {
        refusal.after.nanos().min(AFTER_MAX) << 8 | refusal.status as u64
    }
}

impl Tier {
    /// A call at the door of replica `at` may not come in: it is refused at once, or once a worker has time.
    #[cold]
    #[inline(never)]
    pub(super) fn turn_away(
        &mut self,
        call: &protocol::Call,
        at: usize,
        refusal: PendingRefusal,
        reason: Reason,
        cx: &mut Cx<'_, Service>,
    ) {
        let PendingRefusal { status, after } = refusal;
        if !self.refusals_take_time() {
            self.explain_refusal(call, reason, cx);
            return self.refuse_until(call, at, status, after, cx);
        }
        self.outstanding[at] += 1;
        let mut row = Call::new(call, at, cx.now());
        row.flags |= REFUSAL | UNCOUNTED;
        row.key = refusal.into();
        let ours = self.calls.insert(row);
        if self.wiring.remembers {
            self.callers.remember(call.from, call.token, ours);
        }
        self.explain_admission(call, ours, row_of(&row), cx);
        self.explain_failure(ours, row_of(&row), reason, cx);
        let replica = &mut self.replicas[at];
        if replica.workers <= replica.busy {
            return self.line_up(ours, at, call.path, row_of(&row), cx);
        }
        replica.busy += 1;
        self.start(ours, at, Kind::StartedAtOnce, cx);
    }

    /// Whether a refusal takes a worker's time.
    pub(super) fn refusals_take_time(&self) -> bool {
        self.station.error_path.as_ref().is_some_and(|path| path.refusal.is_some())
    }

    /// The turn of a call has come, and its worker only writes a refusal. For policies it has left now.
    #[cold]
    pub(super) fn serve_refusal(
        &mut self,
        ours: Token,
        at: usize,
        (status, reason): (Status, Reason),
        cx: &mut Cx<'_, Service>,
    ) {
        if self.policed.door {
            self.notify_policies(ours, status, cx);
        }
        let call = self.calls.live(ours);
        call.flags |= REFUSAL | UNCOUNTED;
        call.key = PendingRefusal { status, after: Span::ZERO }.into();
        let row = row_of(call);
        self.explain_failure(ours, row, reason, cx);
        self.start(ours, at, Kind::Started, cx);
    }

    /// The service of a call has ended in an error: its worker stays with it if the error takes extra time.
    #[cold]
    pub(super) fn failure_takes_time(&mut self, call: &Call, ours: Token, cx: &mut Cx<'_, Service>) -> bool {
        let law = self.station.error_path.as_ref().and_then(|path| path.failure.as_ref());
        let Some(law) = law.filter(|_| !call.has(REFUSAL)) else { return false };
        let more = draw_span(law, &mut self.wiring.streams.errors);
        let row = self.calls.live(ours);
        row.flags |= REFUSAL;
        row.key = PendingRefusal { status: Status::Error, after: Span::ZERO }.into();
        let at = usize::from(call.replica);
        self.replicas[at].serving.retain(|&token| token != ours);
        let stage = self.begin(ours, at, more, false, cx);
        self.calls.live(ours).stage = stage;
        true
    }

    /// Ends a call that failed here.
    pub(super) fn end_in_error(
        &mut self,
        call: &Call,
        ours: Token,
        status: Status,
        cx: &mut Cx<'_, Service>,
    ) {
        if call.has(REFUSAL) {
            self.hint = PendingRefusal::from(call.key).after;
        }
        self.end(ours, status, cx.me().index() as u16, cx);
        self.hint = Span::ZERO;
    }
}

/// How long it takes to write a refusal.
pub(super) fn refusal(station: &Station, stream: &mut Stream) -> Span {
    let law = station.error_path.as_ref().and_then(|path| path.refusal.as_ref());
    law.map_or(Span::ZERO, |law| draw_span(law, stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_refusal_fits_a_key() {
        let refusal = PendingRefusal { status: Status::TooManyRequests, after: Span::from_secs(30) };
        assert_eq!(PendingRefusal::from(u64::from(refusal)), refusal);
        let long = PendingRefusal { status: Status::Unavailable, after: Span::from_nanos(AFTER_MAX + 1) };
        assert_eq!(PendingRefusal::from(u64::from(long)).after, Span::from_nanos(AFTER_MAX));
    }
}
