//! What a fleet says when it is asked: gauges at the end of a window, and what is still inside at the end of the run.

use super::Engines;
use super::row::Stage;
use brownout_kernel::Cx;
use brownout_protocol::{Kind, Row, Service};

/// A log line holds 64 bits; more than this is written in several lines.
const SERVED_MAX: u128 = 1 << 62;

impl Engines {
    /// Writes one line a gauge, for all replicas together.
    pub(super) fn gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let (mut running, mut slots, mut used, mut blocks) = (0, 0, 0, 0);
        let (mut emitted, mut prefilled, mut computed) = (0, 0, 0);
        let now = cx.now();
        for replica in &mut self.replicas {
            let clock = replica.clock(now);
            let engine = &replica.engine;
            running += u64::from(engine.running());
            slots += u64::from(engine.options().sequences_max);
            blocks += u64::from(engine.options().blocks);
            used += u64::from(engine.options().blocks - engine.blocks_free(clock));
            let progress = engine.progress(clock);
            emitted += progress.emitted - replica.told.emitted;
            prefilled += progress.prefilled - replica.told.prefilled;
            replica.told = progress;
            computed += replica.take_computed(now).nanos();
        }
        let all = self.fleet.time(now).paid + self.prefills as u128 * u128::from(now.nanos());
        let paid = all - std::mem::replace(&mut self.paid_told, all);
        let waiting = self.calls.rows().filter(|call| call.waits()).count() as u64;
        let age = self.head_age(cx);
        let gauges = [
            (Kind::QueueLength, waiting),
            (Kind::HeadAge, age),
            (Kind::Busy, running),
            (Kind::Capacity, slots),
            (Kind::Inside, self.calls.len() as u64),
            (Kind::OutputTokens, emitted),
            (Kind::PromptTokens, prefilled),
            (Kind::KvUsed, used),
            (Kind::KvBlocks, blocks),
            (Kind::Computed, computed),
            (Kind::Ready, (self.open.len() + self.open_prefill.len()) as u64),
            (Kind::Paid, paid as u64),
        ];
        for (kind, value) in gauges {
            self.gauge(kind, value, cx);
        }
        for (kind, value) in self.bill.lines(&self.fleet, &self.wiring.faults, now) {
            self.gauge(kind, value, cx);
        }
    }

    fn gauge(&self, kind: Kind, value: u64, cx: &mut Cx<'_, Service>) {
        self.record(kind, Row::default(), 0, value, cx);
    }

    /// How long the longest-waiting request has waited for its first admission.
    pub(super) fn head_age(&self, cx: &Cx<'_, Service>) -> u64 {
        let waiting = self.calls.rows().filter(|call| call.stage == Stage::Waiting);
        waiting.map(|call| (cx.now() - call.since).nanos()).max().unwrap_or(0)
    }

    /// The run is over: what is still inside, and how long requests were in batches.
    ///
    /// # Panics
    /// If the books of the fleet do not balance.
    pub(super) fn close(&mut self, cx: &mut Cx<'_, Service>) {
        self.check_books();
        self.check_doors();
        for ours in self.calls.tokens() {
            let call = *self.calls.live(ours);
            let inside = (cx.now() - call.admitted).nanos();
            self.record(Kind::CallInside, call.row(), ours.index, inside, cx);
            let since = (cx.now() - call.since).nanos();
            if call.waits() {
                self.record(Kind::StillWaiting, call.row(), ours.index, since, cx);
            } else {
                self.served_nanos += u128::from(since);
            }
        }
        while 0 < self.served_nanos {
            let line = self.served_nanos.min(SERVED_MAX);
            self.gauge(Kind::Served, line as u64, cx);
            self.served_nanos -= line;
        }
    }

    /// Every request is at one replica and in one stage, and every replica knows those that are at it.
    fn check_books(&self) {
        let mut at_replica = vec![(0, 0, 0); self.replicas.len()];
        for call in self.calls.rows() {
            let (inside, running, waiting) = &mut at_replica[call.replica as usize];
            *inside += 1;
            match call.stage {
                Stage::Running => *running += 1,
                Stage::Waiting | Stage::Again => *waiting += 1,
                Stage::Moving => {}
                Stage::Offered => panic!("a request is being offered for ever"),
            }
        }
        for (at, (inside, running, waiting)) in at_replica.into_iter().enumerate() {
            let engine = &self.replicas[at].engine;
            assert!(
                inside == self.outstanding[at],
                "{inside} requests at replica {at}, {} counted",
                self.outstanding[at]
            );
            let theirs = (engine.running(), engine.waiting());
            assert!(theirs == (running, waiting), "replica {at} has {theirs:?}, we {:?}", (running, waiting));
        }
    }
}
