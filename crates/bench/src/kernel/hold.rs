//! The hold model: a calendar with that many timers pending, of which the first is taken out and set again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use brownout_kernel::calendar::Calendar;

use super::{Case, Exponential, Instant, Row, Sample, Stream};
use crate::clock;

type Payload = [u64; 2];

const OPERATIONS: u64 = 1_000_000;

fn draws(seed: u64) -> Exponential {
    Exponential { stream: Stream::named(seed, 0, "hold") }
}

fn standard(pending: u64, seed: u64) -> Sample {
    let mut draws = draws(seed);
    let mut heap: BinaryHeap<Reverse<(u64, u64, Payload)>> = BinaryHeap::new();
    for seq in 0..pending {
        heap.push(Reverse((draws.draw(1.0).nanos(), seq, [seq; 2])));
    }
    let mut operate = |operations| {
        let mut now = 0;
        for seq in 0..operations {
            let Reverse((at, _, payload)) = heap.pop().expect("a hold model is never empty");
            now = at;
            heap.push(Reverse((at + draws.draw(1.0).nanos(), pending + seq, payload)));
        }
        now as f64
    };
    operate(pending);
    let (check, nanos) = clock::time(|| operate(OPERATIONS));
    Sample { nanos, check, events: 0 }
}

fn winner_tree(pending: u64, seed: u64) -> Sample {
    let mut draws = draws(seed);
    let mut calendar = Calendar::<Payload>::new(&[]);
    for n in 0..pending {
        calendar.push(Instant::ZERO + draws.draw(1.0), 0, [n; 2]);
    }
    let mut operate = |operations| {
        let mut now = Instant::ZERO;
        for _ in 0..operations {
            let due = calendar.pop(Instant::END).expect("a hold model is never empty");
            now = due.at;
            calendar.push(now + draws.draw(1.0), 0, due.payload);
        }
        now.nanos() as f64
    };
    operate(pending);
    let (check, nanos) = clock::time(|| operate(OPERATIONS));
    Sample { nanos, check, events: 0 }
}

fn case(name: &'static str, pending: u64) -> Case {
    let tree = Row::new("winner tree", move |seed| winner_tree(pending, seed));
    let tree = if pending == 100_000 { tree.target(0.5) } else { tree };
    let rows = vec![Row::new("std BinaryHeap", move |seed| standard(pending, seed)), tree];
    // The operations are counted in spans of a second each, so the checks are equal to the nanosecond.
    Case { name, count: OPERATIONS, agree: Some(0.0), rows }
}

pub(super) fn cases() -> Vec<Case> {
    vec![case("hold 1,000", 1_000), case("hold 100,000", 100_000), case("hold 1,000,000", 1_000_000)]
}
