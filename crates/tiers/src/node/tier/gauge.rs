//! The samples of a tier: what it did since the last one, and what is inside at the end of the run.

use super::row::Stage;
use super::{Tier, row_of};
use crate::node::growth::{Growth, record_increase};
use brownout_kernel::{Cx, Instant};
use brownout_model::Contention;
use brownout_protocol::{Kind, Row, Service, Token};
use brownout_units::Span;

/// What earlier samples have recorded.
#[derive(Debug, Default)]
pub(super) struct Sampled {
    /// Replicas that served, times nanoseconds.
    served: Growth,
    /// Replicas that were there, times nanoseconds.
    paid: Growth,
    /// Work done where calls share processors, in nanoseconds.
    worked: Growth,
}

impl Tier {
    /// What the tier did since the last sample. Sampling must not change its behaviour.
    pub(super) fn gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let now = cx.now();
        let age = self.head_age(cx);
        self.record(Kind::HeadAge, Row::default(), 0, age, cx);
        self.capacity(cx);
        self.spread_gauges(cx);
        if self.wiring.watched {
            self.replica_gauges(cx);
        }
        if let Contention::Sharing { .. } = self.station.contention {
            let sharing = self.replicas.iter().filter_map(|r| r.sharing.as_ref());
            let worked = (sharing.map(|s| s.given_by(now)).sum::<f64>() * 1e9) as u128;
            let worked = self.told.worked.more(worked);
            record_increase(self.place, Kind::Worked, worked, cx);
        }
    }

    /// How many calls could have been served at full speed, over the time since the last sample.
    fn capacity(&mut self, cx: &mut Cx<'_, Service>) {
        let Some(each) = self.full_speed() else {
            return self.record(Kind::Capacity, Row::default(), 0, u64::MAX, cx);
        };
        let served = self.fleet.served(cx.now());
        let capacity = self.told.served.more(served) * u128::from(each);
        record_increase(self.place, Kind::Capacity, capacity, cx);
    }

    /// How many replicas there were, if that changes.
    fn replica_gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let now = cx.now();
        let ready = self.ready.take(now);
        record_increase(self.place, Kind::Ready, ready.area, cx);
        self.record(Kind::ReadyPeak, Row::default(), 0, ready.peak, cx);
        let paid = self.told.paid.more(self.fleet.time(now).paid);
        record_increase(self.place, Kind::Paid, paid, cx);
        for (kind, amount) in self.bill.lines(&self.fleet, &self.wiring.faults, now) {
            record_increase(self.place, kind, amount, cx);
        }
    }

    /// How calls were spread over replicas.
    fn spread_gauges(&mut self, cx: &mut Cx<'_, Service>) {
        for at in 0..self.replicas.len() {
            let sent = std::mem::take(&mut self.replicas[at].sent);
            if 0 < sent {
                self.note(Kind::SentToReplica, at, sent.into(), cx);
            }
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
        record_increase(self.place, Kind::Served, std::mem::take(&mut self.served_nanos), cx);
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
            assert!(!idle || replica.waiting.len() == 0, "a call waits while a worker idles");
        }
    }
}
