//! M/M/c in one node.

use std::collections::VecDeque;

use super::{
    Case, Cx, EventKind, Exponential, Instant, Lean, Node, Record, Row, Sample, Wake, alone, floor, whole,
};
use crate::floors;

struct Queue {
    idle: u32,
    waiting: VecDeque<Instant>,
    gap_mean_secs: f64,
    arrivals: Exponential,
    service: Exponential,
    left: u64,
}

const ARRIVE: u32 = 0;
const DONE: u32 = 1;

impl Queue {
    #[inline]
    fn next_arrival(&mut self, cx: &mut Cx<'_, Lean>) {
        if 0 < self.left {
            self.left -= 1;
            let gap = self.arrivals.draw(self.gap_mean_secs);
            cx.wake_after(gap, Wake::new(ARRIVE, 0, 0));
        }
    }

    #[inline]
    fn start(&mut self, came: Instant, cx: &mut Cx<'_, Lean>) {
        let span = self.service.draw(1.0);
        cx.wake_after(span, Wake::new(DONE, 0, came.nanos()));
        cx.record(Record::new(EventKind::Started, 0, (cx.now() - came).nanos()));
    }
}

impl Node<Lean> for Queue {
    fn on(&mut self, _: &u64, cx: &mut Cx<'_, Lean>) {
        self.next_arrival(cx);
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Lean>) {
        if wake.what() == ARRIVE {
            self.next_arrival(cx);
            cx.record(Record::new(EventKind::Arrived, 0, 0));
            if self.idle == 0 {
                return self.waiting.push_back(cx.now());
            }
            self.idle -= 1;
            return self.start(cx.now(), cx);
        }
        let took = cx.now() - Instant::from_nanos(wake.word);
        cx.shared.add(took);
        cx.record(Record::new(EventKind::Finished, 0, took.nanos()));
        match self.waiting.pop_front() {
            Some(came) => self.start(came, cx),
            None => self.idle += 1,
        }
    }
}

fn lean(servers: u32, rate: f64, customers: u64, seed: u64) -> Sample {
    whole(alone(seed, |assembly| Queue {
        idle: servers,
        waiting: VecDeque::new(),
        gap_mean_secs: 1.0 / rate,
        arrivals: Exponential { stream: assembly.stream("arrivals") },
        service: Exponential { stream: assembly.stream("service") },
        left: customers,
    }))
}

pub(super) fn cases() -> [Case; 2] {
    let one = 2_000_000;
    let many = 1_500_000;
    let agree = Some(1e-6);
    [
        Case {
            name: "M/M/1, load 0.9",
            count: one,
            agree,
            rows: vec![
                Row::new("floor", move |seed| floor(|| floors::queue::run(0.9, one, seed))),
                Row::new("kernel", move |seed| lean(1, 0.9, one, seed)).target(3.5),
            ],
        },
        Case {
            name: "M/M/32, load 0.9",
            count: many,
            agree,
            rows: vec![
                Row::new("floor", move |seed| floor(|| floors::servers::run(28.8, many, seed))),
                Row::new("kernel", move |seed| lean(32, 28.8, many, seed)).target(2.0),
            ],
        },
    ]
}
