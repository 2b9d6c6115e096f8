//! Four FIFO tiers in tandem with timeouts and retries, in one node.

use std::collections::VecDeque;

use brownout_kernel::{LaneId, TimerId};
use brownout_units::Span;

use super::{
    Case, Cx, EventKind, Exponential, Instant, Lean, Node, Record, Row, Sample, Wake, alone, floor, whole,
};
use crate::floors;

/// Servers of each tier.
pub(crate) const WORKERS: [u32; 4] = [4, 8, 16, 64];
/// Five times the mean time of a call that meets no timeout.
pub(crate) const TIMEOUT_SECS: f64 = 396.3;
/// After that many a call fails.
pub(crate) const RETRIES_MAX: u8 = 3;

const ARRIVE: u32 = 0;
const SERVED: u32 = 1;
const TIMED_OUT: u32 = 2;

#[derive(Clone, Copy)]
struct Call {
    came: Instant,
    timeout: TimerId,
    service: TimerId,
    generation: u32,
    attempt: u8,
    tier: u8,
    served: bool,
}

struct Tandem {
    calls: Vec<Call>,
    free: Vec<u32>,
    idle: [u32; 4],
    waiting: [VecDeque<(u32, u32)>; 4],
    timeouts: LaneId,
    arrivals: Exponential,
    service: Exponential,
    left: u64,
}

impl Tandem {
    #[inline]
    fn next_arrival(&mut self, cx: &mut Cx<'_, Lean>) {
        if 0 < self.left {
            self.left -= 1;
            let gap = self.arrivals.draw(1.0);
            cx.wake_after(gap, Wake::new(ARRIVE, 0, 0));
        }
    }

    #[inline]
    fn start(&mut self, tier: u32, call: u32, cx: &mut Cx<'_, Lean>) {
        let span = self.service.draw(0.8 * f64::from(WORKERS[tier as usize]));
        let timer = cx.wake_after(span, Wake::new(SERVED, tier, u64::from(call)));
        let row = &mut self.calls[call as usize];
        (row.service, row.tier, row.served) = (timer, tier as u8, true);
        cx.record(Record::new(EventKind::Started, call, u64::from(tier)));
    }

    #[inline]
    fn enter(&mut self, tier: u32, call: u32, cx: &mut Cx<'_, Lean>) {
        let idle = &mut self.idle[tier as usize];
        if 0 < *idle {
            *idle -= 1;
            return self.start(tier, call, cx);
        }
        let row = &mut self.calls[call as usize];
        (row.tier, row.served) = (tier as u8, false);
        self.waiting[tier as usize].push_back((call, row.generation));
    }

    #[inline]
    fn release(&mut self, tier: u32, cx: &mut Cx<'_, Lean>) {
        while let Some((call, generation)) = self.waiting[tier as usize].pop_front() {
            if self.calls[call as usize].generation == generation {
                return self.start(tier, call, cx);
            }
        }
        self.idle[tier as usize] += 1;
    }

    #[inline]
    fn attempt(&mut self, call: u32, cx: &mut Cx<'_, Lean>) {
        let row = &mut self.calls[call as usize];
        row.timeout = cx.wake_in(self.timeouts, Wake::new(TIMED_OUT, row.generation, u64::from(call)));
        self.enter(0, call, cx);
    }

    #[inline]
    fn arrive(&mut self, cx: &mut Cx<'_, Lean>) {
        self.next_arrival(cx);
        let blank = Call {
            came: cx.now(),
            timeout: TimerId::default(),
            service: TimerId::default(),
            generation: 0,
            attempt: 0,
            tier: 0,
            served: false,
        };
        let call = self.free.pop().unwrap_or_else(|| {
            self.calls.push(blank);
            self.calls.len() as u32 - 1
        });
        let row = &mut self.calls[call as usize];
        *row = Call { generation: row.generation, ..blank };
        cx.record(Record::new(EventKind::Arrived, call, 0));
        self.attempt(call, cx);
    }

    #[inline]
    fn served(&mut self, tier: u32, call: u32, cx: &mut Cx<'_, Lean>) {
        self.release(tier, cx);
        if tier < 3 {
            return self.enter(tier + 1, call, cx);
        }
        let row = &mut self.calls[call as usize];
        let took = cx.now() - row.came;
        row.generation += 1;
        assert!(cx.cancel(row.timeout), "a call that is served is still waited for");
        self.free.push(call);
        cx.shared.add(took);
        cx.record(Record::new(EventKind::Finished, call, took.nanos()));
    }

    fn timed_out(&mut self, call: u32, cx: &mut Cx<'_, Lean>) {
        let row = &mut self.calls[call as usize];
        row.generation += 1;
        row.attempt += 1;
        let row = *row;
        cx.record(Record::new(EventKind::TimedOut, call, u64::from(row.attempt)));
        if row.served {
            assert!(cx.cancel(row.service), "what is served has a timer");
            self.release(u32::from(row.tier), cx);
        }
        if row.attempt <= RETRIES_MAX {
            return self.attempt(call, cx);
        }
        self.free.push(call);
        cx.shared.failed += 1;
        cx.record(Record::new(EventKind::Failed, call, 0));
    }
}

impl Node<Lean> for Tandem {
    fn on(&mut self, _: &u64, cx: &mut Cx<'_, Lean>) {
        self.next_arrival(cx);
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Lean>) {
        let call = wake.word as u32;
        match wake.what() {
            ARRIVE => self.arrive(cx),
            SERVED => self.served(wake.more(), call, cx),
            _ => {
                assert!(
                    self.calls[call as usize].generation == wake.more(),
                    "a timeout of a call that is over"
                );
                self.timed_out(call, cx);
            }
        }
    }
}

fn lean(customers: u64, seed: u64) -> Sample {
    whole(alone(seed, |assembly| Tandem {
        calls: vec![],
        free: vec![],
        idle: WORKERS,
        waiting: Default::default(),
        timeouts: assembly.lane(Span::from_secs_f64(TIMEOUT_SECS)),
        arrivals: Exponential { stream: assembly.stream("arrivals") },
        service: Exponential { stream: assembly.stream("service") },
        left: customers,
    }))
}

pub(super) fn case() -> Case {
    let customers = 300_000;
    Case {
        name: "four tiers, load 0.8",
        count: customers,
        agree: Some(1e-6),
        rows: vec![
            Row::new("floor", move |seed| floor(|| floors::tandem::run(customers, seed))),
            Row::new("kernel", move |seed| lean(customers, seed)).target(2.2),
        ],
    }
}
