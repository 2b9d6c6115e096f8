//! What a request costs when many are in flight: each has a timer of its service and a timeout in a lane.

use brownout_kernel::{Ignore, LaneId, TimerId, prefetch};

use super::{
    Case, Cx, EventKind, Exponential, Instant, Lean, Node, Record, Row, Sample, Span, Totals, Wake, alone,
};
use crate::clock;

const ARRIVE: u32 = 0;
const SERVED: u32 = 1;

#[derive(Clone, Copy)]
struct Call {
    came: Instant,
    timeout: TimerId,
    service: TimerId,
}

/// One request arrives per second; the mean service time in seconds is the number to be in flight.
struct Crowd {
    calls: Vec<Call>,
    free: Vec<u32>,
    timeouts: LaneId,
    arrivals: Exponential,
    service: Exponential,
    in_flight: u32,
}

impl Crowd {
    fn arrive(&mut self, cx: &mut Cx<'_, Lean>) {
        let gap = self.arrivals.draw(1.0);
        cx.wake_after(gap, Wake::new(ARRIVE, 0, 0));
        let call = self.free.pop().unwrap_or(self.calls.len() as u32);
        let wake = |what| Wake::new(what, 0, u64::from(call));
        let service = cx.wake_after(self.service.draw(f64::from(self.in_flight)), wake(SERVED));
        let row = Call { came: cx.now(), timeout: cx.wake_in(self.timeouts, wake(2)), service };
        match self.calls.get_mut(call as usize) {
            Some(place) => *place = row,
            None => self.calls.push(row),
        }
        cx.record(Record::new(EventKind::Arrived, call, 0));
    }
}

impl Node<Lean> for Crowd {
    fn on(&mut self, _: &u64, cx: &mut Cx<'_, Lean>) {
        self.arrive(cx);
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Lean>) {
        let call = wake.word as u32;
        if wake.what() == ARRIVE {
            return self.arrive(cx);
        }
        let row = self.calls[call as usize];
        let (kind, other) = if wake.what() == SERVED {
            (EventKind::Finished, row.timeout)
        } else {
            (EventKind::TimedOut, row.service)
        };
        assert!(cx.cancel(other), "a request ends once");
        self.free.push(call);
        let took = cx.now() - row.came;
        cx.shared.add(took);
        cx.record(Record::new(kind, call, took.nanos()));
    }

    fn prefetch(&self, wake: Wake) {
        if let Some(call) = self.calls.get(wake.word as usize) {
            prefetch(call);
        }
    }
}

const REQUESTS: u64 = 500_000;

/// From a warm start, so that the first filling is not timed.
fn steady(in_flight: u32, seed: u64) -> Sample {
    let mut sim = alone(seed, |assembly| Crowd {
        calls: vec![],
        free: vec![],
        timeouts: assembly.lane(Span::from_secs(5 * u64::from(in_flight))),
        arrivals: Exponential { stream: assembly.stream("arrivals") },
        service: Exponential { stream: assembly.stream("service") },
        in_flight,
    });
    let warm = Span::from_secs(6 * u64::from(in_flight));
    sim.run_until(Instant::ZERO + warm, &mut Ignore);
    sim.shared = Totals::default();
    let end = sim.now() + Span::from_secs(REQUESTS);
    let (events, nanos) = clock::time(|| sim.run_until(end, &mut Ignore));
    Sample { nanos, check: 1.0, events }
}

pub(super) fn case() -> Case {
    let row = |name, in_flight| Row::new(name, move |seed| steady(in_flight, seed));
    let rows = vec![row("80", 80), row("800", 800), row("8,000", 8_000), row("80,000", 80_000).target(3.2)];
    Case { name: "requests in flight", count: REQUESTS, agree: None, rows }
}
