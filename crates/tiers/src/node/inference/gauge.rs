//! The samples of a fleet: what it did since the last one, and what is inside at the end of the run.

use super::Engines;
use super::row::Stage;
use crate::node::growth::{Growth, record_increase};
use brownout_inference::Options;
use brownout_kernel::Cx;
use brownout_protocol::{Kind, Row, Service};

/// The largest share of blocks in use is recorded in billionths.
const BILLION: u64 = 1_000_000_000;

/// What earlier samples have recorded, of replicas and their contents, each times nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Sampled {
    paid: Growth,
    slots: Growth,
    blocks: Growth,
}

impl Engines {
    /// What all replicas did since the last sample. Sampling must not change their behaviour.
    pub(super) fn gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let age = self.head_age(cx);
        self.record(Kind::HeadAge, Row::default(), 0, age, cx);
        self.token_gauges(cx);
        self.room(cx);
        self.spread_gauges(cx);
        let now = cx.now();
        let ready = self.ready.take(now);
        self.record_increase(Kind::Ready, ready.area, cx);
        self.record(Kind::ReadyPeak, Row::default(), 0, ready.peak, cx);
        let paid = self.fleet.time(now).paid + self.prefill_time(cx);
        let paid = self.told.paid.more(paid);
        self.record_increase(Kind::Paid, paid, cx);
        for (kind, amount) in self.bill.lines(&self.fleet, &self.wiring.faults, now) {
            self.record_increase(kind, amount, cx);
        }
    }

    /// How requests were spread over replicas, where there is more than one.
    fn spread_gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let several = 1 < self.replicas.len();
        for at in 0..self.replicas.len() {
            let sent = std::mem::take(&mut self.replicas[at].sent);
            if several && 0 < sent {
                self.note(Kind::SentToReplica, at, sent.into(), cx);
            }
        }
    }

    /// What engines computed, and the blocks in which they keep it.
    fn token_gauges(&mut self, cx: &mut Cx<'_, Service>) {
        let (mut emitted, mut prefilled, mut computed, mut used, mut peak) = (0, 0, 0, 0, 0);
        let now = cx.now();
        for replica in &mut self.replicas {
            let progress = replica.engine.progress(replica.clock(now));
            emitted += u128::from(progress.emitted - replica.told.emitted);
            prefilled += u128::from(progress.prefilled - replica.told.prefilled);
            replica.told = progress;
            computed += u128::from(replica.take_computed(now).nanos());
            used += replica.take_blocks_held(now);
            let blocks = u64::from(replica.engine.options().blocks);
            peak = peak.max(u64::from(replica.take_blocks_peak(now)) * BILLION / blocks);
        }
        let sums = [
            (Kind::OutputTokens, emitted),
            (Kind::PromptTokens, prefilled),
            (Kind::Computed, computed),
            (Kind::KvUsed, used),
        ];
        for (kind, amount) in sums {
            self.record_increase(kind, amount, cx);
        }
        self.record(Kind::KvPeak, Row::default(), 0, peak, cx);
    }

    /// How many sequences could have run, and how many blocks there were, over the time since the last sample.
    fn room(&mut self, cx: &mut Cx<'_, Service>) {
        let (times, prefills) = (self.fleet.time(cx.now()), self.prefill_time(cx));
        let (engine, prefill) = (&self.options.engine, self.options.prefill.as_ref().map(|p| &p.engine));
        let of = |time, each: fn(&Options) -> u32| {
            time * u128::from(each(engine)) + prefills * u128::from(prefill.map_or(0, each))
        };
        // A draining replica runs what it has but takes no more; its cache stays to the end.
        let (slots, blocks) = (of(times.served, |e| e.sequences_max), of(times.up, |e| e.blocks));
        let (slots, blocks) = (self.told.slots.more(slots), self.told.blocks.more(blocks));
        self.record_increase(Kind::Capacity, slots, cx);
        self.record_increase(Kind::KvBlocks, blocks, cx);
    }

    /// Replicas that only prefill, which are always there, times nanoseconds.
    fn prefill_time(&self, cx: &Cx<'_, Service>) -> u128 {
        self.prefills as u128 * u128::from(cx.now().nanos())
    }

    fn record_increase(&self, kind: Kind, amount: u128, cx: &mut Cx<'_, Service>) {
        record_increase(self.wiring.place, kind, amount, cx);
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
        let served = std::mem::take(&mut self.served_nanos);
        self.record_increase(Kind::Served, served, cx);
    }

    /// Every request is at one replica and in one stage, and every replica knows its requests.
    fn check_books(&self) {
        let mut at_replica = vec![(0, 0, 0); self.replicas.len()];
        for call in self.calls.rows() {
            let (inside, running, waiting) = &mut at_replica[call.replica as usize];
            *inside += 1;
            match call.stage {
                Stage::Running => *running += 1,
                Stage::Waiting | Stage::Again => *waiting += 1,
                Stage::Moving => {}
                Stage::Offered => panic!("a request is still being offered at the end"),
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
            assert!(
                theirs == (running, waiting),
                "replica {at} has {theirs:?}, its fleet {:?}",
                (running, waiting)
            );
        }
    }
}
