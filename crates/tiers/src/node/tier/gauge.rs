//! What a tier says when it is asked: gauges at the end of a window, and what is still inside at the end of the run.

use super::row::Stage;
use super::{Tier, row_of};
use brownout_kernel::{Cx, Instant};
use brownout_model::Contention;
use brownout_protocol::{Kind, Row, Service, Token};
use brownout_units::Span;

/// A log line holds 64 bits; more than this is written in several lines.
const SERVED_MAX: u128 = 1 << 62;

impl Tier {
    /// Writes one line a gauge, for the whole tier.
    pub(super) fn gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let waiting: u64 = self.replicas.iter().map(|r| u64::from(r.waiting.len())).sum();
        let busy: u64 = self.replicas.iter().map(|r| u64::from(r.busy)).sum();
        let age = self.head_age(cx);
        self.gauge(Kind::QueueLength, waiting, cx);
        self.gauge(Kind::HeadAge, age, cx);
        self.gauge(Kind::Busy, busy, cx);
        self.gauge(Kind::Capacity, self.capacity(), cx);
        self.gauge(Kind::Inside, self.calls.len() as u64, cx);
        if self.wiring.watched {
            self.replica_gauges(cx);
        }
        if let Contention::Sharing { .. } = self.station.contention {
            let now = cx.now();
            let sharing = self.replicas.iter_mut().filter_map(|r| r.sharing.as_mut());
            let worked = (sharing.map(|s| s.given(now)).sum::<f64>() * 1e9) as u64;
            self.gauge(Kind::Worked, worked - self.worked_nanos, cx);
            self.worked_nanos = worked;
        }
    }

    fn gauge(&self, kind: Kind, value: u64, cx: &mut Cx<'_, Service>) {
        self.record(kind, Row::default(), 0, value, cx);
    }

    /// How many calls can be served at full speed at once.
    fn capacity(&self) -> u64 {
        self.full_speed().map_or(u64::MAX, |each| self.fleet.serving() as u64 * u64::from(each))
    }

    /// How many replicas there are, where that changes.
    fn replica_gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let paid = self.fleet.time(cx.now()).paid as u64;
        let lapsed = self.replicas.iter().filter(|replica| replica.trouble.lapsed).count();
        self.gauge(Kind::Ready, (self.fleet.serving() - lapsed) as u64, cx);
        self.gauge(Kind::Paid, paid - self.paid_nanos, cx);
        self.paid_nanos = paid;
        for (kind, value) in self.bill.lines(&self.fleet, &self.wiring.faults, cx.now()) {
            self.gauge(kind, value, cx);
        }
    }

    /// How long the longest-waiting call of one replica has waited.
    pub(super) fn head_age_of(&self, at: usize, now: Instant) -> Span {
        let waits = |token: Token| {
            let found = self.calls.at(token.index);
            found.filter(|(name, row)| *name == token && row.waits()).map(|(_, row)| row)
        };
        let heads = self.replicas[at].waiting.oldest(|token| waits(token).is_some());
        heads.filter_map(waits).map(|row| now - row.since).max().unwrap_or(Span::ZERO)
    }

    /// How long the longest-waiting call has waited.
    pub(super) fn head_age(&self, cx: &Cx<'_, Service>) -> u64 {
        let ages = (0..self.replicas.len()).map(|at| self.head_age_of(at, cx.now()));
        ages.max().unwrap_or(Span::ZERO).nanos()
    }

    /// The run is over: what is still inside, and how long workers were in service.
    ///
    /// # Panics
    /// If the books of the tier do not balance.
    pub(super) fn close(&mut self, cx: &mut Cx<'_, Service>) {
        self.check_books();
        self.check_doors();
        for ours in self.calls.tokens() {
            let call = *self.calls.live(ours);
            let inside = (cx.now() - call.admitted).nanos();
            self.record(Kind::CallInside, row_of(&call), ours.index, inside, cx);
            let since = (cx.now() - call.since).nanos();
            if call.waits() {
                self.record(Kind::StillWaiting, row_of(&call), ours.index, since, cx);
            } else if call.served() {
                self.served_nanos += u128::from(since);
            }
        }
        while 0 < self.served_nanos {
            let line = self.served_nanos.min(SERVED_MAX);
            self.gauge(Kind::Served, line as u64, cx);
            self.served_nanos -= line;
        }
    }

    /// Every call is at one replica and in one stage, and every busy worker has its call.
    fn check_books(&mut self) {
        let inside: u64 = self.outstanding.iter().map(|&n| u64::from(n)).sum();
        assert!(
            inside == self.calls.len() as u64,
            "{inside} calls at replicas, {} in the table",
            self.calls.len()
        );
        let tokens = self.calls.tokens();
        let (mut waiting, mut held, mut open) = (0, 0, 0);
        for ours in tokens {
            let call = *self.calls.live(ours);
            waiting += u64::from(call.waits());
            held += u64::from(self.held_worker(&call));
            if let Stage::Out { open: branches, .. } = call.stage {
                open += usize::from(branches);
            }
        }
        assert!(open == self.branches.len(), "{open} open branches, {} in the table", self.branches.len());
        let queued: u64 = self.replicas.iter().map(|r| u64::from(r.waiting.len())).sum();
        let busy: u64 = self.replicas.iter().map(|r| u64::from(r.busy)).sum();
        assert!(queued == waiting, "{queued} calls in queues, {waiting} that wait");
        assert!(busy == held, "{busy} busy workers, {held} calls that have one");
        for replica in &self.replicas {
            let idle = replica.busy < replica.workers;
            assert!(!idle || replica.waiting.len() == 0, "somebody waits while a worker idles");
        }
    }
}
